import type { FetchNode } from '@apollo/query-planner';
import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { readAnnotations } from '../../supergraph/annotations.ts';
import { compilePolicy, formatTag, type CachePolicy } from './policy.ts';

const sdl = `
  schema @link(url: "https://specs.apollo.dev/authenticated/v0.1") { query: Query }
  directive @link(url: String) on SCHEMA
  directive @cacheControl(maxAge: Int, scope: Scope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  directive @authenticated on FIELD_DEFINITION | OBJECT
  enum Scope { PUBLIC PRIVATE }
  type Query {
    bare: String
    hinted: String @cacheControl(maxAge: 40)
    title: Title @cacheControl(maxAge: 30)
    titles: [Title] @cacheControl(maxAge: 90)
    media: Media @cacheControl(maxAge: 50)
    mine: Open @authenticated
    everyones: Open @authenticated @cacheControl(scope: PUBLIC)
  }
  type Open @cacheControl(maxAge: 60, scope: PUBLIC) { id: ID!  mine: Open @authenticated }
  type OpenVault @authenticated @cacheControl(maxAge: 60, scope: PUBLIC) { id: ID! }
  interface Media { id: ID! length: Int }
  type Title implements Media @cacheControl(maxAge: 60) {
    id: ID!  length: Int
    rating: Int @cacheControl(maxAge: 5)
    bare: Other
    inherits: Other @cacheControl(inheritMaxAge: true)
    guarded: String @authenticated
    shown: String @authenticated @cacheControl(scope: PUBLIC)
    mine: Open @authenticated
    vault: OpenVault
    guardedVault: OpenVault @authenticated
  }
  type Song implements Media { id: ID!  length: Int @cacheControl(maxAge: 7, scope: PRIVATE) }
  type Vault @authenticated @cacheControl(maxAge: 60) { id: ID!  gold: Int }
  type Other { id: ID! }`;
const options = {
  schema: buildSchema(sdl),
  annotations: readAnnotations(parse(sdl)),
  config: { subgraphs: {}, coordinates: {} },
};

function policyOf(query: string, typename?: string): CachePolicy | undefined {
  const node = { serviceName: 'a', ...(typename !== undefined && { requires: [] }) } as unknown as FetchNode;
  return compilePolicy(node, parse(query), options).policyOf(typename);
}
const entity = (selection: string, typename = 'Title') =>
  policyOf(`query ($r: [_Any!]!) { _entities(representations: $r) { ${selection} } }`, typename);

test('the most restrictive field decides, and what nothing is said of is not kept', () => {
  expect(policyOf('{ bare }')).toBeUndefined();
  expect(policyOf('{ hinted }')).toMatchObject({ maxAge: 40, isPrivate: false });
  expect(policyOf('{ hinted bare }')).toBeUndefined();
  expect(policyOf('{ titles { id } }')?.maxAge).toBe(90);
  expect(policyOf('{ titles { id rating } }')?.maxAge).toBe(5);
  expect(policyOf('{ title { bare { id } } }')).toBeUndefined();
  expect(policyOf('{ title { inherits { id } } }')?.maxAge).toBe(30);
});

test('of an abstract type, the strictest that may stand there decides', () => {
  expect(policyOf('{ media { id } }')?.maxAge).toBe(50);
  expect(policyOf('{ media { length } }')).toMatchObject({ maxAge: 7, isPrivate: true });
  expect(policyOf('{ media { ... on Title { rating } } }')?.maxAge).toBe(5);
});

test('an entity is kept as its own type says, whatever is asked of others', () => {
  expect(entity('... on Title { length } ... on Other { id }')?.maxAge).toBe(60);
  expect(entity('... on Other { id }', 'Other')).toBeUndefined();
  expect(entity('... on Title { length }', 'constructor')).toBeUndefined();
});

test('what not everyone may see is private unless it says that it is public', () => {
  expect(entity('... on Title { guarded }')).toMatchObject({ isPrivate: true });
  expect(entity('... on Title { shown }')).toMatchObject({ isPrivate: false });
  expect(entity('... on Vault { gold }', 'Vault')).toMatchObject({ maxAge: 60, isPrivate: true });
});

test('what a type says of itself opens its own guard, not that of a field that returns it', () => {
  expect(policyOf('{ mine { id } }')).toMatchObject({ maxAge: 60, isPrivate: true });
  expect(policyOf('{ everyones { id } }')).toMatchObject({ isPrivate: false });
  expect(policyOf('{ everyones { mine { id } } }')).toMatchObject({ isPrivate: true });
  expect(entity('... on Title { mine { id } }')).toMatchObject({ isPrivate: true });
  expect(entity('... on Title { vault { id } }')).toMatchObject({ isPrivate: false });
  expect(entity('... on Title { guardedVault { id } }')).toMatchObject({ isPrivate: true });
  expect(entity('... on OpenVault { id }', 'OpenVault')).toMatchObject({ isPrivate: false });
});

test('so is all that is asked of a root that not everyone may ask', () => {
  const guarded = sdl.replace('type Query {', 'type Query @authenticated {');
  const { policyOf: policyAt } = compilePolicy(
    { serviceName: 'a' } as unknown as FetchNode,
    parse('{ hinted }'),
    { ...options, schema: buildSchema(guarded), annotations: readAnnotations(parse(guarded)) },
  );
  expect(policyAt(undefined)).toMatchObject({ maxAge: 40, isPrivate: true });
});

test('a tag is made of the values that its format names, and of all of them', () => {
  expect(formatTag('t-{$key.id}-{$key.in.it}', '$key', { id: 1, in: { it: 'x' } })).toBe('t-1-x');
  expect(formatTag('t-{$key.id}', '$key', {})).toBeUndefined();
  expect(formatTag('t-{$args.id}', '$key', { id: 1 })).toBeUndefined();
});
