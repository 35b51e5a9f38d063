import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Api } from './api.ts';
import * as operations from './generated/operations.ts';
import type { ProgressBar } from './progress-bar.ts';

/** What the demo needs of the world outside. */
export interface Stage {
  readonly api: Api;
  /** Address of the mail catcher's page, standing in for the new customer's mailbox. */
  readonly mailUrl: string;
  readonly file: string;
  /** Runs a step, prints how it went and how long it took. */
  step<Result>(name: string, work: (note: (text: string) => void) => Promise<Result>): Promise<Result>;
  bar(label: string): ProgressBar;
}

/** The main job of the platform as its clients do it, over the public API alone. @throws at the first thing wrong */
export async function playStory(stage: Stage): Promise<void> {
  const { api, step } = stage;
  const viewer = await step('Register', (note) => register(api, note));
  const signedIn = api.as(viewer.accessToken);
  let editor: Api | undefined;
  try {
    await step('Confirm by mail', (note) => confirmByMail(stage, viewer.email, note));
    await step('Join a plan', (note) => joinPlan(signedIn, note));

    editor = await step('Sign in as an editor', () => signInAsEditor(api));
    const name = `Midnight Lighthouse ${randomUUID().slice(0, 4)}`;
    const titleId = await step('Create a draft', (note) => createDraft(editor as Api, name, note));
    const jobId = await step('Upload the video', (note) => upload(stage, editor as Api, titleId, note));
    await step('Follow the transcode', (note) => followTranscode(stage, editor as Api, jobId, note));
    await step('Publish', () => publish(editor as Api, titleId));

    await step('Search with a typo', (note) => searchWithTypo(signedIn, name, titleId, note));
    const session = await step('Start playback', (note) =>
      startPlayback(signedIn, viewer.profileId, titleId, note),
    );
    await step('Play through the edge', (note) => play(session.manifestUrl, note));
    await step('Send heartbeats', (note) => watch(signedIn, session.id, note));
    await step('Continue watching', (note) => continueWatching(signedIn, viewer.profileId, titleId, note));
  } finally {
    await Promise.all([signedIn.close(), editor?.close()]);
  }
}

/** @throws with the refusal's code and words, if the mutation was refused */
function accepted<Payload extends { userErrors: { code: string; message: string }[] }>(
  payload: Payload,
): Payload {
  const [refusal] = payload.userErrors;
  if (refusal) throw new Error(`refused: ${refusal.message} (${refusal.code})`);
  return payload;
}

function present<Value>(value: Value | null | undefined, what: string): Value {
  if (value === null || value === undefined) throw new Error(`the answer lacks ${what}`);
  return value;
}

async function register(api: Api, note: (text: string) => void) {
  const email = `demo-${randomUUID().slice(0, 8)}@example.test`;
  const { register: payload } = await api.ask(operations.RegisterDocument, {
    input: { email, password: `correct horse ${randomUUID()}` },
  });
  const { user, tokens } = accepted(payload);
  note(email);
  return {
    email,
    accessToken: present(tokens, 'tokens').accessToken,
    profileId: present(user?.profiles[0], 'a first profile').id,
  };
}

interface Mail {
  subject: string;
  text: string;
}

async function confirmByMail(
  { api, mailUrl }: Stage,
  email: string,
  note: (text: string) => void,
): Promise<void> {
  const response = await fetch(`${mailUrl}/api/messages/next?to=${encodeURIComponent(email)}&timeout=20`);
  if (!response.ok) throw new Error(`no mail came within 20 seconds (${response.status})`);
  const mail = (await response.json()) as Mail;
  const token = present(/[?&]token=([\w.~-]+)/.exec(mail.text)?.[1], 'a confirmation link in the mail');
  const { confirmEmail } = await api.ask(operations.ConfirmEmailDocument, { token });
  if (!accepted(confirmEmail).user?.emailVerified) throw new Error('the address is still not verified');
  note(`“${mail.subject}”`);
}

