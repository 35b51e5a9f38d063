import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { link } from '../testing/compose.ts';
import { codeOf, startGateway, type TestGateway } from '../testing/gateway.ts';
import { startStudio, type Studio } from '../testing/subgraphs.ts';

let studio: Studio;
let gateway: TestGateway;
let closed: TestGateway;

beforeAll(async () => {
  studio = await startStudio();
  const subgraphs = [studio.jobs, studio.catalog, studio.genres];
  gateway = await startGateway(subgraphs);
  closed = await startGateway(subgraphs, { NODE_ENV: 'production', MAX_DEPTH: '3' });
});
afterAll(async () => {
  await gateway.stop();
  await closed.stop();
  await studio.stop();
});

const nested = (levels: number): string =>
  `{ job(id: "1") ${'{ child '.repeat(levels - 2)}{ id }${' }'.repeat(levels - 2)} }`;
const many = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');

/** Asks, and holds the refusal to its terms: a code, no data, and little work, however busy the machine is. */
async function refused(query: string, code = 'GRAPHQL_VALIDATION_FAILED', from = gateway, limit = 250) {
  const start = process.cpuUsage();
  const { body } = await from.ask(query);
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1_000).toBeLessThan(limit);
  expect(codeOf(body)).toBe(code);
  expect(body).not.toHaveProperty('data');
  return body.errors?.map((error) => error.message).join('\n') ?? '';
}
const answered = async (query: string, from = gateway): Promise<void> => {
  const { body } = await from.ask(query);
  expect(body.errors).toBeUndefined();
};

describe('an operation too large is refused', () => {
  test('C1 by depth', async () => {
    await answered(nested(15));
    expect(await refused(nested(16))).toContain('16 levels');
    await answered(nested(3), closed);
    await refused(nested(4), 'GRAPHQL_VALIDATION_FAILED', closed);
  });

  test('C1 by depth hidden in fragments', async () => {
    const fragments = many(16, (index) => `fragment F${index} on Job { child { ...F${index + 1} } }`);
    await refused(`{ job(id: "1") { ...F0 } } ${fragments} fragment F16 on Job { id }`);
  });

  test('C2 by aliases of one field', async () => {
    await answered(`{ ${many(15, (index) => `a${index}: must`)} }`);
    expect(await refused(`{ ${many(16, (index) => `a${index}: must`)} }`)).toContain('16 aliases');
  });

  test('C3 by tokens', async () => {
    await refused(`{ ${many(1_001, () => 'must')} }`, 'GRAPHQL_PARSE_FAILED');
  });

  test('C4 by directives', async () => {
    await refused(`{ ${many(51, () => 'must @include(if: true)')} }`);
    await answered(`{ ${many(50, () => 'must @include(if: true)')} }`);
  });

  test('by root fields', async () => {
    const query = (count: number) =>
      `{ ${many(count / 3, (index) => `a${index}: must b${index}: fails c${index}: refuses`)} }`;
    expect(await refused(query(21))).toContain('21 root fields');
  });

  test('C5 by repetitions of one field', async () => {
    await answered(`{ ${many(100, () => 'must')} }`);
    expect(await refused(`{ ${many(500, () => 'must')} }`)).toContain('100 times');
    expect(await refused(`{ ${many(500, () => '__typename')} }`)).toContain('100 times');
  });

  test('C10 as a bomb of fragments', async () => {
    const bomb = many(30, (index) => `fragment F${index} on Job { ...F${index + 1} ...F${index + 1} }`);
    await refused(`{ job(id: "1") { ...F0 } } ${bomb} fragment F30 on Job { id }`);
  });

  test('as fragments that spread themselves', async () => {
    await refused(
      '{ job(id: "1") { ...A } } fragment A on Job { child { ...B } } fragment B on Job { child { ...A } }',
    );
  });
});

describe('introspection', () => {
  test('answers the usual query where it is on', () =>
    answered(getIntrospectionQuery({ descriptions: true })));

  test('answers all that may be asked of a schema', async () => {
    const { body } = await gateway.ask(
      getIntrospectionQuery({
        specifiedByUrl: true,
        directiveIsRepeatable: true,
        schemaDescription: true,
        inputValueDeprecation: true,
        oneOf: true,
      }),
    );
    expect(body.errors).toBeUndefined();
    expect(buildClientSchema(body.data as unknown as IntrospectionQuery).getType('Job')).toBeDefined();
    await answered(
      'query ($all: Boolean = true) { ...Q must } fragment Q on Query { __type(name: "Mood") { isOneOf enumValues(includeDeprecated: $all) { name } } }',
    );
  });

  test('C7 in circles is refused', () =>
    refused(
      '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }',
    ));

  test.each([
    '{ a: __schema { types { name } } b: __schema { types { name } } }',
    '{ __schema { types { a: fields { name } b: fields { name } } } }',
    '{ __schema { types { ...A ...B } } } fragment A on __Type { fields { name } } fragment B on __Type { b: fields { name } }',
    '{ __type(name: "Job") { fields { type { name again: name } } } }',
    '{ ... { a: __schema { types { name } } } ... { __schema { types { name } } } }',
  ])('for one thing under several names is refused: %s', async (query) =>
    expect(await refused(query)).toContain('names for one field of the schema'),
  );

  test('under other names, and of several types, is answered', () =>
    answered(
      '{ s: __schema { all: types { n: name } } a: __type(name: "Job") { name fields { name type { name } } } b: __type(name: "Query") { name } __type(name: "Job") { name } }',
    ));

  test('C8 is off in production, and no type name is answered', async () => {
    expect(
      await refused('{ __schema { types { name } } }', 'GRAPHQL_VALIDATION_FAILED', closed),
    ).not.toContain('Job');
    await refused('{ __type(name: "Job") { name } }', 'GRAPHQL_VALIDATION_FAILED', closed);
    await answered('{ __typename must }', closed);
  });

  test('C9 no name is suggested in production', async () => {
    const query = `{ ${many(15, (index) => `a${index}: mist`)} }`;
    expect(await refused(query)).toContain('Did you mean "must"');
    expect(await refused(query, 'GRAPHQL_VALIDATION_FAILED', closed)).not.toMatch(/did you mean|must/i);
    const { body } = await closed.ask('query ($m: Mood) { echo(mood: $m) }', { variables: { m: 'WILDE' } });
    expect(codeOf(body)).toBe('BAD_USER_INPUT');
    expect(JSON.stringify(body)).not.toMatch(/did you mean/i);
  });
});

