import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import type { AnyDomainEvent, DomainEvents, EventType, TitleFacts } from '../../platform/domain-events.ts';
import { createInfrastructure, type Infrastructure } from '../../platform/infrastructure.ts';
import { createLogger } from '../../platform/logger.ts';
import type { Service } from '../../platform/run-service.ts';
import { signViewer, VIEWER_HEADER } from '../../platform/viewer.ts';
import { createRecommendationSubgraph } from './subgraph.ts';

const secret = 'a secret that is long enough to sign';
const logger = createLogger('recommendation', 'silent');

const facts = (id: string, more: Partial<TitleFacts> = {}): TitleFacts => ({
  id,
  kind: 'MOVIE',
  seriesId: null,
  name: id.toUpperCase(),
  maturityRating: 'ALL',
  releaseDate: '2001-01-01',
  runtimeMinutes: 90,
  genres: [{ id: 'drama', name: 'Drama' }],
  directorIds: [],
  popularity: 0.5,
  published: true,
  availableFrom: null,
  availableUntil: null,
  regions: null,
  ...more,
});
const horror = { genres: [{ id: 'horror', name: 'Horror' }] };

describe('the recommendation subgraph', () => {
  let database: TestDatabase;
  let infrastructure: Infrastructure;
  let service: Service;
  let sequence = 0;

  const tell = <Type extends EventType>(type: Type, payload: DomainEvents[Type]): Promise<void> =>
    infrastructure.events.publish({
      id: `evt_${++sequence}`,
      type,
      source: 'test',
      sequence,
      occurredAt: new Date().toISOString(),
      payload,
    } as AnyDomainEvent);
  const profile = (profileId: string, userId: string, maturityLimit: 'ALL' | 'AGE_18' = 'AGE_18') =>
    tell('profile.changed', {
      profileId,
      userId,
      kind: 'ADULT',
      maturityLimit,
      language: 'en',
      pinHash: null,
      deleted: false,
    });
  const watched = (profileId: string, titleId: string, finished: boolean) =>
    tell('progress.changed', {
      profileId,
      titleId,
      positionSeconds: 60,
      durationSeconds: 90,
      finished,
      at: new Date().toISOString(),
    });

  async function ask(query: string, { userId, ...variables }: Record<string, unknown> = {}) {
    const viewer = { scopes: [], region: 'US', ...(typeof userId === 'string' && { userId }) };
    const response = await fetch(`${service.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [VIEWER_HEADER]: signViewer(viewer, secret) },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as {
      data: any;
      errors?: { message: string; extensions: { code: string } }[];
    };
  }
  const home = async (profileId: string, userId: string) => {
    const answer = await ask(
      `query ($id: ID!) { _entities(representations: [{ __typename: "Profile", id: $id }]) { ... on Profile {
        home { id kind headline becauseOf { id } titles(first: 100) { totalCount edges { node { id } } } } } } }`,
      { id: profileId, userId },
    );
    const shelves = answer.data?._entities[0]?.home as
      | {
          id: string;
          kind: string;
          headline: string;
          becauseOf: { id: string } | null;
          titles: { totalCount: number; edges: { node: { id: string } }[] };
        }[]
      | null;
    return {
      errors: answer.errors,
      shelves: (shelves ?? []).map((shelf) => ({
        ...shelf,
        ids: shelf.titles.edges.map(({ node }) => node.id),
      })),
    };
  };
  const mutate = (
    field: string,
    selection: string,
    userId: string | undefined,
    variables: Record<string, string>,
  ) =>
    ask(`mutation ($profileId: ID!, $titleId: ID!) { ${field} { ${selection} userErrors { code field } } }`, {
      ...variables,
      userId,
    });

  beforeAll(async () => {
    database = await createTestDatabase('recommendation');
    infrastructure = await createInfrastructure({ redisUrl: undefined, logger });
    service = await createRecommendationSubgraph({
      env: {
        HOST: '127.0.0.1',
        PORT: 0,
        LOG_LEVEL: 'silent',
        DATABASE_URL: database.url,
        GATEWAY_SECRET: secret,
      },
      infrastructure,
      logger,
    });
    await service.listen();
    await tell('titles.changed', {
      titles: [
        ...['a', 'b', 'c', 'd', 'e'].map((id, index) =>
          facts(`drama-${id}`, { popularity: 0.9 - index / 10 }),
        ),
        ...['a', 'b', 'c'].map((id) =>
          facts(`horror-${id}`, { ...horror, popularity: 0.3, maturityRating: 'AGE_18' }),
        ),
        facts('draft', { published: false }),
        facts('series', { kind: 'SERIES', ...horror, maturityRating: 'AGE_18', popularity: 0.1 }),
        facts('episode', { kind: 'EPISODE', seriesId: 'series', ...horror, maturityRating: 'AGE_18' }),
        facts('newest', { releaseDate: '2020-05-05' }),
      ],
    });
    await profile('prf_1', 'usr_1');
    await profile('prf_kids', 'usr_1', 'ALL');
  });

  afterAll(async () => {
    await service.close();
    await infrastructure.close();
    await database.drop();
  });

  it('gives a new profile shelves of what is popular and new, and none that is empty', async () => {
    await profile('prf_new', 'usr_new');
    const { shelves, errors } = await home('prf_new', 'usr_new');
    expect(errors).toBeUndefined();
    expect(shelves.map(({ kind }) => kind)).toEqual(['TOP_PICKS', 'NEW_RELEASES', 'GENRE', 'GENRE']);
    expect(shelves[0]).toMatchObject({
      headline: 'A good place to start',
      ids: expect.arrayContaining(['drama-a']),
    });
    expect(shelves[0]?.ids[0]).toBe('drama-a');
    expect(shelves[1]?.ids[0]).toBe('newest');
    expect(shelves.flatMap(({ ids }) => ids)).not.toContain('draft');
    expect(shelves.flatMap(({ ids }) => ids)).not.toContain('episode');
  });

  it('changes the home page with the next request after something was watched', async () => {
    await profile('prf_2', 'usr_2');
    await watched('prf_2', 'horror-a', true);
    await watched('prf_2', 'drama-e', false);
    const { shelves } = await home('prf_2', 'usr_2');
    const byKind = Object.fromEntries(shelves.map((shelf) => [shelf.kind, shelf]));
    expect(byKind['CONTINUE_WATCHING']?.ids).toEqual(['drama-e']);
    expect(byKind['BECAUSE_YOU_WATCHED']).toMatchObject({
      headline: 'Because you watched HORROR-A',
      becauseOf: { id: 'horror-a' },
    });
    expect(byKind['BECAUSE_YOU_WATCHED']?.ids.slice(0, 2).toSorted()).toEqual(['horror-b', 'horror-c']);
    expect(byKind['TOP_PICKS']?.ids).not.toContain('horror-a');
    expect(byKind['TOP_PICKS']?.ids.indexOf('horror-b')).toBeLessThan(
      byKind['TOP_PICKS']?.ids.indexOf('newest') ?? 0,
    );
    await vi.waitFor(async () => {
      const trending = (await home('prf_2', 'usr_2')).shelves.find(({ kind }) => kind === 'TRENDING');
      expect(trending?.ids).toContain('horror-a');
    }, 3_000);
  });

  it('counts an episode for its series', async () => {
    await profile('prf_3', 'usr_3');
    await watched('prf_3', 'episode', true);
    const { shelves } = await home('prf_3', 'usr_3');
    expect(shelves.find(({ kind }) => kind === 'BECAUSE_YOU_WATCHED')?.becauseOf).toEqual({ id: 'series' });
  });

  it('shows a kids profile nothing beyond its limit, similar titles included', async () => {
    await watched('prf_kids', 'horror-b', true);
    const { shelves } = await home('prf_kids', 'usr_1');
    expect(shelves.length).toBeGreaterThan(1);
    expect(shelves.flatMap(({ ids }) => ids).filter((id) => id.startsWith('horror'))).toEqual([]);
    const { data } = await ask(
      `{ _entities(representations: [{ __typename: "Title", id: "drama-a" }]) { ... on Title { similar(first: 50) { id } } } }`,
    );
    const ids = data._entities[0].similar.map(({ id }: { id: string }) => id);
    expect(ids).toContain('drama-b');
    expect(ids).not.toContain('drama-a');
    expect(ids.filter((id: string) => id.startsWith('horror'))).toEqual([]);
  });

  it("refuses another account's profile, and a visitor", async () => {
    expect((await home('prf_1', 'usr_other')).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const list = await mutate(
      'addToMyList(profileId: $profileId, titleId: $titleId)',
      'profile { id }',
      'usr_other',
      { profileId: 'prf_1', titleId: 'drama-a' },
    );
    expect(list.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const visitor = await mutate(
      'rateTitle(profileId: $profileId, titleId: $titleId, thumb: UP)',
      'title { id }',
      undefined,
      { profileId: 'prf_1', titleId: 'drama-a' },
    );
    expect(visitor.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('keeps a list, newest first, in pages', async () => {
    const add = (titleId: string) =>
      mutate(
        'addToMyList(profileId: $profileId, titleId: $titleId)',
        'profile { id myList { totalCount } }',
        'usr_1',
        { profileId: 'prf_1', titleId },
      );
    for (const id of ['drama-a', 'drama-b', 'drama-c']) await add(id);
    const again = await add('drama-a');
    expect(again.data.addToMyList).toEqual({
      profile: { id: 'prf_1', myList: { totalCount: 3 } },
      userErrors: [],
    });
    expect((await add('nothing')).data.addToMyList).toEqual({
      profile: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['titleId'] }],
    });

    const page = async (after: string | null) =>
      (
        await ask(
          `query ($after: String) { _entities(representations: [{ __typename: "Profile", id: "prf_1" }]) { ... on Profile {
            myList(first: 2, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { id } } } } } }`,
          { after, userId: 'usr_1' },
        )
      ).data._entities[0].myList;
    const first = await page(null);
    expect(first).toMatchObject({
      totalCount: 3,
      pageInfo: { hasNextPage: true },
      edges: [{ node: { id: 'drama-c' } }, { node: { id: 'drama-b' } }],
    });
    const second = await page(first.pageInfo.endCursor);
    expect(second).toMatchObject({ pageInfo: { hasNextPage: false }, edges: [{ node: { id: 'drama-a' } }] });

    const removed = await mutate(
      'removeFromMyList(profileId: $profileId, titleId: $titleId)',
      'profile { myList { totalCount } }',
      'usr_1',
      { profileId: 'prf_1', titleId: 'drama-b' },
    );
    expect(removed.data.removeFromMyList.profile.myList.totalCount).toBe(2);
  });

  it('takes thumbs into account, and takes them back', async () => {
    await profile('prf_4', 'usr_4');
    const rate = (titleId: string, thumb: string) =>
      mutate(
        `rateTitle(profileId: $profileId, titleId: $titleId, thumb: ${thumb})`,
        'title { id }',
        'usr_4',
        { profileId: 'prf_4', titleId },
      );
    expect((await rate('horror-a', 'UP')).data.rateTitle).toEqual({
      title: { id: 'horror-a' },
      userErrors: [],
    });
    await rate('drama-a', 'DOWN');
    const liked = await home('prf_4', 'usr_4');
    expect(liked.shelves.map(({ headline }) => headline)).toContain('Because you liked HORROR-A');
    expect(liked.shelves.find(({ kind }) => kind === 'TOP_PICKS')?.ids).not.toContain('drama-a');
    await rate('horror-a', 'null');
    await rate('drama-a', 'null');
    const back = await home('prf_4', 'usr_4');
    expect(back.shelves.map(({ kind }) => kind)).not.toContain('BECAUSE_YOU_WATCHED');
    expect(back.shelves.find(({ kind }) => kind === 'TOP_PICKS')?.ids[0]).toBe('drama-a');
  });

  it('ignores news that is older than what it knows', async () => {
    await profile('prf_5', 'usr_5');
    const old = sequence;
    await profile('prf_5', 'usr_6');
    await infrastructure.events.publish({
      id: 'evt_late',
      type: 'profile.changed',
      source: 'test',
      sequence: old - 1,
      occurredAt: new Date().toISOString(),
      payload: {
        profileId: 'prf_5',
        userId: 'usr_5',
        kind: 'ADULT',
        maturityLimit: 'ALL',
        language: 'en',
        pinHash: null,
        deleted: false,
      },
    });
    expect((await home('prf_5', 'usr_5')).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await home('prf_5', 'usr_6')).errors).toBeUndefined();
  });
});