async function joinPlan(api: Api, note: (text: string) => void): Promise<void> {
  const { plans } = await api.ask(operations.PlansDocument, {});
  const plan = present(
    plans.toSorted((a, b) => b.maxHeight - a.maxHeight || b.price.amount - a.price.amount)[0],
    'a plan',
  );
  const { startCheckout } = await api.ask(operations.StartCheckoutDocument, { planId: plan.id });
  const checkoutUrl = present(accepted(startCheckout).checkoutUrl, 'a checkout page');
  const changes = api.follow(operations.MembershipChangedDocument, {})[Symbol.asyncIterator]();
  const changed = changes.next();
  const paid = await fetch(checkoutUrl, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ card_number: '4242424242424242', exp: '12/34', cvc: '123' }),
  });
  if (paid.status !== 303) throw new Error(`the checkout page answered ${paid.status} instead of a redirect`);
  for (let event = await changed; ; event = await changes.next()) {
    if (event.done) throw new Error('membershipChanged ended before the membership was active');
    if (['ACTIVE', 'TRIALING'].includes(event.value.membershipChanged.status)) break;
  }
  await changes.return?.();
  const { me } = await api.ask(operations.EntitlementsDocument, {});
  if (!me?.entitlements?.active) throw new Error('the membership is paid, yet entitlements are not active');
  const price = (plan.price.amount / 100).toFixed(2);
  note(
    `${plan.name}, ${price} ${plan.price.currency.toUpperCase()}, ${plan.maxStreams} streams, ${plan.maxHeight}p`,
  );
}

async function signInAsEditor(api: Api): Promise<Api> {
  const { login } = await api.ask(operations.LoginDocument, {
    input: { email: 'editor@marquee.test', password: 'marquee-demo-1', device: 'demo' },
  });
  return api.as(present(accepted(login).tokens, 'tokens').accessToken);
}

async function createDraft(api: Api, name: string, note: (text: string) => void): Promise<string> {
  const { createMovie } = await api.ask(operations.CreateMovieDocument, {
    input: { name, maturityRating: 'ALL', synopsis: 'A demo upload.', runtimeMinutes: 1, publish: false },
  });
  const { id } = present(accepted(createMovie).movie, 'the movie');
  note(name);
  return id;
}

async function upload({ file, bar }: Stage, api: Api, titleId: string, note: (text: string) => void) {
  const bytes = await readFile(file);
  const { createUpload } = await api.ask(operations.CreateUploadDocument, {
    input: {
      titleId,
      fileName: path.basename(file),
      contentType: 'video/mp4',
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    },
  });
  const { id: uploadId, parts } = present(accepted(createUpload).upload, 'the upload');
  const progress = bar('upload   ');
  const sent: { number: number; etag: string }[] = [];
  for (const { number, url, offset, size } of parts) {
    const response = await fetch(url, { method: 'PUT', body: bytes.subarray(offset, offset + size) });
    if (!response.ok) throw new Error(`part ${number} was answered with ${response.status}`);
    sent.push({ number, etag: present(response.headers.get('etag'), `an ETag for part ${number}`) });
    progress.show((sent.length / parts.length) * 100, `part ${number} of ${parts.length}`);
  }
  progress.end();
  const { completeUpload } = await api.ask(operations.CompleteUploadDocument, {
    input: { uploadId, parts: sent },
  });
  note(`${(bytes.length / 1e6).toFixed(1)} MB in ${parts.length} parts`);
  return present(accepted(completeUpload).transcodeJob, 'the transcode job').id;
}

