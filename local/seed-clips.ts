import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'graphql';
import { createApi, type Api } from '../clients/demo/api.ts';
import type { Logger } from '../platform/logger.ts';
import { readDemoClips, type DemoClip } from '../subgraphs/catalog/demo-data.ts';
import { DEMO_PASSWORD } from '../subgraphs/user/seed.ts';
import type { Addresses } from './addresses.ts';
import type { LocalEnv } from './env.ts';
import { findFfmpeg } from './ffmpeg.ts';
import { makeClip } from './make-clip.ts';

const login = parse(`mutation SeedLogin($input: LoginInput!) {
  login(input: $input) { tokens { accessToken } userErrors { message } }
}`);
const look = parse(`query SeedLook($id: ID!) { title(id: $id) { asset { status } } }`);
const begin = parse(`mutation SeedUpload($input: CreateUploadInput!) {
  createUpload(input: $input) { upload { id parts { number url offset size } } userErrors { message } }
}`);
const complete = parse(`mutation SeedComplete($input: CompleteUploadInput!) {
  completeUpload(input: $input) { asset { id } userErrors { message } }
}`);

interface Answer {
  login: { tokens: { accessToken: string } };
  title: { asset: { status: string } | null } | null;
  createUpload: {
    upload: { id: string; parts: { number: number; url: string; offset: number; size: number }[] };
  };
  completeUpload: { asset: { id: string } };
}

/**
 * Makes the demo films playable, in the background: a clip made by ffmpeg for each goes through the public API, as an
 * editor would send it. What an earlier start has done stays.
 * @returns stops after the clip at hand
 */
export function startSeedingClips(env: LocalEnv, addresses: Addresses, logger: Logger): () => Promise<void> {
  const stopping = new AbortController();
  const work = seedClips(env, addresses, logger, stopping.signal).catch((error: unknown) =>
    logger.error({ error }, 'the demo clips are not all there; the next start goes on with them'),
  );
  return async () => {
    stopping.abort();
    await work;
  };
}

async function seedClips(
  env: LocalEnv,
  addresses: Addresses,
  logger: Logger,
  stop: AbortSignal,
): Promise<void> {
  const visitor = createApi(addresses.url('gateway'));
  const input = { email: 'editor@marquee.test', password: DEMO_PASSWORD, device: 'demo clips' };
  const session = (await visitor.ask(login, { input })) as Answer;
  const api = visitor.as(session.login.tokens.accessToken);
  for (const [index, clip] of readDemoClips().entries()) {
    if (stop.aborted) return;
    const { title } = (await api.ask(look, { id: clip.titleId })) as Answer;
    if (title?.asset && ['READY', 'TRANSCODING'].includes(title.asset.status)) continue;
    const file = path.join(env.dataDir, 'clips', `${clip.titleId}.mp4`);
    await makeClip({
      ffmpegPath: await findFfmpeg(env.ffmpegPath),
      path: file,
      seconds: clip.seconds,
      ...(index === 0 ? { width: 1280, height: 720 } : { width: 960, height: 540 }),
      text: clip.name,
      seed: index + 1,
    });
    await send(api, clip, file);
    await rm(file);
    logger.info({ titleId: clip.titleId }, 'uploaded a demo clip');
  }
}

async function send(api: Api, { titleId }: DemoClip, file: string): Promise<void> {
  const bytes = await readFile(file);
  const { createUpload } = (await api.ask(begin, {
    input: { titleId, fileName: path.basename(file), contentType: 'video/mp4', size: bytes.length },
  })) as Answer;
  const parts = [];
  for (const { number, url, offset, size } of createUpload.upload.parts) {
    const response = await fetch(url, { method: 'PUT', body: bytes.subarray(offset, offset + size) });
    if (!response.ok) throw new Error(`part ${number} of ${titleId} was answered with ${response.status}`);
    parts.push({ number, etag: response.headers.get('etag') ?? '' });
  }
  await api.ask(complete, { input: { uploadId: createUpload.upload.id, parts } });
}
