import { buildSchema, printSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readGatewayEnv } from '../env.ts';
import { codeOf, startGateway, type TestGateway } from '../testing/gateway.ts';
import { startSubgraph, type TestSubgraph } from '../testing/subgraphs.ts';
import { contractSchema, parseContracts, type Contract } from './contract.ts';

const tagsOf = (entries: Record<string, string>) =>
  new Map(Object.entries(entries).map(([coordinate, tags]) => [coordinate, new Set(tags.split(' '))]));
const shown = (sdl: string, tags: Record<string, string>, contract: Partial<Contract>): string => {
  const whole = { name: 'partner', include: [], exclude: [], ...contract };
  return printSchema(contractSchema(buildSchema(sdl), tagsOf(tags), whole).apiSchema).replace(/\s+/g, ' ');
};

describe('a contract that excludes', () => {
  test('hides fields, arguments, values, types, and fields that return them', () => {
    const sdl = `
      type Query { a(x: Int, y: Int): Int  b: Secret  c: Mood  d(in: In): Int }
      type Secret { x: Int }
      enum Mood { CALM WILD }
      input In { p: Int  q: Int }`;
    const tags = {
      'Query.a(x:)': 'internal',
      Secret: 'internal',
      'Mood.WILD': 'internal',
      'In.q': 'internal other',
    };
    expect(shown(sdl, tags, { exclude: ['internal'] })).toBe(
      'type Query { a(y: Int): Int c: Mood d(in: In): Int } enum Mood { CALM } input In { p: Int }',
    );
  });

  test('hides what nothing leads to, and what has become empty or cannot be called', () => {
    const sdl = `
      type Query { keep: Int  page: Page  make(in: In!): Int  all: Both }
      type Mutation { go: Int }
      type Page { items: Item }
      type Item { a: Int }
      type Orphan { b: Int }
      union Both = Item | Orphan
      input In { must: Int! }`;
    const tags = { 'Item.a': 'x', 'In.must': 'x', 'Mutation.go': 'x' };
    expect(shown(sdl, tags, { exclude: ['x'] })).toBe(
      'type Query { keep: Int all: Both } type Orphan { b: Int } union Both = Orphan',
    );
  });

  test('takes back what an interface promised and one of its types no longer shows', () => {
    const sdl = `
      type Query { node: Node }
      interface Node { id: ID  name(short: Boolean): String }
      type A implements Node { id: ID  name(short: Boolean): String }
      type B implements Node { id: ID  name(short: Boolean): String }
      type C implements Node { id: ID  name(short: Boolean): String }`;
    expect(shown(sdl, { 'A.name': 'x', C: 'x' }, { exclude: ['x'] })).toBe(
      'type Query { node: Node } interface Node { id: ID } type A implements Node { id: ID } type B implements Node { id: ID name(short: Boolean): String }',
    );
    expect(shown(sdl, { 'B.name(short:)': 'x' }, { exclude: ['x'] })).not.toContain('short');
  });
});

describe('directives for clients', () => {
  const sdl = (argument: string): string => `
    directive @format(as: ${argument}, more: Int) on FIELD
    type Query { a: Int  b: Int }
    enum Style { SHORT LONG }
    input In { style: Style }`;

  test('bring along the types of their arguments', () => {
    const tags = { 'Query.b': 'x', 'Style.LONG': 'x', 'Query.a': 'y' };
    for (const contract of [{ exclude: ['x'] }, { exclude: ['x'], include: ['y'] }])
      expect(shown(sdl('[Style!]! = [SHORT]'), tags, contract)).toBe(
        'directive @format(as: [Style!]! = [SHORT], more: Int) on FIELD type Query { a: Int } enum Style { SHORT }',
      );
    expect(shown(sdl('In'), {}, { exclude: ['x'] })).toContain('input In { style: Style }');
  });

  test('lack arguments of types that are not shown, or are not there if they need them', () => {
    expect(shown(sdl('Style'), { Style: 'x' }, { exclude: ['x'] })).toBe(
      'directive @format(more: Int) on FIELD type Query { a: Int b: Int }',
    );
    expect(shown(sdl('In'), { Style: 'x' }, { exclude: ['x'] })).not.toContain('input');
    expect(shown(sdl('Style!'), { Style: 'x' }, { exclude: ['x'] })).toBe('type Query { a: Int b: Int }');
  });
});

test.each([
  ['type Query { a(m: Mood = WILD): Int } enum Mood { CALM WILD }', 'Query.a(m:)'],
  ['type Query { a(m: In): Int } input In { m: Mood = WILD } enum Mood { CALM WILD }', 'In.m'],
])('a contract that hides a value which is a default is refused by its name: %s', (sdl, place) => {
  const hides = () => shown(sdl, { 'Mood.WILD': 'x' }, { exclude: ['x'] });
  expect(hides).toThrow('The variant "partner" is not a valid schema: ');
  expect(hides).toThrow(place);
});