async function followTranscode({ bar }: Stage, api: Api, jobId: string, note: (text: string) => void) {
  const progress = bar('transcode');
  let last: operations.TranscodeProgressSubscription['transcodeProgress'] | undefined;
  for await (const { transcodeProgress: job } of api.follow(operations.TranscodeProgressDocument, {
    jobId,
  })) {
    if (last && job.percent < last.percent)
      throw new Error(`progress went back from ${last.percent} to ${job.percent}`);
    progress.show(job.percent, `${job.status.toLowerCase()} “${job.asset.title?.name ?? 'no name'}”`);
    last = job;
  }
  progress.end();
  if (last?.status !== 'COMPLETE')
    throw new Error(
      `the transcode ended as ${last?.status}: ${last?.errorCode ?? ''} ${last?.errorMessage ?? ''}`,
    );
  note(last.asset.renditions.map(({ height }) => `${height}p`).join(', '));
}

async function publish(api: Api, titleId: string): Promise<void> {
  accepted((await api.ask(operations.PublishTitleDocument, { titleId })).publishTitle);
}

async function searchWithTypo(api: Api, name: string, titleId: string, note: (text: string) => void) {
  const typo = name.replace('Midnight', 'Midnigth').replace('Lighthouse', 'Lighthose');
  const { search } = await api.ask(operations.SearchDocument, { query: typo });
  const hit = search.edges.find(({ node }) => node.id === titleId);
  if (!hit) throw new Error(`“${typo}” did not find “${name}” among ${search.totalCount} results`);
  if (!hit.node.playable) throw new Error('the title was found, yet it is not playable');
  note(`“${typo}” → “${hit.node.name}”`);
}

async function startPlayback(api: Api, profileId: string, titleId: string, note: (text: string) => void) {
  const { startPlayback: payload } = await api.ask(operations.StartPlaybackDocument, {
    input: { profileId, titleId, deviceId: `demo-${randomUUID()}` },
  });
  const session = present(accepted(payload).session, 'the session');
  note(`heartbeat every ${session.heartbeatIntervalSeconds} s`);
  return session;
}

async function fetchText(url: string, what: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${what} was answered with ${response.status}`);
  return response.text();
}

const uris = (playlist: string): string[] =>
  playlist.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

async function play(manifestUrl: string, note: (text: string) => void): Promise<void> {
  const variants = uris(await fetchText(manifestUrl, 'the master playlist'));
  const mediaUrl = new URL(present(variants[0], 'a variant in the master playlist'), manifestUrl);
  const segments = uris(await fetchText(mediaUrl.href, 'the media playlist'));
  const segmentUrl = new URL(present(segments[0], 'a segment in the media playlist'), mediaUrl);
  const segment = await fetch(segmentUrl);
  if (!segment.ok) throw new Error(`the segment was answered with ${segment.status}`);
  const { byteLength } = await segment.arrayBuffer();
  if (byteLength === 0) throw new Error('the segment is empty');
  const unsigned = await fetch(new URL(segmentUrl.pathname, segmentUrl));
  if (unsigned.status !== 403)
    throw new Error(`without its signature the segment was answered with ${unsigned.status}`);
  note(`${variants.length} variants, ${segments.length} segments, ${byteLength} bytes; unsigned: 403`);
}

async function watch(api: Api, sessionId: string, note: (text: string) => void): Promise<void> {
  for (const positionSeconds of [2, 4])
    accepted((await api.ask(operations.HeartbeatDocument, { sessionId, positionSeconds })).heartbeat);
  accepted((await api.ask(operations.StopPlaybackDocument, { sessionId, positionSeconds: 5 })).stopPlayback);
  note('stopped at 5 s');
}

async function continueWatching(api: Api, profileId: string, titleId: string, note: (text: string) => void) {
  const { profile } = await api.ask(operations.ContinueWatchingDocument, { profileId });
  const entry = profile?.continueWatching?.edges.find(({ node }) => node.title?.id === titleId)?.node;
  if (!entry) throw new Error('the title is not among those to continue');
  if (entry.positionSeconds !== 5)
    throw new Error(`it would continue at ${entry.positionSeconds} s instead of 5 s`);
  note(`“${entry.title?.name}” at ${entry.positionSeconds} s of ${entry.durationSeconds.toFixed(0)} s`);
}
