import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { composed } from '../testing/compose.ts';
import { readAnnotations } from './annotations.ts';
import { buildSupergraph } from './build.ts';

const shop = `
  scalar Money @authenticated @cost(weight: 2)
  type Query {
    posts(first: Int): [Post!]! @listSize(assumedSize: 5, slicingArguments: ["first"]) @cacheTag(format: "posts")
    me: User @authenticated
  }
  interface Post { id: ID!  title: String }
  type Blog implements Post @key(fields: "id") { id: ID!  title: String }
  type PrivateBlog implements Post @requiresScopes(scopes: [["a", "b"], ["c"]]) {
    id: ID!
    title: String @policy(policies: [["p"]])
  }
  type User @key(fields: "id") @context(name: "user") { id: ID!  currency: String!  wallet: Wallet @tag(name: "partner") }
  type Wallet @key(fields: "id") {
    id: ID!
    total(in: String @fromContext(field: "$user { currency }"), n: Int @cost(weight: 3)): Money @cost(weight: 5)
  }
  enum Mood { CALM @tag(name: "partner")  WILD }
  input Filter { mood: Mood @tag(name: "internal") }`;
const ranks = `
  type Query { other: Int }
  type Blog @key(fields: "id") { id: ID!  title: String @override(from: "shop", label: "percent(10)") }`;

const sdl = composed({ shop, ranks });

function compose(subgraph: string): string {
  const { supergraphSdl, errors } = composeServices([
    { name: 'one', url: 'http://one.test', typeDefs: parse(subgraph) },
  ]);
  if (!supergraphSdl) throw new Error(errors?.map(String).join('\n'));
  return supergraphSdl;
}

