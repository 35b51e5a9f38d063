import { hash } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readyFilm, uploadFilm } from '../../../tests/support/playback-film.ts';
import {
  eventually,
  opens,
  setPlaybackStage,
  viewerOf,
  visitor,
  type PlaybackStage,
} from '../../../tests/support/playback-stage.ts';

interface Session {
  id: string;
  title: { id: string };
  manifestUrl: string;
  format: string;
  expiresAt: string;
  drm: unknown;
  heartbeatIntervalSeconds: number;
  resumePositionSeconds: number;
}
interface Payload {
  payload: { session: Session | null; userErrors: { code: string; message: string }[] };
}

const PAYLOAD = `{ session { id title { id } manifestUrl format expiresAt drm { system } heartbeatIntervalSeconds resumePositionSeconds }
  userErrors { code message field } }`;
const START = `mutation ($input: StartPlaybackInput!) { payload: startPlayback(input: $input) ${PAYLOAD} }`;
const RENEW = `mutation ($id: ID!) { payload: renewPlayback(sessionId: $id) ${PAYLOAD} }`;
const BEAT = `mutation ($id: ID!, $at: Float!) { payload: heartbeat(sessionId: $id, positionSeconds: $at) ${PAYLOAD} }`;
const STOP = `mutation ($id: ID!, $at: Float) { payload: stopPlayback(sessionId: $id, positionSeconds: $at) ${PAYLOAD} }`;

let stage: PlaybackStage;
beforeAll(async () => {
  stage = await setPlaybackStage();
  await readyFilm(stage, 'film');
});
afterAll(() => stage.close());

let users = 0;
/** A user with a membership and a profile. */
async function member(entitlement = {}, profile = {}): Promise<{ userId: string; profileId: string }> {
  const userId = `usr_${++users}`;
  const profileId = `prf_${users}`;
  await stage.tellEntitlement(userId, entitlement);
  await stage.tellProfile(profileId, userId, profile);
  return { userId, profileId };
}

const startAs = (userId: string, profileId: string, more: object = {}, region = 'DE') =>
  stage.ask<Payload>(viewerOf(userId, region), START, {
    input: { titleId: 'film', profileId, deviceId: 'tv', ...more },
  });

async function start(
  who: { userId: string; profileId: string },
  more: object = {},
  region = 'DE',
): Promise<Payload['payload']> {
  const answer = await startAs(who.userId, who.profileId, more, region);
  expect(answer.errors).toBeUndefined();
  return (answer.data as Payload).payload;
}
async function ask(userId: string, query: string, variables: object): Promise<Payload['payload']> {
  const answer = await stage.ask<Payload>(viewerOf(userId), query, variables);
  expect(answer.errors).toBeUndefined();
  return (answer.data as Payload).payload;
}
const codes = ({ userErrors }: Payload['payload']): string[] => userErrors.map(({ code }) => code);

