import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { signViewer, VIEWER_HEADER } from '../../platform/viewer.ts';
import { startTestCatalog, viewers, type TestCatalog } from './test-catalog.ts';

let catalog: TestCatalog;
beforeAll(async () => {
  catalog = await startTestCatalog();
});
afterAll(() => catalog.close());

const names = (connection: { edges: { node: { name: string } }[] }): string[] =>
  connection.edges.map(({ node }) => node.name);

describe('the seed', () => {
  it('adds 3,203 films, 3 series and 24 episodes', async () => {
    expect(catalog.seeded).toMatchObject({ added: 3230, films: 3203, series: 3, episodes: 24, people: 550 });
    const { rows } = await catalog.pool.query(
      'select kind, count(*)::int as count from title group by kind order by kind',
    );
    expect(rows).toEqual([
      { kind: 'MOVIE', count: 3203 },
      { kind: 'SERIES', count: 3 },
      { kind: 'EPISODE', count: 24 },
    ]);
  });

  it('changes nothing the second time', async () => {
    await catalog.pool.query("update title set name = 'Edited' where id = 'jaws-1975'");
    expect((await catalog.seed()).added).toBe(0);
    expect((await catalog.ask('{ title(id: "jaws-1975") { name } }')).data.title.name).toBe('Edited');
    await catalog.pool.query("update title set name = 'Jaws' where id = 'jaws-1975'");
  });
});

