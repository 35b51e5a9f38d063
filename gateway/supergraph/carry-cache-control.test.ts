import { composeServices } from '@apollo/composition';
import { operationFromDocument } from '@apollo/federation-internals';
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { readAnnotations, type CacheControl } from './annotations.ts';
import { buildSupergraph } from './build.ts';
import { carryCacheControl } from './carry-cache-control.ts';

const federation = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12",
  import: ["@key", "@shareable", "@composeDirective", "@interfaceObject"])\n`;
/** As Apollo Server's documentation has it. */
const plain = `
  enum CacheControlScope { PUBLIC PRIVATE }
  directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean)
    on FIELD_DEFINITION | OBJECT | INTERFACE | UNION\n`;
const linked = (name = 'cacheControl', url = 'https://specs.example.com/cacheControl/v0.1'): string => `
  extend schema
    @link(url: "${url}", import: [{ name: "@cacheControl", as: "@${name}" }])
    @composeDirective(name: "@${name}")
  ${plain.replace('@cacheControl', `@${name}`)}`;

interface Composed {
  /** What composition alone gives. */
  readonly composed: string;
  readonly sdl: string;
  readonly hints: readonly string[];
  readonly said: ReadonlyMap<string, CacheControl>;
}

function compose(subgraphs: Record<string, string>): Composed {
  const services = Object.entries(subgraphs).map(([name, types]) => ({
    name,
    url: `http://${name}.test/graphql`,
    typeDefs: parse(types),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (!supergraphSdl) throw new Error(errors?.map(String).join('\n'));
  const carried = carryCacheControl(supergraphSdl, services);
  return {
    ...carried,
    composed: supergraphSdl,
    said: readAnnotations(parse(carried.sdl)).cacheControl,
  };
}

const keptByComposition = ({ composed }: Composed) =>
  Object.fromEntries(readAnnotations(parse(composed)).cacheControl);

const shop = `type Query { a: A @shareable @cacheControl(maxAge: 10)  b: Int @cacheControl(scope: PRIVATE) }
  type A @key(fields: "id") @cacheControl(maxAge: 60) { id: ID!  of: A @cacheControl(inheritMaxAge: true) }`;

test('what nothing composes is carried all the same', () => {
  const one = compose({ shop: federation + plain + shop });
  expect(keptByComposition(one)).toEqual({});
  expect(Object.fromEntries(one.said)).toEqual({
    'Query.a': { maxAge: 10, scope: undefined, inheritMaxAge: false },
    'Query.b': { maxAge: undefined, scope: 'PRIVATE', inheritMaxAge: false },
    A: { maxAge: 60, scope: undefined, inheritMaxAge: false },
    'A.of': { maxAge: undefined, scope: undefined, inheritMaxAge: true },
  });
  expect(one.sdl).toContain('@join__directive(graphs: [SHOP], name: "cacheControl", args: {maxAge: 10})');
  expect(one.hints).toEqual([]);
});

test('of Federation 1 too, with extensions and a query type of another name', () => {
  const { said } = compose({
    shop: `${plain} schema { query: Root } type Root { a: A @cacheControl(maxAge: 10) }
      type A @key(fields: "id") { id: ID! }`,
    'other-one': `${plain} extend type A @key(fields: "id") @cacheControl(maxAge: 3) {
      id: ID! @external  more: Int @cacheControl(scope: PRIVATE)
    }`,
  });
  expect(said.get('Query.a')?.maxAge).toBe(10);
  expect(said.get('A')?.maxAge).toBe(3);
  expect(said.get('A.more')?.scope).toBe('PRIVATE');
});

test.each([
  ['under their own name', 'cacheControl', 'https://specs.example.com/cacheControl/v0.1'],
  ['under another name', 'cc', 'https://specs.example.com/cacheControl/v0.1'],
  ['from a specification of another name', 'cached', 'https://example.com/anything/v3.1'],
])('directives that @composeDirective carries %s are read', (_how, name, url) => {
  const types = federation + linked(name, url) + shop.replaceAll('@cacheControl', `@${name}`);
  const { composed, said } = compose({ shop: types });
  for (const all of [said, readAnnotations(parse(composed)).cacheControl]) {
    expect(all.get('Query.a')).toMatchObject({ maxAge: 10 });
    expect(all.get('Query.b')).toMatchObject({ scope: 'PRIVATE' });
    expect(all.get('A.of')).toMatchObject({ inheritMaxAge: true });
  }
});

