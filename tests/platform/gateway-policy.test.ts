import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { buildSchema, getIntrospectionQuery, Kind, parse, type GraphQLFormattedError } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { compileCost } from '../../gateway/operation/cost.ts';
import { fragmentsOf } from '../../gateway/operation/fragments.ts';
import { readAnnotations } from '../../gateway/supergraph/annotations.ts';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';

interface Answer {
  readonly headers: Headers;
  // the tests know what they asked for
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any;
  readonly errors?: readonly GraphQLFormattedError[];
}

/** What each operation of a document costs, over the supergraph of the platform, with no variables given. */
function costsOf(text: string): Record<string, number> {
  const sdl = readFileSync(path.join(import.meta.dirname, '../../supergraph.graphql'), 'utf8');
  const schema = Supergraph.build(sdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES })
    .apiSchema()
    .toGraphQLJSSchema();
  const document = parse(text);
  const options = { schema, annotations: readAnnotations(parse(sdl)), listSize: 10, maxListSize: 100 };
  return Object.fromEntries(
    document.definitions.flatMap((one) =>
      one.kind === Kind.OPERATION_DEFINITION
        ? [[one.name?.value, compileCost(options, one, fragmentsOf(document)).estimate({})]]
        : [],
    ),
  );
}

/** What `npm start` and docker-compose.yml have the gateway grant, refuse and keep, over the real schema. */
describe('the gateway of a platform', () => {
  let platform: TestPlatform;
  let editor: Record<string, string>;
  let partner: Record<string, string>;

  const ask = async (
    query: string,
    headers: Record<string, string> = {},
    { at = '/graphql', variables = {} }: { at?: string; variables?: Record<string, unknown> } = {},
  ): Promise<Answer> => {
    const response = await fetch(`${platform.url}${at}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return { headers: response.headers, ...((await response.json()) as object) } as Answer;
  };
  const codes = ({ errors }: Answer) => errors?.map(({ extensions }) => extensions?.['code']);

  beforeAll(async () => {
    platform = await startTestPlatform();
    const { data } = await ask(
      'mutation { login(input: { email: "editor@marquee.test", password: "marquee-demo-1" }) { tokens { accessToken } } }',
    );
    editor = { authorization: `Bearer ${data.login.tokens.accessToken}` };
    partner = { 'x-api-key': platform.seeded.partnerApiKey };
  }, 120_000);
  afterAll(() => platform?.close(), 60_000);

  describe('to partners', () => {
    const at = '/partner/graphql';

    it('serves the catalogue for an API key', async () => {
      const { data, errors } = await ask(
        `{ search(query: "starwars", first: 1) { edges { node { __typename id name playable similar(first: 1) { name } } } }
           titles(first: 2) { totalCount pageInfo { hasNextPage } } genres { id } }`,
        partner,
        { at },
      );
      expect(errors).toBeUndefined();
      expect(data.search.edges[0].node).toMatchObject({ __typename: 'Movie', playable: false });
      expect(data.titles.pageInfo.hasNextPage).toBe(true);
    });

    it('refuses what is not theirs as if it were not there', async () => {
      for (const query of ['{ me { id } }', 'mutation { logout { endedSessionIds } }', '{ plans { id } }']) {
        const answer = await ask(query, partner, { at });
        expect(codes(answer)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
        expect(answer.errors?.[0]?.message).toMatch(
          /^Cannot query field "\w+" on type "(Query|Mutation)"\.$/,
        );
      }
    });

    it('refuses a change for want of a scope, and lets it pass with one', async () => {
      const change = 'mutation { unpublishTitle(titleId: "none") { userErrors { code } } }';
      const refused = await ask(change, partner, { at });
      expect(refused.errors).toMatchObject([
        {
          message: 'This needs the scope "catalog:write".',
          path: ['unpublishTitle'],
          extensions: { code: 'FORBIDDEN' },
        },
      ]);
      const made = await ask(
        'mutation { createApiKey(name: "editing", scopes: ["catalog:read", "catalog:write"]) { secret } }',
        editor,
      );
      const { data } = await ask(change, { 'x-api-key': made.data.createApiKey.secret }, { at });
      expect(data.unpublishTitle.userErrors).toEqual([{ code: 'NOT_FOUND' }]);
    });

    it('publishes their schema', async () => {
      const sdl = await (await fetch(`${platform.url}/partner/schema.graphql`)).text();
      const schema = buildSchema(sdl);
      expect(schema.getType('Movie')?.description).toBe('A film.');
      expect(schema.getType('User')).toBeUndefined();
      expect((await ask(getIntrospectionQuery(), partner, { at })).data.__schema.queryType.name).toBe(
        'Query',
      );
    });
  });

  describe('of cost', () => {
    it('C14 refuses nestings that multiply, before anyone is asked', async () => {
      const answer = await ask(
        '{ titles(first: 100) { edges { node { similar(first: 100) { similar(first: 100) { name } } } } } }',
      );
      expect(codes(answer)).toEqual(['COST_ESTIMATED_TOO_EXPENSIVE']);
      expect(answer.errors?.[0]?.extensions).toMatchObject({ limit: 10_000 });
      expect(answer).not.toHaveProperty('data');
    });

    it('C13 lets an endless page pass, which its subgraph clamps', async () => {
      const { data } = await ask('{ titles(first: 99999999) { edges { node { id } } } }');
      expect(data.titles.edges).toHaveLength(100);
    });

    it('passes what clients ask, with room to spare', async () => {
      const demo = readFileSync(
        path.join(import.meta.dirname, '../../clients/demo/operations.graphql'),
        'utf8',
      );
      const home = `query Home { me { email membership { status plan { name } } }
        profile(id: "prf_demo_viewer") {
          home { headline kind becauseOf { name } titles { totalCount edges { node { id name playable maturityRating genres { name } } } } }
          continueWatching { edges { node { positionSeconds title { id name } } } }
          myList { edges { node { id name } } } } }`;
      const titlePage = `query Title { title(id: "lantern-bay") { id name synopsis genres { name } playable asset { renditions { height } }
          similar { id name genres { name } playable }
          ... on Movie { directors { name titles { id name } } }
          ... on Series { seasons { number episodes { number name synopsis playable asset { durationSeconds } } } } } }`;
      const estimates = Object.entries(costsOf([demo, home, titlePage, getIntrospectionQuery()].join(' ')));
      expect(estimates.length).toBeGreaterThan(18);
      const most = (...names: string[]) =>
        Math.max(...estimates.flatMap(([name, cost]) => (names.includes(name) ? [cost] : [])));
      expect(most('IntrospectionQuery')).toBe(0);
      expect(most('Title')).toBeLessThan(500);
      expect(most('Home')).toBeLessThan(2_500);
      const others = estimates.filter(([name]) => name !== 'Title' && name !== 'Home');
      for (const [name, cost] of others) expect(cost, name).toBeLessThanOrEqual(100);

      const login = await ask(
        'mutation { login(input: { email: "viewer@marquee.test", password: "marquee-demo-1" }) { tokens { accessToken } } }',
      );
      const page = await ask(home, { authorization: `Bearer ${login.data.login.tokens.accessToken}` });
      expect(page.errors).toBeUndefined();
      expect(page.data.profile.home.length).toBeGreaterThan(3);
      expect((await ask(titlePage)).data.title.name).toBe('Lantern Bay');
    });

    it('counts what is dear as more than one request, and says so', async () => {
      const left = async (query: string) => {
        const { headers } = await ask(query, partner);
        return Number(/remaining=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);
      };
      const before = await left('{ genres { id } }');
      expect(await left('{ genres { id } }')).toBe(before - 1);
      // 5 + 100 edges of an edge, a title and three genres
      expect(await left('{ titles(first: 100) { edges { node { id genres { id } } } } }')).toBe(
        before - 1 - 6,
      );
      expect(await left('{ genres { id } }')).toBe(before - 8);
    });
  });

  describe('of what it keeps', () => {
    const byId = 'query ($id: ID!) { title(id: $id) { id name playable } }';
    const list =
      'query ($name: String!) { titles(first: 1, orderBy: RELEASE_DATE) { totalCount } search(query: $name) { totalCount } }';

    it('answers visitors from the cache, and says for how long that is good', async () => {
      const variables = { id: 'lantern-bay' };
      await ask(byId, {}, { variables });
      const { headers, data } = await ask(byId, {}, { variables });
      expect(data.title.name).toBe('Lantern Bay');
      expect(headers.get('cache-control')).toMatch(/^max-age=\d+, public$/);
      expect((await ask('{ me { email } }', editor)).headers.get('cache-control')).toBe('no-store');
      expect((await ask(byId, editor, { variables })).headers.get('cache-control')).toBe('no-store');
    });

    it('shows nobody a draft that an editor saw, and everybody the change soon after it', async () => {
      const name = 'Kept Nowhere';
      const { data } = await ask(
        'mutation ($input: CreateMovieInput!) { createMovie(input: $input) { movie { id } userErrors { code } } }',
        editor,
        { variables: { input: { name, maturityRating: 'ALL', releaseDate: '2026-11-01', publish: false } } },
      );
      const variables = { id: data.createMovie.movie.id as string };
      expect((await ask(byId, editor, { variables })).data.title.name).toBe(name);
      for (const headers of [{}, partner, {}])
        expect((await ask(byId, headers, { variables })).data.title).toBeNull();
      expect((await ask(list, editor, { variables: { name } })).data.search.totalCount).toBe(1);
      const before = (await ask(list, {}, { variables: { name } })).data;
      expect(before.search.totalCount).toBe(0);

      await ask('mutation ($id: ID!) { publishTitle(titleId: $id) { title { id } } }', editor, { variables });
      await vi.waitFor(
        async () => {
          expect((await ask(byId, {}, { variables })).data.title?.name).toBe(name);
          expect((await ask(list, {}, { variables: { name } })).data).toEqual({
            titles: { totalCount: before.titles.totalCount + 1 },
            search: { totalCount: 1 },
          });
        },
        { timeout: 10_000, interval: 50 },
      );

      await ask(
        'mutation ($id: ID!) { updateMovie(titleId: $id, input: { name: "Told Anew" }) { userErrors { code } } }',
        editor,
        { variables },
      );
      await vi.waitFor(
        async () => expect((await ask(byId, {}, { variables })).data.title.name).toBe('Told Anew'),
        { timeout: 10_000, interval: 50 },
      );
    });
  });
});
