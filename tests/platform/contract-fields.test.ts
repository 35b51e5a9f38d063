import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, parse, type GraphQLEnumType, type GraphQLSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApi, type Api } from '../../clients/demo/api.ts';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';
import { nullPaths, selectAll } from './selection.ts';

const contract: GraphQLSchema = buildSchema(
  readFileSync(path.join(import.meta.dirname, '../contract/contract.graphql'), 'utf8'),
);
const all = (type: string, depth: number): string => {
  const named = contract.getType(type);
  if (!named) throw new Error(`the contract has no type ${type}`);
  return selectAll(contract, named, depth);
};

/** Asks every field of the contract at least once, as a client would, over a platform that has its demo data. */
describe('every field of the contract', () => {
  let platform: TestPlatform;
  let visitor: Api;
  let viewer: Api;
  let editor: Api;
  const profileId = 'prf_demo_viewer';
  const device = 'test-device';

  const ask = async (api: Api, query: string, variables: Record<string, unknown> = {}): Promise<any> =>
    api.ask(parse(query) as never, variables as never);
  const signIn = async (email: string): Promise<Api> => {
    const { login } = await ask(
      visitor,
      `mutation ($input: LoginInput!) { login(input: $input) { ${all('AuthPayload', 1)} } }`,
      {
        input: { email, password: 'marquee-demo-1', device: 'test' },
      },
    );
    expect(login).toMatchObject({ user: { email }, mfaChallenge: null, userErrors: [] });
    return visitor.as(login.tokens.accessToken);
  };

  beforeAll(async () => {
    platform = await startTestPlatform({ DEMO_CLIPS: 'true', TRANSCODES_AT_ONCE: '2' });
    visitor = createApi(platform.url);
    viewer = await signIn('viewer@marquee.test');
    editor = await signIn('editor@marquee.test');
  }, 120_000);
  afterAll(async () => {
    await Promise.all([visitor, viewer, editor].map((api) => api?.close()));
    await platform.close();
  });

  it('makes the demo films playable in the background', { timeout: 240_000 }, async () => {
    await vi.waitFor(
      async () => {
        const { titles, episode } = await ask(
          visitor,
          `{ titles(filter: { playableOnly: true }, first: 10) { totalCount }
             episode: title(id: "lantern-bay-s1e1") { playable } }`,
        );
        expect({ films: titles.totalCount, episode: episode.playable }).toEqual({ films: 4, episode: true });
      },
      { timeout: 220_000, interval: 500 },
    );
    const { film, episode } = await ask(
      visitor,
      `{ film: title(id: "demo-colour-bars") { ${all('Title', 2)} } episode: title(id: "lantern-bay-s1e1") { ${all('Title', 1)} } }`,
    );
    expect(film).toMatchObject({ playable: true, asset: { status: 'READY' } });
    expect(film.asset.renditions.map(({ height }: { height: number }) => height)).toEqual([
      720, 540, 360, 270,
    ]);
    expect(film.similar).toHaveLength(2);
    expect(episode).toMatchObject({ __typename: 'Episode', number: 1, series: { id: 'lantern-bay' } });
    // transcodes are for editors
    expect(nullPaths(film).filter((at) => !at.startsWith('similar.'))).toEqual(['asset.transcodeJob']);
  });

  it('answers what visitors see', async () => {
    const plans = await ask(visitor, `{ plans { ${all('Plan', 2)} } }`);
    expect(plans.plans).toHaveLength(4);
    expect(nullPaths(plans)).toEqual([]);

    const { genres } = await ask(visitor, `{ genres { ${all('Genre', 1)} } }`);
    expect(genres.length).toBeGreaterThan(8);

    const { series } = await ask(
      visitor,
      '{ series: title(id: "lantern-bay") { name ... on Series { seasons { id number episodes { id number name season { id } series { id } } } } } }',
    );
    expect(series.seasons.map(({ episodes }: { episodes: unknown[] }) => episodes.length)).toEqual([4, 4]);

    const page = await ask(
      visitor,
      `query ($filter: TitleFilter, $genre: [ID!]) {
        titles(filter: $filter, orderBy: RELEASE_DATE, first: 2) { ${all('TitleConnection', 3)} }
        some: titles(filter: { genreIds: $genre }, orderBy: NAME, first: 1) { totalCount }
      }`,
      {
        filter: { maturityAtMost: 'AGE_13', releasedFrom: '1990-01-01', releasedTo: '1999-12-31' },
        genre: [genres[0].id],
      },
    );
    expect(page.titles.edges).toHaveLength(2);
    expect(page.titles.totalCount).toBeGreaterThan(100);
    expect(page.some.totalCount).toBeGreaterThan(0);
    for (const { node } of page.titles.edges) expect(node.releaseDate).toMatch(/^199/);

    const { search } = await ask(
      visitor,
      `{ search(query: "star wras", first: 3) { ${all('SearchConnection', 3)} } }`,
    );
    expect(search.edges[0].node.name).toMatch(/star wars/i);
    expect(search.edges[0].highlight).toContain('<em>');
    expect(search.facets.genres.length).toBeGreaterThan(0);
    expect(search.facets.decades.length).toBeGreaterThan(0);

    const { suggest } = await ask(
      visitor,
      `{ suggest(prefix: "lantern", first: 3) { ${all('Suggestion', 2)} } }`,
    );
    expect(suggest[0].title.name).toMatch(/lantern/i);
  });

  it('answers who is asking, and what they have', async () => {
    const { me } = await ask(viewer, `{ me { ${all('User', 3)} } }`);
    expect(me).toMatchObject({
      email: 'viewer@marquee.test',
      emailVerified: true,
      profiles: [
        { name: 'Alex', kind: 'ADULT' },
        { name: 'Robin', kind: 'KIDS' },
      ],
      membership: { status: 'ACTIVE', plan: { id: 'standard-monthly' } },
      entitlements: { active: true, maxStreams: 2, maxHeight: 1080 },
      invoices: { edges: [{ node: { status: 'paid' } }] },
    });
    expect(me.sessions.filter(({ current }: { current: boolean }) => current)).toHaveLength(1);
    // shelves are not all based on a title, and empty pages have no cursors
    expect(nullPaths(me).filter((at) => !/becauseOf$|(start|end)Cursor$/.test(at))).toEqual([]);
  });

  it('answers a home page with shelves of every kind', async () => {
    const { profile } = await ask(viewer, `query ($id: ID!) { profile(id: $id) { ${all('Profile', 1)} } }`, {
      id: profileId,
    });
    expect(nullPaths(profile)).toEqual([]);
    const { deep } = await ask(
      viewer,
      `query ($id: ID!) { deep: profile(id: $id) {
        home { id kind headline becauseOf { id name } titles(first: 3) { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id name playable genres { name } } } } }
        continueWatching(first: 5) { pageInfo { hasNextPage endCursor } edges { cursor node { positionSeconds durationSeconds finished updatedAt title { id name } } } }
        myList(first: 5) { totalCount edges { cursor node { id name } } } } }`,
      { id: profileId },
    );
    const kinds = new Set<string>(deep.home.map(({ kind }: { kind: string }) => kind));
    expect([...kinds].toSorted()).toEqual(
      (contract.getType('ShelfKind') as GraphQLEnumType)
        .getValues()
        .map(({ name }) => name)
        .toSorted(),
    );
    for (const shelf of deep.home) {
      expect(shelf.titles.edges.length).toBeGreaterThan(0);
      expect(shelf.becauseOf !== null).toBe(shelf.kind === 'BECAUSE_YOU_WATCHED');
      for (const { node } of shelf.titles.edges) expect(node.name).not.toBe('');
    }
    expect(deep.continueWatching.edges.map(({ node }: any) => node.title.id)).toEqual([
      'demo-fractal-voyage',
      'lantern-bay-s1e1',
    ]);
    expect(deep.myList.totalCount).toBe(3);
  });

  it('keeps lists and thumbs', async () => {
    const input = { profileId, titleId: 'demo-colour-bars' };
    const change = (field: string, selection: string, more = '') =>
      ask(
        viewer,
        `mutation ($profileId: ID!, $titleId: ID!) { ${field}(profileId: $profileId, titleId: $titleId${more}) { ${selection} userErrors { code message field } } }`,
        input,
      );
    const list = 'profile { id name myList(first: 1) { totalCount edges { node { id name } } } }';
    expect((await change('addToMyList', list)).addToMyList).toMatchObject({
      profile: {
        name: 'Alex',
        myList: { totalCount: 4, edges: [{ node: { name: 'Colour Bars: The Movie' } }] },
      },
      userErrors: [],
    });
    expect((await change('removeFromMyList', list)).removeFromMyList.profile.myList.totalCount).toBe(3);
    expect((await change('rateTitle', 'title { id name }', ', thumb: UP')).rateTitle).toMatchObject({
      title: { name: 'Colour Bars: The Movie' },
    });
  });

  it('plays, tells where one is, and stops', async () => {
    const session = `session { ${all('PlaybackSession', 1)} } userErrors { code message field }`;
    const { startPlayback } = await ask(
      viewer,
      `mutation ($input: StartPlaybackInput!) { startPlayback(input: $input) { ${session} } }`,
      {
        input: {
          profileId,
          titleId: 'demo-fractal-voyage',
          deviceId: device,
          format: 'DASH',
          drmSystems: ['CLEAR_KEY'],
        },
      },
    );
    expect(startPlayback).toMatchObject({
      userErrors: [],
      session: { format: 'DASH', resumePositionSeconds: 5, title: { name: 'Fractal Voyage' } },
    });
    expect(nullPaths(startPlayback.session).filter((at) => !at.startsWith('title.'))).toEqual(['drm']);
    expect(await (await fetch(startPlayback.session.manifestUrl)).text()).toContain('<MPD');
    const sessionId = startPlayback.session.id;
    const run = (field: string, more = '') =>
      ask(viewer, `mutation ($id: ID!) { ${field}(sessionId: $id${more}) { ${session} } }`, {
        id: sessionId,
      });
    expect((await run('renewPlayback')).renewPlayback).toMatchObject({
      session: { id: sessionId },
      userErrors: [],
    });
    expect((await run('heartbeat', ', positionSeconds: 6')).heartbeat).toMatchObject({
      session: { id: sessionId },
    });
    expect((await run('stopPlayback', ', positionSeconds: 7.5')).stopPlayback.userErrors).toEqual([]);
  });

  it('takes a film from its creation to its renditions', { timeout: 120_000 }, async () => {
    const { createMovie } = await ask(
      editor,
      `mutation ($input: CreateMovieInput!) { createMovie(input: $input) { movie { ${all('Movie', 1)} } userErrors { code message field } } }`,
      {
        input: {
          name: 'A Field Test',
          synopsis: 'Everything is asked once.',
          maturityRating: 'AGE_7',
          releaseDate: '2026-11-01',
          runtimeMinutes: 1,
          genreIds: ['drama'],
        },
      },
    );
    expect(createMovie).toMatchObject({
      movie: { name: 'A Field Test', playable: false, asset: null, genres: [{ id: 'drama' }] },
      userErrors: [],
    });
    const bytes = readFileSync(path.join(import.meta.dirname, '../../clients/demo/clip.mp4'));
    const { createUpload } = await ask(
      editor,
      `mutation ($input: CreateUploadInput!) { createUpload(input: $input) { upload { ${all('Upload', 1)} } userErrors { code message field } } }`,
      {
        input: {
          titleId: createMovie.movie.id,
          fileName: 'clip.mp4',
          contentType: 'video/mp4',
          size: bytes.length,
        },
      },
    );
    expect(createUpload).toMatchObject({ upload: { asset: { status: 'UPLOADING' } }, userErrors: [] });
    const parts = [];
    for (const { number, url, offset, size } of createUpload.upload.parts) {
      const response = await fetch(url, { method: 'PUT', body: bytes.subarray(offset, offset + size) });
      parts.push({ number, etag: response.headers.get('etag') });
    }
    const { completeUpload } = await ask(
      editor,
      `mutation ($input: CompleteUploadInput!) { completeUpload(input: $input) { asset { ${all('MediaAsset', 1)} } transcodeJob { ${all('TranscodeJob', 1)} } userErrors { code message field } } }`,
      { input: { uploadId: createUpload.upload.id, parts } },
    );
    expect(completeUpload).toMatchObject({
      asset: { status: 'TRANSCODING' },
      transcodeJob: { attempt: 1 },
      userErrors: [],
    });
    const jobId = completeUpload.transcodeJob.id;
    const events: any[] = [];
    const stream = editor.follow(
      parse(
        'subscription ($jobId: ID!) { transcodeProgress(jobId: $jobId) { id status percent attempt asset { title { name genres { name } } } } }',
      ) as never,
      { jobId } as never,
    );
    for await (const event of stream) {
      events.push((event as any).transcodeProgress);
      if (events.length === 1) {
        const { cancelTranscode } = await ask(
          editor,
          'mutation ($id: ID!) { cancelTranscode(jobId: $id) { transcodeJob { status } userErrors { code } } }',
          { id: jobId },
        );
        expect(cancelTranscode.userErrors).toEqual([]);
      }
    }
    expect(events.at(-1)).toMatchObject({
      status: 'CANCELED',
      asset: { title: { name: 'A Field Test', genres: [{ name: 'Drama' }] } },
    });
    const { retryTranscode } = await ask(
      editor,
      `mutation ($id: ID!) { retryTranscode(jobId: $id) { transcodeJob { ${all('TranscodeJob', 1)} } userErrors { code } } }`,
      { id: jobId },
    );
    expect(retryTranscode).toMatchObject({ transcodeJob: { attempt: 2 }, userErrors: [] });
    await vi.waitFor(
      async () => {
        const { transcodeJob, asset } = await ask(
          editor,
          `query ($job: ID!, $asset: ID!) { transcodeJob(id: $job) { ${all('TranscodeJob', 1)} } asset(id: $asset) { ${all('MediaAsset', 2)} } }`,
          { job: retryTranscode.transcodeJob.id, asset: createUpload.upload.asset.id },
        );
        expect(transcodeJob).toMatchObject({ status: 'COMPLETE', percent: 100, errorCode: null });
        expect(asset).toMatchObject({ status: 'READY', title: { name: 'A Field Test' } });
        expect(asset.renditions.length).toBe(4);
        expect(asset.durationSeconds).toBeCloseTo(12, 0);
      },
      { timeout: 100_000, interval: 300 },
    );
  });

  it('lets a newcomer register, refresh, make profiles and keys, and change their membership', async () => {
    const email = 'newcomer@example.test';
    const { register } = await ask(
      visitor,
      `mutation ($input: RegisterInput!) { register(input: $input) { ${all('AuthPayload', 1)} } }`,
      {
        input: { email, password: 'a long enough password' },
      },
    );
    expect(register).toMatchObject({ user: { email, emailVerified: false }, userErrors: [] });
    const { refreshTokens } = await ask(
      visitor,
      `mutation ($token: String!) { refreshTokens(refreshToken: $token) { ${all('AuthPayload', 1)} } }`,
      {
        token: register.tokens.refreshToken,
      },
    );
    const newcomer = visitor.as(refreshTokens.tokens.accessToken);
    const { createProfile } = await ask(
      newcomer,
      `mutation ($input: CreateProfileInput!) { createProfile(input: $input) { profile { ${all('Profile', 1)} } userErrors { code message field } } }`,
      {
        input: { name: 'Mini', kind: 'KIDS', maturityLimit: 'AGE_7', language: 'en', pin: '1234' },
      },
    );
    expect(createProfile).toMatchObject({
      profile: { name: 'Mini', pinProtected: true, maturityLimit: 'AGE_7' },
      userErrors: [],
    });
    expect(createProfile.profile.home.length).toBeGreaterThan(0);
    const { createApiKey } = await ask(
      newcomer,
      `mutation { createApiKey(name: "ci", scopes: ["catalog:read"]) { apiKey { ${all('ApiKey', 1)} } secret userErrors { code message field } } }`,
    );
    expect(createApiKey.secret.startsWith(createApiKey.apiKey.prefix)).toBe(true);
    expect(createApiKey).toMatchObject({
      apiKey: { scopes: ['catalog:read'], lastUsedAt: null },
      userErrors: [],
    });

    const { startCheckout } = await ask(
      newcomer,
      'mutation { startCheckout(planId: "standard-monthly") { checkoutUrl userErrors { code message field } } }',
    );
    const stream = newcomer
      .follow(parse(`subscription { membershipChanged { ${all('Membership', 2)} } }`) as never, {} as never)
      [Symbol.asyncIterator]();
    const first = stream.next();
    const paid = await fetch(startCheckout.checkoutUrl, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ card_number: '4242424242424242', exp: '12/34', cvc: '123' }),
    });
    expect(paid.status).toBe(303);
    expect((await first).value).toMatchObject({
      membershipChanged: { status: 'ACTIVE', plan: { id: 'standard-monthly' } },
    });
    await stream.return?.();
    const change = (field: string) =>
      ask(
        newcomer,
        `mutation { ${field} { membership { ${all('Membership', 2)} } userErrors { code message field } } }`,
      );
    expect((await change('changePlan(planId: "premium-monthly")')).changePlan).toMatchObject({
      membership: { plan: { maxStreams: 4 } },
      userErrors: [],
    });
    expect((await change('cancelMembership')).cancelMembership).toMatchObject({
      membership: { cancelAtPeriodEnd: true },
    });
    expect((await change('resumeMembership')).resumeMembership).toMatchObject({
      membership: { cancelAtPeriodEnd: false },
    });
    const { verifyMfa } = await ask(
      visitor,
      `mutation { verifyMfa(challenge: "none", code: "000000") { ${all('AuthPayload', 1)} } }`,
    );
    expect(verifyMfa.userErrors[0].code).toMatch(/TOKEN_EXPIRED|INVALID_CREDENTIALS/);
    await newcomer.close();
  });
});
