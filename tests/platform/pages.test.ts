import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { isInterfaceType, isObjectType } from 'graphql';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SubgraphName } from '../../local/addresses.ts';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';

const schema = Supergraph.build(
  readFileSync(path.join(import.meta.dirname, '../../supergraph.graphql'), 'utf8'),
  { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES },
)
  .apiSchema()
  .toGraphQLJSSchema();

const MOST = 100;

/**
 * Every field that lists as many as it is asked for: a query for `$first` of it, and how many of them there are to be
 * had on this platform, if these are more than {@link MOST}.
 */
const lists: Record<string, { query: string; most?: number }> = {
  'Query.titles': { query: '{ list: titles(first: $first) { edges { cursor } } }', most: MOST },
  'Query.search': { query: '{ list: search(query: "the", first: $first) { edges { cursor } } }', most: MOST },
  'Query.suggest': { query: '{ list: suggest(prefix: "the", first: $first) { text } }', most: 20 },
  'Movie.similar': {
    query: '{ title(id: "alien-1979") { ... on Movie { list: similar(first: $first) { id } } } }',
    most: MOST,
  },
  'Title.similar': {
    query: '{ title(id: "alien-1979") { list: similar(first: $first) { id } } }',
    most: MOST,
  },
  'Series.similar': {
    query: '{ title(id: "lantern-bay") { ... on Series { list: similar(first: $first) { id } } } }',
    most: MOST,
  },
  'Episode.similar': {
    query: '{ title(id: "lantern-bay-s1e1") { ... on Episode { list: similar(first: $first) { id } } } }',
    most: MOST,
  },
  'Person.titles': { query: '{ person(id: "prolific") { list: titles(first: $first) { id } } }', most: MOST },
  // there are not as many kinds of shelves
  'Profile.home': { query: '{ profile(id: "prf_demo_viewer") { list: home(first: $first) { id } } }' },
  'Shelf.titles': {
    query: '{ profile(id: "prf_demo_viewer") { home { list: titles(first: $first) { edges { cursor } } } } }',
  },
  'Profile.myList': {
    query: '{ profile(id: "prf_demo_viewer") { list: myList(first: $first) { edges { cursor } } } }',
    most: MOST,
  },
  'Profile.continueWatching': {
    query:
      '{ profile(id: "prf_demo_viewer") { list: continueWatching(first: $first) { edges { cursor } } } }',
    most: MOST,
  },
  'User.invoices': { query: '{ me { list: invoices(first: $first) { edges { cursor } } } }', most: MOST },
};

/** Lengths of all that was asked for as `list`. */
function lengthsIn(value: unknown): number[] {
  if (Array.isArray(value)) return value.flatMap(lengthsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, any]) =>
    key === 'list' ? [(inner.edges ?? inner).length as number] : lengthsIn(inner),
  );
}

describe('C13 99,999,999 of a list', () => {
  let platform: TestPlatform;
  let token: string;

  const ask = async (query: string, variables: object): Promise<any> => {
    const response = await fetch(`${platform.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
    });
    return response.json();
  };
  const onDatabase = async (name: SubgraphName, sql: string, values: unknown[] = []): Promise<any[]> => {
    const port = platform.addresses.port('postgres');
    const client = new pg.Client({
      connectionString: `postgresql://postgres:postgres@127.0.0.1:${port}/${name}`,
    });
    await client.connect();
    try {
      return (await client.query(sql, values)).rows as any[];
    } finally {
      await client.end();
    }
  };

  // more of each than one page may hold
  beforeAll(async () => {
    platform = await startTestPlatform();
    const { data } = await ask(
      'mutation ($input: LoginInput!) { login(input: $input) { tokens { accessToken } } }',
      { input: { email: 'viewer@marquee.test', password: 'marquee-demo-1' } },
    );
    token = data.login.tokens.accessToken;
    await onDatabase(
      'catalog',
      `with someone as (insert into person (id, name) values ('prolific', 'P. Rolific') returning id)
       insert into title_director (title_id, person_id, position)
       select title.id, someone.id, 9 from title, someone where kind = 'MOVIE' limit 250`,
    );
    const titles = await onDatabase('recommendation', 'select id from title where published limit 250');
    const ids = titles.map(({ id }: { id: string }) => id);
    await onDatabase(
      'recommendation',
      `insert into list_item (profile_id, title_id, added_at)
       select 'prf_demo_viewer', id, now() from unnest($1::text[]) id on conflict do nothing`,
      [ids],
    );
    await onDatabase(
      'playback',
      `insert into watch_progress (profile_id, title_id, position_seconds, duration_seconds, finished, updated_at)
       select 'prf_demo_viewer', id, 60, 6000, false, now() from unnest($1::text[]) id on conflict do nothing`,
      [ids],
    );
    await onDatabase(
      'billing',
      `insert into invoice (id, user_id, total, currency, status, created_at)
       select 'in_many_' || number, 'usr_demo_viewer', 999, 'USD', 'paid', now() from generate_series(1, 250) number`,
    );
  }, 240_000);
  afterAll(() => platform.close(), 60_000);

  it('is asked of every field that takes "first"', () => {
    const fields = Object.values(schema.getTypeMap()).flatMap((type) =>
      isObjectType(type) || isInterfaceType(type)
        ? Object.values(type.getFields())
            .filter(({ args }) => args.some(({ name }) => name === 'first'))
            .map(({ name }) => `${type.name}.${name}`)
        : [],
    );
    expect(Object.keys(lists).toSorted()).toEqual(fields.toSorted());
  });

  it.each(Object.entries(lists))('is clamped: %s', async (_field, { query, most }) => {
    const { data, errors } = await ask(`query ($first: Int!) ${query}`, { first: 99_999_999 });
    expect(errors).toBeUndefined();
    const lengths = lengthsIn(data);
    expect(lengths.length).toBeGreaterThan(0);
    if (most === undefined) for (const length of lengths) expect(length).toBeLessThanOrEqual(MOST);
    else expect(lengths).toEqual([most]);
    const written = await ask(query.replace('$first', '99999999'), {});
    expect(lengthsIn(written.data)).toEqual(lengths);
  });
});