describe('a contract that includes', () => {
  const sdl = `
    type Query { titles(filter: Filter): [Title]  me: User  other: Int }
    interface Title { id: ID  secret: Int }
    type Movie implements Title { id: ID  secret: Int  mood: Mood }
    type User { email: String }
    enum Mood { CALM }
    input Filter { mood: Mood }`;
  const tags = {
    'Query.titles': 'partner',
    'Query.me': 'partner',
    'Title.id': 'partner',
    Movie: 'partner',
    'Movie.secret': 'internal',
  };

  test('shows what is tagged, with what that needs, and nothing else', () => {
    expect(shown(sdl, tags, { include: ['partner'], exclude: ['internal'] })).toBe(
      'type Query { titles(filter: Filter): [Title] } interface Title { id: ID } type Movie implements Title { id: ID mood: Mood } enum Mood { CALM } input Filter { mood: Mood }',
    );
  });

  test('is refused if nothing is left to ask for', () => {
    expect(() => shown(sdl, {}, { include: ['partner'] })).toThrow('no query left');
  });
});

test('contracts are read from a variable, which names what is wrong with it', () => {
  expect(parseContracts('partner:include=partner; mobile: exclude=internal|beta, include=public')).toEqual([
    { name: 'partner', include: ['partner'], exclude: [] },
    { name: 'mobile', include: ['public'], exclude: ['internal', 'beta'] },
  ]);
  for (const text of [
    'partner:include=partner,excludes=internal',
    'mobile:exclude=beta,internal',
    'mobile:exclude=beta|',
    'mobile:exclude=|',
  ])
    expect(() => parseContracts(text)).toThrow('is not include=tag|tag or exclude=tag|tag');
  expect(() => parseContracts('partner')).toThrow('is not name:include=tag');
  expect(() => parseContracts('a:include=x;a:exclude=y')).toThrow('"a" is there twice');
  expect(() => readGatewayEnv({ VARIANTS: 'partner:hide=x' })).toThrow(/VARIANTS.*"hide=x".*is not include=/);
});

describe.each(['compiled', 'apollo'])('a gateway with a contract, and %s execution', (executor) => {
  let one: TestSubgraph;
  let two: TestSubgraph;
  let gateway: TestGateway;
  beforeAll(async () => {
    one = await startSubgraph(
      'one',
      `type Query { found: [Found] @tag(name: "partner")  hidden: Int  film: Film @tag(name: "partner") }
       interface Found { name: String @tag(name: "partner") }
       type Film implements Found @key(fields: "id") { id: ID!  name: String  budget: Int }
       type Deal implements Found @tag(name: "internal") { name: String  terms: String }`,
      {
        Query: {
          film: () => ({ id: '1', name: 'F', budget: 5 }),
          found: () => [
            { __typename: 'Film', id: '1', name: 'F' },
            { __typename: 'Deal', name: 'D', terms: 'T' },
          ],
        },
      },
    );
    two = await startSubgraph(
      'two',
      'type Film @key(fields: "id") { id: ID!  rank: Int @tag(name: "partner") }',
      { Film: { __resolveReference: (it: object) => it, rank: () => 7 } },
    );
    gateway = await startGateway([one, two], {
      VARIANTS: 'partner:include=partner,exclude=internal;press:exclude=internal|intrenal',
      GATEWAY_EXECUTOR: executor,
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await one.stop();
    await two.stop();
  });
  const ask = async (query: string, path = '/partner/graphql') => {
    const response = await fetch(`${gateway.gateway.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as { data?: Record<string, any>; errors?: [] };
  };

  test('answers what it shows, over the same subgraphs', async () => {
    expect(await ask('{ film { name rank } }')).toEqual({ data: { film: { name: 'F', rank: 7 } } });
    expect(await ask('{ film { name rank budget } }', '/graphql')).toEqual({
      data: { film: { name: 'F', rank: 7, budget: 5 } },
    });
  });

  test('is told of in the log where it names a tag that nothing has', () => {
    const told = gateway
      .log()
      .split('\n')
      .filter((line) => line.includes('a tag that nothing'));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/"variant":"press","tag":"intrenal"/);
  });

  test('serves it over WebSocket too', async () => {
    const client = gateway.socket({ url: `${gateway.gateway.url.replace('http', 'ws')}/partner/graphql` });
    expect((await client.iterate({ query: '{ film { name } }' }).next()).value).toEqual({
      data: { film: { name: 'F' } },
    });
    await expect(client.iterate({ query: '{ hidden }' }).next()).rejects.toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
  });

  test('refuses the rest as unknown, even once the whole schema’s clients have asked it', async () => {
    await ask('{ film { budget } hidden }', '/graphql');
    for (const query of [
      '{ hidden }',
      '{ film { budget } }',
      '{ film { id } }',
      '{ found { ... on Deal { terms } } }',
    ])
      expect(codeOf(await ask(query))).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test('never tells of a type that it does not show', async () => {
    const { data, errors } = await ask('{ found { __typename name } }');
    expect(data?.['found'][0]).toEqual({ __typename: 'Film', name: 'F' });
    expect(data?.['found'].slice(1)).toEqual([null]);
    // stock execution tells that there is something
    if (executor === 'compiled') expect(errors).toBeUndefined();
    expect(JSON.stringify(data)).not.toMatch(/Deal|"D"/);
  });

  test('publishes its own schema, and introspection shows no other', async () => {
    const text = await (await fetch(`${gateway.gateway.url}/partner/schema.graphql`)).text();
    expect(text).toContain('rank: Int');
    expect(text).not.toMatch(/budget|Deal|hidden/);
    const { data } = await ask('{ __schema { types { name } } __type(name: "Deal") { name } }');
    expect(JSON.stringify(data)).not.toContain('Deal');
    expect(data?.['__type']).toBeNull();
  });
});