describe('the door', () => {
  it('is shut to whom the gateway did not sign for, _service and _entities included', async () => {
    const forged = signViewer(viewers.editor, 'another secret that is long enough!!');
    for (const query of [
      '{ genres { id } }',
      '{ _service { sdl } }',
      '{ _entities(representations: []) { __typename } }',
    ])
      for (const headers of [{}, { [VIEWER_HEADER]: forged }]) {
        const response = await fetch(`${catalog.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify({ query }),
        });
        expect(response.status).toBe(403);
        expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
      }
  });
});

describe('a title', () => {
  it('answers all of its fields', async () => {
    const { data } = await catalog.ask(`{ title(id: "the-matrix-1999") {
      __typename id name synopsis maturityRating releaseDate runtimeMinutes popularity published
      availableFrom availableUntil regions genres { id name } ... on Movie { directors { id name } } } }`);
    expect(data.title).toEqual({
      __typename: 'Movie',
      id: 'the-matrix-1999',
      name: 'The Matrix',
      synopsis: 'A 1999 science-fiction action film directed by Andy Wachowski.',
      maturityRating: 'AGE_16',
      releaseDate: '1999-03-31',
      runtimeMinutes: 136,
      popularity: expect.closeTo(0.976, 2) as number,
      published: true,
      availableFrom: null,
      availableUntil: null,
      regions: null,
      genres: [
        { id: 'action', name: 'Action' },
        { id: 'science-fiction', name: 'Science Fiction' },
      ],
      directors: [{ id: 'per_andy-wachowski', name: 'Andy Wachowski' }],
    });
  });

  it('is null for an id that is none, whatever it holds', async () => {
    for (const id of ['nothing', '', '\0', "' or 1=1 --", 'x'.repeat(5000)]) {
      const { data, errors } = await catalog.ask(
        'query ($id: ID!) { title(id: $id) { id } person(id: $id) { id } }',
        { id },
      );
      expect(errors).toBeUndefined();
      expect(data).toEqual({ title: null, person: null });
    }
  });

  it('that is a series leads to its seasons and episodes, and back', async () => {
    const { data } = await catalog.ask(`{ title(id: "lantern-bay") { ... on Series { seasons {
      number episodes { id number name genres { id } season { number } series { id name } } } } } }`);
    const { seasons } = data.title;
    expect(seasons.map((season: { number: number }) => season.number)).toEqual([1, 2]);
    expect(seasons[1].episodes.map((episode: { number: number }) => episode.number)).toEqual([1, 2, 3, 4]);
    expect(seasons[1].episodes[0]).toEqual({
      id: 'lantern-bay-s2e1',
      number: 1,
      name: 'New Moorings',
      genres: [{ id: 'drama' }, { id: 'family' }],
      season: { number: 2 },
      series: { id: 'lantern-bay', name: 'Lantern Bay' },
    });
  });

  it('is found by a person who directed it', async () => {
    const { data } = await catalog.ask('{ person(id: "per_ridley-scott") { name titles(first: 2) { id } } }');
    expect(data.person).toEqual({
      name: 'Ridley Scott',
      titles: [{ id: 'gladiator-2000' }, { id: 'blade-runner-1982' }],
    });
  });
});

describe('a list of titles', () => {
  const LIST = `query ($filter: TitleFilter, $orderBy: TitleOrder, $first: Int, $after: String) {
    titles(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
      totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id name releaseDate popularity } } } }`;
  const list = async (variables: object) => (await catalog.ask(LIST, variables)).data.titles;

  it('clamps first to 100, takes 20 without it, none for 0, and refuses a negative one', async () => {
    expect((await list({ first: 5000 })).edges).toHaveLength(100);
    expect((await list({})).edges).toHaveLength(20);
    expect((await list({ first: 0 })).edges).toHaveLength(0);
    expect((await catalog.ask(LIST, { first: -1 })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it.each(['POPULARITY', 'RELEASE_DATE', 'NAME'])(
    'ordered by %s holds each title once, page after page',
    async (orderBy) => {
      const ids: string[] = [];
      let page;
      do {
        page = await list({ orderBy, first: 100, after: page?.pageInfo.endCursor });
        ids.push(...page.edges.map(({ node }: { node: { id: string } }) => node.id));
      } while (page.pageInfo.hasNextPage);
      expect(page.totalCount).toBe(3206);
      expect(ids).toHaveLength(3206);
      expect(new Set(ids).size).toBe(3206);
    },
  );

  it('is in the order asked for', async () => {
    const popular = (await list({ first: 50 })).edges.map(
      ({ node }: { node: { popularity: number } }) => node.popularity,
    );
    expect(popular).toEqual([...popular].sort((a, b) => b - a));
    expect((await list({ orderBy: 'RELEASE_DATE', first: 1 })).edges[0].node.id).toBe('demo-night-gradients');
    const byName = names(await list({ orderBy: 'NAME', first: 100 }));
    expect(byName.slice(0, 2)).toEqual(['10,000 B.C.', '102 Dalmatians']);
  });

  it('meets all conditions of the filter', async () => {
    const filter = {
      genreIds: ['western'],
      maturityAtMost: 'AGE_16',
      releasedFrom: '1990',
      releasedTo: '1999-12-31',
    };
    const { edges, totalCount } = await list({ filter, first: 100 });
    expect(totalCount).toBe(edges.length);
    const { rows } = await catalog.pool.query<{ id: string }>(
      `select id from title join title_genre on title_id = id
       where genre_id = 'western' and maturity_rating in ('ALL', 'AGE_7', 'AGE_13', 'AGE_16')
         and release_date between '1990-01-01' and '1999-12-31'`,
    );
    expect(rows.length).toBeGreaterThan(2);
    expect(edges.map(({ node }: { node: { id: string } }) => node.id).sort()).toEqual(
      rows.map(({ id }) => id).sort(),
    );
  });

  it('refuses a date that is none, a cursor that is none, and a cursor of another order', async () => {
    const { pageInfo } = await list({ first: 1 });
    for (const variables of [
      { filter: { releasedFrom: '1999-02-30' } },
      { filter: { releasedTo: 'yesterday' } },
      { after: 'nonsense' },
      { after: pageInfo.endCursor, orderBy: 'NAME' },
      { after: pageInfo.endCursor, orderBy: 'RELEASE_DATE' },
    ])
      expect((await catalog.ask(LIST, variables)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('takes a genre that is not there for one without titles', async () => {
    expect((await list({ filter: { genreIds: ["'; drop table title", '\0'] } })).totalCount).toBe(0);
  });

  it('costs as many queries for a hundred titles as for one', async () => {
    const DEEP = `query ($first: Int) { titles(first: $first) { edges { node { id genres { name } ... on Movie { directors { name titles(first: 3) { id genres { id } } } } } } } }`;
    const queries = vi.spyOn(pg.Client.prototype, 'query');
    const cost = async (first: number): Promise<number> => {
      queries.mockClear();
      const { errors } = await catalog.ask(DEEP, { first });
      expect(errors).toBeUndefined();
      return queries.mock.calls.length;
    };
    await cost(100); // connections are made
    const [one, hundred] = [await cost(1), await cost(100)];
    queries.mockRestore();
    expect(one).toBeGreaterThan(0);
    expect(hundred).toBeLessThanOrEqual(one);
  });
});

describe('a reference from another service', () => {
  const resolve = async (...representations: object[]) =>
    (await catalog.ask(
      `query ($representations: [_Any!]!) { _entities(representations: $representations) {
        __typename ... on Title { id name } ... on Movie { directors { name } } } }`,
      { representations },
    )) as { data: { _entities: unknown[] } };

  it('to a Title becomes what it is', async () => {
    const { data } = await resolve(
      { __typename: 'Title', id: 'alien-1979' },
      { __typename: 'Title', id: 'lantern-bay' },
      { __typename: 'Title', id: 'lantern-bay-s1e1' },
      { __typename: 'Movie', id: 'jaws-1975' },
    );
    expect(data._entities).toEqual([
      { __typename: 'Movie', id: 'alien-1979', name: 'Alien', directors: [{ name: 'Ridley Scott' }] },
      { __typename: 'Series', id: 'lantern-bay', name: 'Lantern Bay' },
      { __typename: 'Episode', id: 'lantern-bay-s1e1', name: 'The Last Ferry' },
      { __typename: 'Movie', id: 'jaws-1975', name: 'Jaws', directors: [{ name: 'Steven Spielberg' }] },
    ]);
  });

  it('is null where there is no such title, or it is another kind', async () => {
    const { data } = await resolve(
      { __typename: 'Title', id: 'none' },
      { __typename: 'Series', id: 'alien-1979' },
    );
    expect(data._entities).toEqual([null, null]);
  });

  it('costs one query for all titles', async () => {
    const queries = vi.spyOn(pg.Client.prototype, 'query');
    const representations = ['alien-1979', 'jaws-1975', 'lantern-bay', 'leon-1994'].map((id) => ({
      __typename: 'Title',
      id,
    }));
    await catalog.ask(
      `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Title { name } } }`,
      { representations },
    );
    expect(queries.mock.calls).toHaveLength(1);
    queries.mockRestore();
  });
});

describe('what playback tells', () => {
  const tell = (playable: boolean, sequence: number) =>
    catalog.infrastructure.events.publish({
      id: `evt_${playable}_${sequence}`,
      type: 'asset.changed',
      source: 'playback',
      sequence,
      occurredAt: new Date().toISOString(),
      payload: {
        titleId: 'jaws-1975',
        assetId: 'ast_1',
        status: 'READY',
        playable,
        maxHeight: 720,
        durationSeconds: 20,
      },
    });
  const playable = async () =>
    names(
      (await catalog.ask('{ titles(filter: { playableOnly: true }) { edges { node { name } } } }')).data
        .titles,
    );

  it('decides what playableOnly lists, the newest event last, however they arrive', async () => {
    expect(await playable()).toEqual([]);
    await tell(true, 7);
    expect(await playable()).toEqual(['Jaws']);
    await tell(false, 5);
    expect(await playable()).toEqual(['Jaws']);
    await tell(false, 8);
    expect(await playable()).toEqual([]);
  });
});