const other = `type Query { a: A @shareable @cacheControl(maxAge: 20, scope: PRIVATE) }
  type A @key(fields: "id") @cacheControl(maxAge: 30) { id: ID!  x: Int @cacheControl(inheritMaxAge: true) }`;

test.each([
  ['both compose it', linked(), linked()],
  ['neither composes it', plain, plain],
  ['one composes it', linked(), plain],
])('where subgraphs differ the strictest holds, in whatever order they come: %s', (_how, one, two) => {
  for (const { said } of [
    compose({ a: federation + one + shop, b: federation + two + other }),
    compose({ a: federation + one + other, b: federation + two + shop }),
  ]) {
    expect(said.get('Query.a')).toMatchObject({ maxAge: 10, scope: 'PRIVATE' });
    expect(said.get('A')).toMatchObject({ maxAge: 30 });
  }
});

test('a supergraph from elsewhere keeps all that subgraphs say if the directive is repeatable', () => {
  const repeatable = linked().replace('Boolean)', 'Boolean) repeatable');
  const both = { a: federation + repeatable + shop, b: federation + repeatable + other };
  expect(keptByComposition(compose(both))).toMatchObject({
    'Query.a': { maxAge: 10, scope: 'PRIVATE' },
    A: { maxAge: 30 },
  });
});

test('an age that one subgraph says is stricter than one that another inherits', () => {
  const field = (said: string) =>
    `${federation + plain} type Query { a: A @shareable @cacheControl(maxAge: 50) }
     type A @shareable { of: B @cacheControl(${said}) } type B @shareable { x: Int }`;
  const { said } = compose({ a: field('maxAge: 7'), b: field('inheritMaxAge: true, scope: PUBLIC') });
  expect(said.get('A.of')).toEqual({ maxAge: 7, scope: 'PUBLIC', inheritMaxAge: false });
});

test('what is said of an object that stands for an interface is said of the interface', () => {
  const { said, hints } = compose({
    a: `${federation + plain} type Query { all: [Media] }
      interface Media @key(fields: "id") { id: ID! }
      type Film implements Media @key(fields: "id") { id: ID! }`,
    b: `${federation + plain} type Media @key(fields: "id") @interfaceObject @cacheControl(maxAge: 9) {
      id: ID!  progress: Int @cacheControl(scope: PRIVATE)
    }`,
  });
  expect(said.get('Media')?.maxAge).toBe(9);
  expect(said.get('Media.progress')?.scope).toBe('PRIVATE');
  expect(hints).toEqual([]);
});

test('a union has no place for it, and whoever composes is told', () => {
  const { said, hints } = compose({
    a: `${federation + plain} type Query { a: U } union U @cacheControl(maxAge: 9) = A  type A { x: Int }`,
  });
  expect(said.size).toBe(0);
  expect(hints).toEqual([expect.stringContaining('union "U" (subgraph "a")')]);
});

test('a supergraph of subgraphs that say nothing stays as it is, to the byte', () => {
  const { composed, sdl } = compose({ a: `${federation} type Query { a: Int }` });
  expect(sdl).toBe(composed);
});

test('a supergraph that carries it is loaded and planned', async () => {
  const { sdl } = compose({ a: federation + plain + shop, b: federation + linked() + other });
  const supergraph = buildSupergraph(sdl, { get: () => ({}) as never });
  expect(supergraph.annotations.cacheControl.get('Query.a')).toMatchObject({ maxAge: 10 });
  const operation = operationFromDocument(supergraph.api, parse('{ a { id } }'));
  expect(supergraph.planner.buildQueryPlan(operation).node?.kind).toBe('Fetch');
});