describe('startPlayback', () => {
  it('gives a signed manifest that opens itself until it expires', async () => {
    const { session } = await start(await member());
    const { id, manifestUrl, expiresAt } = session as Session;
    expect(session).toMatchObject({
      title: { id: 'film' },
      format: 'HLS',
      drm: null,
      heartbeatIntervalSeconds: 10,
      resumePositionSeconds: 0,
    });
    expect(manifestUrl).toMatch(`http://cdn.test/manifests/${id}/master.m3u8?`);
    expect(opens(stage, manifestUrl)).toBe(true);
    expect(opens(stage, manifestUrl.replace('master', 'other'))).toBe(false);
    expect(opens(stage, manifestUrl, Date.parse(expiresAt))).toBe(false);
    expect(opens(stage, manifestUrl, Date.parse(expiresAt) - 1)).toBe(true);
  });

  it('gives an MPD to who wants DASH', async () => {
    const { session } = await start(await member(), { format: 'DASH', drmSystems: ['WIDEVINE'] });
    expect(session).toMatchObject({
      format: 'DASH',
      manifestUrl: expect.stringMatching(/manifest\.mpd\?/) as string,
    });
  });

  it('is for who is signed in, and for their own profiles', async () => {
    const one = await member();
    const other = await member();
    const asVisitor = await stage.ask(visitor, START, {
      input: { titleId: 'film', profileId: one.profileId, deviceId: 'tv' },
    });
    expect(asVisitor.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await startAs(one.userId, other.profileId)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await startAs(one.userId, 'prf_none')).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    await stage.tellProfile(one.profileId, one.userId, { deleted: true });
    expect((await startAs(one.userId, one.profileId)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('refuses with the code of the rule that says no', async () => {
    const who = await member();
    await stage.tellTitle({ id: 'draft', published: false });
    await stage.tellTitle({ id: 'adult', maturityRating: 'AGE_18' });
    await stage.tellTitle({ id: 'american', regions: ['US'] });
    await uploadFilm(stage, 'not-ready');
    expect(codes(await start(who, { titleId: 'none' }))).toEqual(['NOT_FOUND']);
    expect(codes(await start(who, { titleId: 'draft' }))).toEqual(['NOT_FOUND']);
    expect(codes(await start(who, { titleId: 'american' }))).toEqual(['NOT_AVAILABLE_IN_REGION']);
    expect(codes(await start(who, { titleId: 'american' }, 'US'))).toEqual(['NOT_READY']);
    expect(codes(await start(who, { titleId: 'not-ready' }))).toEqual(['NOT_READY']);
    expect(codes(await start(who, { deviceId: '' }))).toEqual(['INVALID_INPUT']);
    const kid = await member({}, { kind: 'KIDS', maturityLimit: 'AGE_7' });
    expect(codes(await start(kid, { titleId: 'adult' }))).toEqual(['MATURITY_BLOCKED']);
    const lapsed = await member({ active: false });
    expect(codes(await start(lapsed))).toEqual(['NO_MEMBERSHIP']);
  });

  it('asks for the PIN of a profile, and lets it be tried five times', async () => {
    const pinHash = await hash('4711');
    const who = await member({}, { pinHash });
    expect(codes(await start(who))).toEqual(['PIN_REQUIRED']);
    expect(codes(await start(who, { pin: '4711' }))).toEqual([]);
    for (let tries = 0; tries < 5; tries++)
      expect(codes(await start(who, { pin: '0000' }))).toEqual(['PIN_REQUIRED']);
    expect(codes(await start(who, { pin: '4711' }))).toEqual(['PIN_REQUIRED']);
  });

  it('waits a moment for a membership that was bought just now', async () => {
    const userId = 'usr_new';
    await stage.tellProfile('prf_new', userId);
    const begun = start({ userId, profileId: 'prf_new' });
    await stage.tellEntitlement(userId);
    expect(codes(await begun)).toEqual([]);
  });
});

describe('the number of streams', () => {
  it('is never more than the plan allows, of 100 starts at once', async () => {
    const who = await member({ maxStreams: 3 });
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, device) => start(who, { deviceId: `device-${device}` })),
    );
    expect(answers.filter(({ session }) => session)).toHaveLength(3);
    expect(new Set(answers.flatMap(codes))).toEqual(new Set(['STREAM_LIMIT']));
  });

  it('counts a device that starts again once, and ends its session before', async () => {
    const who = await member({ maxStreams: 1 });
    const first = (await start(who)).session as Session;
    const second = (await start(who)).session as Session;
    expect(codes(await ask(who.userId, BEAT, { id: first.id, at: 1 }))).toEqual(['STREAM_LIMIT']);
    expect(codes(await ask(who.userId, BEAT, { id: second.id, at: 1 }))).toEqual([]);
    // stopping the old one does not take the new one's place
    expect(codes(await ask(who.userId, STOP, { id: first.id }))).toEqual([]);
    expect(codes(await start(who, { deviceId: 'phone' }))).toEqual(['STREAM_LIMIT']);
  });

  it('leaves one open session of a device that starts many times at once', async () => {
    const who = await member({ maxStreams: 1 });
    const sessions = await Promise.all(Array.from({ length: 10 }, () => start(who)));
    const beats = await Promise.all(
      sessions.map(({ session }) => ask(who.userId, BEAT, { id: session?.id, at: 1 })),
    );
    expect(beats.filter(({ session }) => session)).toHaveLength(1);
  });

  it('has a free place after a stop', async () => {
    const who = await member({ maxStreams: 1 });
    const { session } = await start(who);
    await ask(who.userId, STOP, { id: session?.id });
    expect(codes(await start(who, { deviceId: 'phone' }))).toEqual([]);
  });
});

describe('a device that falls silent', () => {
  let patient: PlaybackStage;
  // leases so short that a test can wait for their end, on a stage where nothing else needs them
  beforeAll(async () => {
    patient = stage;
    stage = await setPlaybackStage({ LEASE_SECONDS: '2' });
    await readyFilm(stage, 'film');
  });
  afterAll(async () => {
    await stage.close();
    stage = patient;
  });

  it('leaves its place to another after a while, and is told', async () => {
    const who = await member({ maxStreams: 1 });
    const silent = (await start(who)).session as Session;
    const taken = await eventually(async () => (await start(who, { deviceId: 'phone' })).session);
    expect(codes(await ask(who.userId, BEAT, { id: silent.id, at: 5 }))).toEqual(['STREAM_LIMIT']);
    expect(codes(await ask(who.userId, BEAT, { id: silent.id, at: 5 }))).toEqual(['STREAM_LIMIT']);
    expect(codes(await ask(who.userId, BEAT, { id: taken.id, at: 5 }))).toEqual([]);
  });

  it('has its place back if nobody took it', async () => {
    const who = await member({ maxStreams: 1 });
    const { session } = await start(who);
    await eventually(
      async () => (await stage.infrastructure.leases.holders(`streams:${who.userId}`)).length === 0,
    );
    expect(codes(await ask(who.userId, BEAT, { id: session?.id, at: 5 }))).toEqual([]);
    expect(codes(await start(who, { deviceId: 'phone' }))).toEqual(['STREAM_LIMIT']);
  });
});

describe('a session', () => {
  it('is renewed to a later expiry', async () => {
    const who = await member();
    const first = (await start(who)).session as Session;
    const second = (await ask(who.userId, RENEW, { id: first.id })).session as Session;
    const third = (await ask(who.userId, RENEW, { id: first.id })).session as Session;
    expect(Date.parse(second.expiresAt)).toBeGreaterThan(Date.parse(first.expiresAt));
    expect(Date.parse(third.expiresAt)).toBeGreaterThan(Date.parse(second.expiresAt));
    expect(third.manifestUrl).not.toBe(first.manifestUrl);
    expect(opens(stage, third.manifestUrl, Date.parse(first.expiresAt))).toBe(true);
  });

  it('is its owner’s alone', async () => {
    const who = await member();
    const other = await member();
    const { session } = await start(who);
    for (const [query, more] of [
      [RENEW, {}],
      [BEAT, { at: 1 }],
      [STOP, {}],
    ] as const) {
      const answer = await stage.ask(viewerOf(other.userId), query, { id: session?.id, ...more });
      expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
      expect(codes(await ask(who.userId, query, { id: 'ply_none', ...more }))).toEqual(['NOT_FOUND']);
    }
    const entity = `{ _entities(representations: [{ __typename: "PlaybackSession", id: "${session?.id}" }]) { ... on PlaybackSession { id } } }`;
    expect((await stage.ask(viewerOf(who.userId), entity)).data).toEqual({
      _entities: [{ id: session?.id }],
    });
    expect((await stage.ask(viewerOf(other.userId), entity)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('takes positions within the video', async () => {
    const who = await member();
    const { session } = await start(who);
    for (const at of [-1, 46])
      expect(codes(await ask(who.userId, BEAT, { id: session?.id, at }))).toEqual(['INVALID_INPUT']);
    for (const at of [0, 40, 44])
      expect(codes(await ask(who.userId, BEAT, { id: session?.id, at }))).toEqual([]);
  });

  it('stops as often as it is told to', async () => {
    const who = await member();
    const { session } = await start(who);
    const stops = await Promise.all([1, 2].map(() => ask(who.userId, STOP, { id: session?.id, at: 12 })));
    for (const stop of stops) expect(stop).toMatchObject({ session: { id: session?.id }, userErrors: [] });
    expect(codes(await ask(who.userId, BEAT, { id: session?.id, at: 13 }))).toEqual(['CONFLICT']);
  });

  it('ends with the membership', async () => {
    const who = await member();
    const { session } = await start(who);
    await stage.tellEntitlement(who.userId, { active: false });
    expect(codes(await ask(who.userId, BEAT, { id: session?.id, at: 1 }))).toEqual(['NO_MEMBERSHIP']);
    expect(codes(await ask(who.userId, RENEW, { id: session?.id }))).toEqual(['NO_MEMBERSHIP']);
  });

  it('signs nothing for longer than the membership lasts', async () => {
    const validUntil = Date.now() + 60_500;
    const who = await member({ validUntil: new Date(validUntil).toISOString() });
    const { expiresAt } = (await start(who)).session as Session;
    expect(Date.parse(expiresAt)).toBeLessThanOrEqual(validUntil);
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now() + 50_000);
  });

  it('ends with its profile, which leaves no progress behind', async () => {
    const who = await member();
    const { session } = await start(who);
    await ask(who.userId, BEAT, { id: session?.id, at: 7 });
    await stage.tellProfile(who.profileId, who.userId, { deleted: true });
    expect(codes(await ask(who.userId, BEAT, { id: session?.id, at: 8 }))).toEqual(['CONFLICT']);
    expect(await stage.sql('select from watch_progress where profile_id = $1', [who.profileId])).toEqual([]);
  });

  it('is over when its time is', async () => {
    const brief = await setPlaybackStage({ SESSION_LIFETIME_SECONDS: '1' });
    try {
      await readyFilm(brief, 'film');
      await brief.tellProfile('prf_brief', 'usr_brief');
      await brief.tellEntitlement('usr_brief');
      const input = { titleId: 'film', profileId: 'prf_brief', deviceId: 'tv' };
      const begun = await brief.ask<Payload>(viewerOf('usr_brief'), START, { input });
      const { id, expiresAt } = (begun.data as Payload).payload.session as Session;
      expect(Date.parse(expiresAt)).toBeLessThanOrEqual(Date.now() + 1_000);
      const over = await eventually(async () => {
        const answer = await brief.ask<Payload>(viewerOf('usr_brief'), RENEW, { id });
        return answer.data?.payload.userErrors[0];
      });
      expect(over.code).toBe('TOKEN_EXPIRED');
    } finally {
      await brief.close();
    }
  });
});

describe('watch progress', () => {
  const QUERY = `query ($id: ID!, $first: Int, $after: String) {
    _entities(representations: [{ __typename: "Profile", id: $id }]) { ... on Profile {
      continueWatching(first: $first, after: $after) {
        edges { cursor node { title { id } positionSeconds durationSeconds finished updatedAt } }
        pageInfo { hasNextPage endCursor } } } } }`;
  interface Watching {
    _entities: {
      continueWatching: {
        edges: {
          node: {
            title: { id: string };
            positionSeconds: number;
            durationSeconds: number;
            finished: boolean;
          };
        }[];
        pageInfo: { hasNextPage: boolean; endCursor: string | null };
      } | null;
    }[];
  }
  const watchingOf = async (who: { userId: string; profileId: string }, page: object = {}) => {
    const { data } = await stage.ask<Watching>(viewerOf(who.userId), QUERY, { id: who.profileId, ...page });
    return data?._entities[0]?.continueWatching as NonNullable<
      Watching['_entities'][number]['continueWatching']
    >;
  };

  it('lets a profile go on where it was, until it has finished', async () => {
    const who = await member();
    const { session } = await start(who);
    await ask(who.userId, BEAT, { id: session?.id, at: 17.5 });
    expect((await watchingOf(who)).edges).toMatchObject([
      { node: { title: { id: 'film' }, positionSeconds: 17.5, durationSeconds: 40, finished: false } },
    ]);
    expect((await start(who)).session?.resumePositionSeconds).toBe(17.5);
    const again = (await start(who)).session as Session;
    await ask(who.userId, STOP, { id: again.id, at: 39.5 });
    expect((await watchingOf(who)).edges).toEqual([]);
    expect((await start(who)).session?.resumePositionSeconds).toBe(0);
    const told = await eventually(async () =>
      stage.told.find(
        ({ type, payload }) =>
          type === 'progress.changed' &&
          (payload as { profileId: string }).profileId === who.profileId &&
          (payload as { finished: boolean }).finished,
      ),
    );
    expect(told.payload).toMatchObject({
      titleId: 'film',
      positionSeconds: 39.5,
      durationSeconds: 40,
      finished: true,
    });
  });

  it('lists the newest first, page by page', async () => {
    const who = await member();
    for (const titleId of ['page-1', 'page-2', 'page-3']) {
      await readyFilm(stage, titleId);
      const { session } = await start(who, { titleId });
      await ask(who.userId, BEAT, { id: session?.id, at: 3 });
    }
    const first = await watchingOf(who, { first: 2 });
    expect(first.edges.map(({ node }) => node.title.id)).toEqual(['page-3', 'page-2']);
    expect(first.pageInfo.hasNextPage).toBe(true);
    const rest = await watchingOf(who, { first: 2, after: first.pageInfo.endCursor });
    expect(rest.edges.map(({ node }) => node.title.id)).toEqual(['page-1']);
    expect(rest.pageInfo.hasNextPage).toBe(false);
  });

  it('is shown to the owner of the profile alone', async () => {
    const who = await member();
    for (const viewer of [visitor, viewerOf('usr_other')]) {
      const answer = await stage.ask<Watching>(viewer, QUERY, { id: who.profileId });
      expect(answer.data?._entities[0]?.continueWatching).toBeNull();
      expect(answer.errors?.[0]?.extensions.code).toBe(viewer === visitor ? 'UNAUTHENTICATED' : 'FORBIDDEN');
    }
  });
});

describe('what other services tell', () => {
  it('counts by its sequence, not by when it comes', async () => {
    const who = await member();
    const later = 1_000_000;
    await stage.tell(
      'entitlements.changed',
      { userId: who.userId, active: false, maxStreams: 1, maxHeight: 360, validUntil: null },
      later,
    );
    await stage.tell(
      'entitlements.changed',
      { userId: who.userId, active: true, maxStreams: 9, maxHeight: 2160, validUntil: null },
      later - 1,
    );
    expect(codes(await start(who))).toEqual(['NO_MEMBERSHIP']);
    await stage.tell(
      'profile.changed',
      {
        profileId: who.profileId,
        userId: who.userId,
        kind: 'ADULT',
        maturityLimit: 'AGE_18',
        language: 'en',
        pinHash: null,
        deleted: true,
      },
      later,
    );
    await stage.tell(
      'profile.changed',
      {
        profileId: who.profileId,
        userId: who.userId,
        kind: 'ADULT',
        maturityLimit: 'AGE_18',
        language: 'en',
        pinHash: null,
        deleted: false,
      },
      later - 1,
    );
    expect((await startAs(who.userId, who.profileId)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});
