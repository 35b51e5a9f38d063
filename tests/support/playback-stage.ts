import { createVerify, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createClient } from 'graphql-ws';
import pg from 'pg';
import WebSocket from 'ws';
import { createObjectStore } from '../../local/objects/object-store.ts';
import type { AnyDomainEvent, DomainEvents, EventType } from '../../platform/domain-events.ts';
import { newId } from '../../platform/ids.ts';
import { createInfrastructure } from '../../platform/infrastructure.ts';
import { createLogger } from '../../platform/logger.ts';
import { signViewer, VIEWER_HEADER, type Viewer } from '../../platform/viewer.ts';
import { readPlaybackEnv } from '../../subgraphs/playback/env.ts';
import { createPlaybackSubgraph } from '../../subgraphs/playback/subgraph.ts';
import { createTestDatabase } from './database.ts';

const secret = 'a-secret-between-gateway-and-subgraphs';
export const region = 'us-east-1';
export const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };
export const webhookKey = 'the-key-of-the-webhook';
export const originSecret = 'the-secret-of-the-origin';
export const buckets = { uploads: 'uploads', media: 'media' };

export const editor: Viewer = { userId: 'usr_editor', scopes: ['catalog:read', 'media:write'], region: 'DE' };
export const viewerOf = (userId: string, region = 'DE'): Viewer => ({
  userId,
  scopes: ['catalog:read'],
  region,
});
export const visitor: Viewer = { scopes: [], region: 'DE' };

export interface Answer<Data> {
  data?: Data | null;
  errors?: { message: string; extensions: { code: string } }[];
}

/** What a far side of the wire was asked to do. */
interface OfferedJob {
  id: string;
  clientRequestToken: string;
  userMetadata: Record<string, string>;
  settings: { outputGroups: { outputs: { nameModifier: string }[] }[] };
  [more: string]: unknown;
}