describe('annotations of a supergraph', () => {
  const annotations = readAnnotations(parse(sdl));

  test('say who may see what', () => {
    expect(annotations.access.get('Query.me')).toEqual({ authenticated: true });
    expect(annotations.access.get('Money')).toMatchObject({ authenticated: true });
    expect(annotations.access.get('PrivateBlog')?.scopes).toEqual([['a', 'b'], ['c']]);
    expect(annotations.access.get('PrivateBlog.title')?.policies).toEqual([['p']]);
    expect(annotations.access.get('Blog')).toBeUndefined();
  });

  test('say what things cost and how long lists may be', () => {
    expect(Object.fromEntries(annotations.cost)).toEqual({
      Money: 2,
      'Wallet.total': 5,
      'Wallet.total(n:)': 3,
    });
    expect(annotations.listSize.get('Query.posts')).toEqual({
      assumedSize: 5,
      slicingArguments: ['first'],
      sizedFields: [],
      requireOneSlicingArgument: true,
    });
  });

  test('say how things are tagged, cached and moved', () => {
    expect([...annotations.tags.keys()]).toEqual(['Filter.mood', 'Mood.CALM', 'User.wallet']);
    expect(annotations.cacheTags.get('Query.posts')).toEqual(['posts']);
    expect(annotations.overrideLabels.get('Blog.title')).toEqual(['percent(10)']);
  });

  test('say for how long answers are good, where the subgraphs compose that', () => {
    const { cacheControl } = readAnnotations(
      parse(
        composed({
          shop: `
            extend schema
              @link(url: "https://specs.example.com/cacheControl/v0.1", import: ["@cacheControl"])
              @composeDirective(name: "@cacheControl")
            directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT
            enum CacheControlScope { PUBLIC PRIVATE }
            type Query { a: A @cacheControl(maxAge: 10, scope: PRIVATE) }
            type A @cacheControl(maxAge: 60) { b: Int @cacheControl(inheritMaxAge: true) }`,
        }),
      ),
    );
    expect(Object.fromEntries(cacheControl)).toEqual({
      'Query.a': { maxAge: 10, scope: 'PRIVATE', inheritMaxAge: false },
      A: { maxAge: 60, inheritMaxAge: false },
      'A.b': { inheritMaxAge: true },
    });
  });

  test('are found under the names that an import gives them', () => {
    const renamed = readAnnotations(
      parse(`
        schema
          @link(url: "https://specs.apollo.dev/authenticated/v0.1", as: "auth")
          @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", import: [{ name: "@requiresScopes", as: "@needs" }])
          @link(url: "https://specs.apollo.dev/cost/v0.1") { query: Query }
        type Query { a: Int @auth  b: Int @needs(scopes: [["x"]])  c: [Int] @cost__listSize(assumedSize: 2) }`),
    );
    expect(renamed.access.get('Query.a')?.authenticated).toBe(true);
    expect(renamed.access.get('Query.b')?.scopes).toEqual([['x']]);
    expect(renamed.listSize.get('Query.c')?.assumedSize).toBe(2);
  });

  test('are those of the specifications, not directives of the subgraphs’ own with the same names', () => {
    const own = ['authenticated', 'policy', 'cost', 'tag', 'cacheTag', 'listSize'];
    const { access, cost, listSize, tags, cacheTags } = readAnnotations(
      parse(
        compose(
          `extend schema
            @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@composeDirective",
              { name: "@policy", as: "@rule" }, { name: "@cost", as: "@price" }, { name: "@tag", as: "@for" }])
            @link(url: "https://example.com/policy/v1.0", import: [${own.map((name) => `"@${name}"`).join(', ')}])
            ${own.map((name) => `@composeDirective(name: "@${name}")`).join(' ')}
          ${own.map((name) => `directive @${name}(of: String) on FIELD_DEFINITION`).join('\n')}
          type Query {
            theirs: [Int] ${own.map((name) => `@${name}(of: "us")`).join(' ')}
            both: [Int] @rule(policies: [["p"]]) @policy(of: "us") @price(weight: 2) @cost(of: "us")
              @federation__listSize(assumedSize: 3) @listSize(of: "us") @for(name: "t") @tag(of: "us")
              @federation__authenticated
          }`,
        ),
      ),
    );
    expect(Object.fromEntries(access)).toEqual({
      'Query.both': { authenticated: true, policies: [['p']] },
    });
    expect(Object.fromEntries(cost)).toEqual({ 'Query.both': 2 });
    expect([...listSize.keys()]).toEqual(['Query.both']);
    expect(Object.fromEntries(tags)).toEqual({ 'Query.both': new Set(['t']) });
    expect(cacheTags.size).toBe(0);
  });

  test('are what they are called where no link speaks of them: a guard is not lost', () => {
    const { access, cost } = readAnnotations(
      parse(`
        schema @link(url: "https://example.com/price/v1.0", import: ["@cost"]) { query: Query }
        type Query { a: Int @authenticated @policy(policies: [["p"]]) @cost(weight: 3) }`),
    );
    expect(Object.fromEntries(access)).toEqual({ 'Query.a': { authenticated: true, policies: [['p']] } });
    expect(cost.size).toBe(0);
  });

  test.each([
    ['cost', '@cost(weight: 1e999)', '@cost of "Query.a"'],
    ['cost', '@cost(weight: "much")', '@cost of "Query.a"'],
    ['cost', '@cost', '@cost of "Query.a"'],
    ['cost', '@cost__listSize(slicingArguments: "first")', '@listSize of "Query.a"'],
    ['policy', '@policy(policies: "p")', '@policy of "Query.a"'],
    ['policy', '@policy', '@policy of "Query.a"'],
    ['requiresScopes', '@requiresScopes(scopes: ["a"])', '@requiresScopes of "Query.a"'],
  ])('of %s are refused where they are not of its form: %s', (specification, directive, message) => {
    const document = parse(`
      schema @link(url: "https://specs.apollo.dev/${specification}/v0.1") { query: Query }
      type Query { a: Int ${directive} }`);
    expect(() => readAnnotations(document)).toThrow(message);
  });
});

test('a supergraph with features that the stock gateway refuses is loaded and planned', () => {
  const { planner, annotations, apiSchema } = buildSupergraph(sdl, { get: () => ({}) as never });
  expect(annotations.access.size).toBeGreaterThan(0);
  expect(planner).toBeDefined();
  expect(apiSchema.getType('Wallet')).toBeDefined();
});

test('a supergraph that is not valid is refused, each time that it comes', () => {
  const bad = sdl.replace('@join__type(graph: SHOP, key: "id")', '@join__type(graph: SHOP, key: "nothing")');
  for (const _time of [1, 2])
    expect(() => buildSupergraph(bad, { get: () => ({}) as never })).toThrow('nothing');
});