describe('dangerous names (C11)', () => {
  test('"__proto__" as an alias or a variable is refused', async () => {
    await refused('{ __proto__: must }');
    await refused('query ($__proto__: String) { echo(text: $__proto__) }');
  });

  test('"constructor" is a name like any other', async () => {
    const { body } = await gateway.ask(
      'query ($constructor: String) { constructor: echo(text: $constructor) toString: must }',
      {
        variables: { constructor: 'x' },
      },
    );
    expect(body).toEqual({ data: { constructor: 'x CALM', toString: 'is there' } });
    expect((await gateway.ask('query ($toString: String) { echo(text: $toString) }')).body).toEqual({
      data: { echo: ' CALM' },
    });
  });

  test('"__proto__" as a key of variables changes nothing', async () => {
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"query ($text: String) { echo(text: $text) }","variables":{"__proto__":{"text":"x","polluted":1}}}',
    });
    expect(await response.json()).toEqual({ data: { echo: ' CALM' } });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('a number that is too large for a number', () => {
  const long = '9'.repeat(400);
  let custom: TestGateway;
  beforeAll(async () => {
    const sdl = `type Query { any(any: Any, input: Input, ratio: Float, id: ID): String }
      scalar Any  input Input { any: Any, list: [[Any]] }`;
    custom = await startGateway([{ name: 'custom', sdl: link + sdl, url: studio.jobs.url }]);
  });
  afterAll(() => custom.stop());

  test.each([
    ['{ any(any: 1e400) }', '1e400', 'argument "any"'],
    ['{ any(any: -1e400) }', '-1e400', 'argument "any"'],
    [`{ any(any: ${long}) }`, `${long.slice(0, 20)}…`, 'argument "any"'],
    ['{ any(any: [1, [{ a: { b: 1e400 } }]]) }', '1e400', 'argument "any"'],
    ['{ any(input: { list: [1, [1e400]] }) }', '1e400', 'argument "input"'],
    ['{ any(ratio: 1e400) }', '1e400', 'argument "ratio"'],
    ['query ($one: Any = { a: 1e400 }) { any(any: $one) }', '1e400', 'variable "$one"'],
    ['query ($one: Any) { any(any: { a: $one, b: 1e400 }) }', '1e400', 'argument "any"'],
    ['{ ...Part } fragment Part on Query { any(any: 1e400) }', '1e400', 'argument "any"'],
  ])('is refused as a value (%#)', async (query, value, place) => {
    const before = custom.log().length;
    const headers = { accept: 'application/graphql-response+json' };
    const { status, body } = await custom.ask(query, { headers });
    expect([status, codeOf(body)]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
    expect(body.errors?.map(({ message }) => message)).toEqual([
      `The value ${value} of the ${place} is too large for a number.`,
    ]);
    expect(custom.log().length - before).toBeLessThan(5_000);
  });

  test('is an id like any other, and what is large, but a number, is a value', async () => {
    for (const value of [`id: ${long}`, 'any: 1e300', 'ratio: 1e-400', 'any: "1e400"'])
      expect((await custom.ask(`{ any(${value}) }`)).body).toHaveProperty('data');
  });
});

test('the cache of operations keeps to its size (C72)', async () => {
  const { createOperations } = await import('./prepare.ts');
  const { defaultOperationLimits } = await import('./limits.ts');
  const { buildSupergraph } = await import('../supergraph/build.ts');
  const { composeSupergraph } = await import('../supergraph/compose.ts');
  const { sdl } = await composeSupergraph(gateway.file);
  const supergraph = buildSupergraph(sdl, { get: () => ({}) as never });
  const operations = createOperations({ limits: defaultOperationLimits, introspection: true, cacheSize: 50 });
  const first = operations.prepare(supergraph, { query: '{ must }' });
  expect(operations.prepare(supergraph, { query: '{ must }' })).toBe(first);
  expect(operations.prepare(supergraph, { query: '{ must } # other text' })).not.toBe(first);
  for (let index = 0; index < 200; index++)
    operations.prepare(supergraph, { query: `query Q${index} { must }` });
  expect(operations.size).toBe(50);
});