/** MediaConvert's side of the wire, doing nothing by itself: tests say what its jobs do. */
async function startMediaConvert() {
  const jobs = new Map<string, OfferedJob & { status: string }>();
  const canceled: string[] = [];
  const faults: { status: number; name: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const send = (status: number, value: unknown, type?: string): void => {
        if (type) response.setHeader('x-amzn-errortype', type);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      };
      const id = /^\/2017-08-29\/jobs\/(.+)$/.exec(request.url ?? '')?.[1];
      if (request.method === 'POST') {
        const fault = faults.shift();
        if (fault) return send(fault.status, { message: 'refused by the test' }, fault.name);
        const job = { ...(JSON.parse(body) as OfferedJob), id: `mc-${jobs.size + 1}`, status: 'SUBMITTED' };
        jobs.set(job.id, job);
        return send(201, { job });
      }
      if (id === undefined) return send(200, { jobs: [...jobs.values()].toReversed() });
      const job = jobs.get(id);
      if (!job) return send(404, { message: 'no such job' }, 'NotFoundException');
      if (request.method === 'GET') return send(200, { job });
      if (['COMPLETE', 'ERROR'].includes(job.status))
        return send(409, { message: 'over' }, 'ConflictException');
      job.status = 'CANCELED';
      canceled.push(id);
      send(202, {});
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    jobs,
    canceled,
    /** Refuses the next jobs so. */
    faults,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Asks again until there is something: for what happens in the background. */
export async function eventually<Value>(
  ask: () => Promise<Value | null | undefined | false>,
): Promise<Value> {
  for (let tries = 0; tries < 400; tries++) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('It did not happen.');
}

/** Events that the service consumes. */
const consumed = new Set<EventType>(['profile.changed', 'entitlements.changed', 'titles.changed']);

/**
 * The playback service with a database, an object store and a silent MediaConvert, all of one test file.
 * @param variables environment beside the usual
 * @param prefix of keys in Redis, where REDIS_URL is among the variables
 */
export async function setPlaybackStage(variables: Record<string, string> = {}, prefix = 'playback-tests:') {
  const directory = mkdtempSync(join(tmpdir(), 'playback-'));
  const logger = createLogger('playback', process.env['TEST_LOG_LEVEL'] ?? 'silent');
  const database = await createTestDatabase('playback');
  const makeInfrastructure = () => createInfrastructure({ logger, redisUrl: variables['REDIS_URL'], prefix });
  const infrastructure = await makeInfrastructure();
  const mediaConvert = await startMediaConvert();
  const objects = createObjectStore({
    directory,
    host: '127.0.0.1',
    port: 0,
    buckets: Object.values(buckets),
    corsOrigins: ['*'],
    credentials,
    logger,
  });
  await objects.listen();
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const env = readPlaybackEnv({
    PORT: '0',
    DATABASE_URL: database.url,
    GATEWAY_SECRET: secret,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    S3_ENDPOINT: objects.url,
    UPLOAD_BUCKET: buckets.uploads,
    MEDIA_BUCKET: buckets.media,
    MEDIACONVERT_ENDPOINT: mediaConvert.url,
    WEBHOOK_API_KEY: webhookKey,
    CDN_URL: 'http://cdn.test',
    CDN_KEY_PAIR_ID: 'KTEST',
    CDN_PRIVATE_KEY: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    ORIGIN_SECRET: originSecret,
    ...variables,
  });
  const subgraph = await createPlaybackSubgraph({ env, infrastructure, logger });
  await subgraph.listen();
  const s3 = new S3Client({
    endpoint: objects.url,
    region,
    forcePathStyle: true,
    credentials,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });

  /** Looks at, or upsets, the service's database behind its back. */
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  const sql = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> =>
    (await pool.query<Row>(text, values)).rows;

  /** What happens at other services: each event is newer than the one before. */
  let sequence = 0;
  const told: AnyDomainEvent[] = [];
  const record = ['asset.changed', 'progress.changed'] as const;
  await infrastructure.events.consume('test', record, async (event) => void told.push(event));
  /** Tells the service what happened elsewhere, and waits until it knows. */
  async function tell<Type extends EventType>(type: Type, payload: DomainEvents[Type], at = ++sequence) {
    const id = newId('evt');
    const occurredAt = new Date().toISOString();
    const event = { id, type, source: 'test', sequence: at, occurredAt, payload };
    await infrastructure.events.publish(event as AnyDomainEvent);
    if (!consumed.has(type)) return;
    await eventually(async () => (await sql('select from consumed_event where id = $1', [id])).length > 0);
  }

  /** How the gateway asks a copy of the service for a viewer. */
  function gatewayTo(url: string) {
    const sockets = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket });
    return {
      async ask<Data>(viewer: Viewer, query: string, parameters: object = {}): Promise<Answer<Data>> {
        const response = await fetch(`${url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', [VIEWER_HEADER]: signViewer(viewer, secret) },
          body: JSON.stringify({ query, variables: parameters }),
        });
        return (await response.json()) as Answer<Data>;
      },
      subscribe: <Data>(viewer: Viewer, query: string, parameters: Record<string, unknown>) =>
        sockets.iterate<Data>({
          query,
          variables: parameters,
          extensions: { [VIEWER_HEADER]: signViewer(viewer, secret) },
        }),
      hangUp: () => sockets.dispose(),
    };
  }
  const gateway = gatewayTo(subgraph.url);

  /** Another copy of the service beside the first, as in production; without Redis they share one process's memory. */
  async function startCopy() {
    const own = variables['REDIS_URL'] === undefined ? undefined : await makeInfrastructure();
    const copy = await createPlaybackSubgraph({
      env: { ...env, PORT: 0 },
      infrastructure: own ?? infrastructure,
      logger,
    });
    await copy.listen();
    const { hangUp, ...asks } = gatewayTo(copy.url);
    return {
      ...asks,
      async close() {
        await hangUp();
        await copy.close();
        await own?.close();
      },
    };
  }

  return {
    env,
    subgraph,
    mediaConvert,
    /** Address of the object store. */
    objectsUrl: objects.url,
    infrastructure,
    /** Events that the service told others. */
    told,
    sql,
    publicKey: keys.publicKey,
    tell,
    ask: gateway.ask,
    subscribe: gateway.subscribe,
    startCopy,
    tellTitle: (facts: Partial<DomainEvents['titles.changed']['titles'][number]> & { id: string }) =>
      tell('titles.changed', {
        titles: [
          {
            kind: 'MOVIE',
            seriesId: null,
            name: facts.id,
            maturityRating: 'AGE_13',
            releaseDate: null,
            runtimeMinutes: null,
            genres: [],
            directorIds: [],
            popularity: 0,
            published: true,
            availableFrom: null,
            availableUntil: null,
            regions: null,
            ...facts,
          },
        ],
      }),
    tellProfile: (profileId: string, userId: string, facts: Partial<DomainEvents['profile.changed']> = {}) =>
      tell('profile.changed', {
        profileId,
        userId,
        kind: 'ADULT',
        maturityLimit: 'AGE_18',
        language: 'en',
        pinHash: null,
        deleted: false,
        ...facts,
      }),
    tellEntitlement: (userId: string, facts: Partial<DomainEvents['entitlements.changed']> = {}) =>
      tell('entitlements.changed', {
        userId,
        active: true,
        maxStreams: 2,
        maxHeight: 1080,
        validUntil: null,
        ...facts,
      }),
    putMedia: (key: string, body: string) =>
      s3.send(new PutObjectCommand({ Bucket: buckets.media, Key: key, Body: body })),
    /** Delivers a job event as EventBridge does. */
    deliver: (detail: Record<string, unknown>, key: string | undefined = webhookKey) =>
      fetch(`${subgraph.url}/webhooks/mediaconvert`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(key !== undefined && { 'x-api-key': key }) },
        body: JSON.stringify({
          'detail-type': 'MediaConvert Job State Change',
          source: 'aws.mediaconvert',
          detail,
        }),
      }),
    async close() {
      await gateway.hangUp();
      await subgraph.close();
      await infrastructure.close();
      await objects.close();
      await mediaConvert.close();
      s3.destroy();
      await pool.end();
      await database.drop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export type PlaybackStage = Awaited<ReturnType<typeof setPlaybackStage>>;

const heights = {
  '1080p': [1920, 1080, 5_000_000],
  '720p': [1280, 720, 3_000_000],
  '360p': [640, 360, 900_000],
} as const;

/** Writes what a transcode of 40 seconds makes, in folders, as the stand-in of MediaConvert does. */
export async function putOutputs(
  { putMedia }: Pick<PlaybackStage, 'putMedia'>,
  prefix: string,
): Promise<void> {
  const playlist = `#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n#EXT-X-MAP:URI="init.mp4"\n${Array.from(
    { length: 10 },
    (_, index) => `#EXTINF:4.000,\nseg_${String(index + 1).padStart(5, '0')}.m4s\n`,
  ).join('')}#EXT-X-ENDLIST\n`;
  const variants = Object.entries(heights).map(
    ([name, [width, height, bandwidth]]) =>
      `#EXT-X-STREAM-INF:BANDWIDTH=${bandwidth},CODECS="avc1.640028,mp4a.40.2",RESOLUTION=${width}x${height},AUDIO="audio"\n` +
      `${name}/index.m3u8\n`,
  );
  const representations = Object.entries(heights).map(
    ([name, [width, height, bandwidth]]) =>
      `<Representation id="${name}" codecs="avc1.640028" bandwidth="${bandwidth}" width="${width}" height="${height}">` +
      `<SegmentTemplate timescale="1000" startNumber="1" initialization="${name}/init.mp4" media="${name}/seg_$Number%05d$.m4s">` +
      '<SegmentTimeline><S t="0" d="4000" r="9"/></SegmentTimeline></SegmentTemplate></Representation>',
  );
  const audio =
    '<AdaptationSet contentType="audio"><SegmentTemplate timescale="48000" startNumber="1" ' +
    'initialization="$RepresentationID$/init.mp4" media="$RepresentationID$/seg_$Number%05d$.m4s">' +
    '<SegmentTimeline><S t="0" d="192000" r="9"/></SegmentTimeline></SegmentTemplate>' +
    '<Representation id="audio" codecs="mp4a.40.2" bandwidth="128000"/></AdaptationSet>';
  await putMedia(
    `${prefix}master.m3u8`,
    '#EXTM3U\n#EXT-X-VERSION:7\n' +
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="audio",DEFAULT=YES,AUTOSELECT=YES,URI="audio/index.m3u8"\n' +
      variants.join(''),
  );
  await putMedia(
    `${prefix}manifest.mpd`,
    '<?xml version="1.0" encoding="UTF-8"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" ' +
      'mediaPresentationDuration="PT40S"><Period id="0"><AdaptationSet contentType="video" maxHeight="1080">' +
      `${representations.join('')}</AdaptationSet>${audio}</Period></MPD>`,
  );
  for (const name of [...Object.keys(heights), 'audio'])
    await putMedia(`${prefix}${name}/index.m3u8`, playlist);
}

const decoded = (value: string): Buffer =>
  Buffer.from(value.replace(/-/g, '+').replace(/_/g, '=').replace(/~/g, '/'), 'base64');

/** Whether CloudFront would open a URL: the signature, the expiry, and the policy's resource against the URL. */
export function opens(
  { publicKey }: Pick<PlaybackStage, 'publicKey'>,
  signedUrl: string,
  at = Date.now(),
): boolean {
  const url = new URL(signedUrl);
  const policyText = decoded(url.searchParams.get('Policy') ?? '');
  const signature = decoded(url.searchParams.get('Signature') ?? '');
  if (!createVerify('RSA-SHA1').update(policyText).verify(publicKey, signature)) return false;
  const [statement] = (
    JSON.parse(policyText.toString()) as {
      Statement: { Resource: string; Condition: { DateLessThan: { 'AWS:EpochTime': number } } }[];
    }
  ).Statement;
  if (!statement || statement.Condition.DateLessThan['AWS:EpochTime'] * 1000 <= at) return false;
  const pattern = statement.Resource.replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`).test(url.origin + url.pathname);
}
