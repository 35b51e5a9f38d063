import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { link } from './testing/compose.ts';
import { codeOf, startGateway, type Answer, type TestGateway } from './testing/gateway.ts';
import { quickest } from './testing/quickest.ts';
import { prototypes } from './testing/prototypes.ts';
import { startServer, startStudio, startSubgraph, type Studio } from './testing/subgraphs.ts';

/** What a subgraph does with a request that came whole. */
type Behaviour = (response: ServerResponse, request: IncomingMessage, body: string) => void;

const ODD = `${link}
  type Query { odd: String  things: [Thing] }
  type Mutation { changeOdd: String }
  type Title @key(fields: "id") { id: ID!  odd: String }
  type Thing { name: String  thing: Thing  any: Any }
  scalar Any`;
const TIMEOUT = 600;
const MEGABYTES_50 = Buffer.from(`{"data":{"odd":"${'x'.repeat(50 * 1024 * 1024)}"}}`);

let studio: Studio;
let odd: Awaited<ReturnType<typeof startServer>>;
let behave: Behaviour;
/** One with time, and one without. */
let gateway: TestGateway;
let hasty: TestGateway;

beforeAll(async () => {
  studio = await startStudio();
  odd = await startServer(
    (request, response) => void text(request).then((body) => behave(response, request, body)),
  );
});
afterAll(async () => {
  await odd.stop();
  await studio.stop();
});

describe.each(['compiled', 'apollo'])('with the %s executor, a subgraph that fails', (executor) => {
  beforeAll(async () => {
    const subgraphs = [studio.jobs, studio.catalog, studio.genres, { name: 'odd', sdl: ODD, url: odd.url }];
    const variables = {
      GATEWAY_EXECUTOR: executor,
      BREAKER_FAILURES: '0',
      RATE_LIMIT_PER_ADDRESS: '100000',
    };
    gateway = await startGateway(subgraphs, { ...variables, SUBGRAPH_TIMEOUT_MS: '20000' });
    hasty = await startGateway(subgraphs, { ...variables, SUBGRAPH_TIMEOUT_MS: String(TIMEOUT) });
    // what the first request of all pays for
    for (const one of [gateway, hasty])
      await one.ask('{ must titles { name genres { name } } job(id: "1") { percent } }');
  });
  afterAll(async () => {
    await gateway.stop();
    await hasty.stop();
  });

  /** Asks for something of the one that fails, beside what the others know. */
  const questions: [string, string, object, (string | number)[][]][] = [
    [
      'a root field',
      '{ odd must titles { name genres { name } } }',
      {
        odd: null,
        must: 'is there',
        titles: ['Title t1', 'Title t2'].map((name) => ({
          name,
          genres: [{ name: 'Genre g1' }, { name: 'Genre g2' }],
        })),
      },
      [['odd']],
    ],
    [
      'a field of entities',
      '{ must titles { name odd } job(id: "1") { percent title { odd name } } }',
      {
        must: 'is there',
        titles: [
          { name: 'Title t1', odd: null },
          { name: 'Title t2', odd: null },
        ],
        job: { percent: 10, title: { odd: null, name: 'Title t1' } },
      },
      [
        ['titles', 0, 'odd'],
        ['titles', 1, 'odd'],
        ['job', 'title', 'odd'],
      ],
    ],
    [
      'a field of a mutation',
      'mutation { changeOdd rename(id: "1", name: "x") { id } }',
      { changeOdd: null, rename: { id: '1' } },
      [['changeOdd']],
    ],
  ];

  /** What is not the failing subgraph's is whole; what is, is null with a coded error that tells nothing of the inside. */
  const expectWhole = ({ status, body }: Answer, data: object, paths: (string | number)[][]): void => {
    expect(status).toBe(200);
    expect(body.data).toEqual(data);
    const error = {
      message: expect.any(String) as string,
      extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'odd' },
    };
    expect(body.errors).toHaveLength(paths.length);
    expect(body.errors).toEqual(expect.arrayContaining(paths.map((path) => ({ ...error, path }))));
    expect(JSON.stringify(body)).not.toMatch(/\b\d+\.\d+\.\d+\.\d+|localhost|ECONN|:\d{4,5}|\bat .+:\d+/);
  };

  const late: [string, Behaviour][] = [
    ['says nothing for ten seconds', (response) => afterTenSeconds(response, () => response.end('{}'))],
    [
      'says nothing after the head of its answer for ten seconds',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
        afterTenSeconds(response, () => response.end('{}'));
      },
    ],
    [
      'takes ten seconds for its answer, byte by byte',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const byte = setInterval(() => response.write(' '), 50);
        response.on('close', () => clearInterval(byte));
        afterTenSeconds(response, () => response.end('{}'));
      },
    ],
  ];
  // how they wait is the same for both executors, so that one way is enough for the second
  const ways = executor === 'compiled' ? late : late.slice(0, 1);
  describe.each(ways)('because it %s (C62)', (_how, behaviour) => {
    test.each(questions)(
      'costs %s, at the timeout and at most 200 ms later, and no more',
      async (_what, query, data, paths) => {
        behave = behaviour;
        const took = await quickest(async () => {
          const begin = performance.now();
          expectWhole(await hasty.ask(query), data, paths);
          return performance.now() - begin;
        }, TIMEOUT + 200);
        expect(took).toBeGreaterThan(TIMEOUT - 10);
        expect(took).toBeLessThan(TIMEOUT + 200);
      },
    );
  });

  const answers =
    (status: number, type: string, body: string | Buffer): Behaviour =>
    (response) =>
      response.writeHead(status, { 'content-type': type }).end(body);
  const failures: [string, Behaviour][] = [
    ['HTML', answers(200, 'text/html', '<html><body>upstream 10.1.2.3 is down</body></html>')],
    ['HTML that says to be JSON', answers(200, 'application/json', '<html>upstream 10.1.2.3</html>')],
    ['an error page', answers(502, 'text/html', '<html>bad gateway at 10.1.2.3:4001</html>')],
    ['truncated JSON', answers(200, 'application/json', '{"data":{"odd":"val')],
    ['JSON that lacks its last bracket', answers(200, 'application/json', '{"data":{"odd":"value"}')],
    ['JSON that is no GraphQL', answers(200, 'application/json', '[1,2,3]')],
    ['data that is no object', answers(200, 'application/json', '{"data":"odd"}')],
    [
      'errors that are no list',
      answers(200, 'application/json', '{"data":{"odd":"x"},"errors":{"message":"No."}}'),
    ],
    ['nothing', answers(200, 'application/json', '')],
    ['503 with data, and no error', answers(503, 'application/json', '{"data":{"odd":null}}')],
    [
      '500 with data, and an empty list of errors',
      answers(500, 'text/html', '{"data":{"odd":"x"},"errors":[]}'),
    ],
    [
      'compressed, though nobody asked for that',
      (response, { headers }) => {
        const text = '{"data":{"odd":"x"}}';
        const wanted = headers['accept-encoding'] !== 'identity';
        response
          .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
          .end(wanted ? text : gzipSync(text));
      },
    ],
    ['50 MB', answers(200, 'application/json', MEGABYTES_50)],
    [
      '50 MB, without saying how much it will be',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        let at = 0;
        const more = (): void => {
          while (at < MEGABYTES_50.length)
            if (!response.write(MEGABYTES_50.subarray(at, (at += 1024 * 1024))))
              return void response.once('drain', more);
          response.end();
        };
        more();
      },
    ],
    ['with a closed socket', (_response, { socket }) => void socket.destroy()],
    [
      'with a closed socket after the head',
      (response, { socket }) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.flushHeaders();
        socket.end();
      },
    ],
    [
      'with a closed socket in the middle of its answer',
      (response, { socket }) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('{"data":{"odd":', () => socket.destroy());
      },
    ],
  ];
  describe.each(failures)('because it answers %s (C63)', (_how, behaviour) => {
    test.each(questions)('nulls %s and nothing else', async (_what, query, data, paths) => {
      behave = behaviour;
      expectWhole(await gateway.ask(query), data, paths);
      behave = answers(200, 'application/json', '{"data":{"odd":"well"}}');
      expect((await gateway.ask('{ odd must }')).body).toEqual({ data: { odd: 'well', must: 'is there' } });
    });
  });

  test('because it is away leaves the rest whole, and is asked again when it is back', async () => {
    await studio.genres.stop();
    try {
      expect((await gateway.ask('{ genres { name } }')).body.data).toBeNull();
      const { body } = await gateway.ask('{ must titles { name genres { name } } }');
      const genres = [{ name: null }, { name: null }];
      const titles = ['Title t1', 'Title t2'].map((name) => ({ name, genres }));
      expect(body.data).toEqual({ must: 'is there', titles });
      expect(body.errors).toHaveLength(4);
      expect(body.errors).toContainEqual({
        message: expect.any(String) as string,
        path: ['titles', 0, 'genres', 0, 'name'],
        extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'genres' },
      });
    } finally {
      await studio.genres.start();
    }
    expect((await gateway.ask('{ genres { name } }')).body).toEqual({
      data: { genres: [{ name: 'Genre g1' }] },
    });
  });

  test.each(['PERSISTED_QUERY_NOT_FOUND', 'OPERATION_RESOLUTION_FAILURE'])(
    'by refusing the text that we sent, with %s, does not tell clients what is wrong with it',
    async (code) => {
      const message = 'Cannot query field "odd" on type "Query". Did you mean "oddSalary"?';
      behave = answers(
        400,
        'application/json',
        JSON.stringify({ errors: [{ message, extensions: { code, url: 'http://10.0.0.5' } }] }),
      );
      const { status, body } = await gateway.ask('{ odd must }');
      expect([status, body.data]).toEqual([200, { odd: null, must: 'is there' }]);
      expect(codeOf(body)).toBe('INTERNAL_SERVER_ERROR');
      expect(JSON.stringify(body)).not.toMatch(/Salary|10\.0/);
      expect(gateway.log()).toContain(code);
    },
  );

  test('by refusing a value in the text tells clients why, but not what else its schema has', async () => {
    const message = 'A day is like "mon", not "tue".';
    const extensions = { code: 'GRAPHQL_VALIDATION_FAILED', url: 'http://10.0.0.5' };
    const suggesting = { message: 'Cannot query field "odd". Did you mean "oddSalary"?', extensions };
    behave = answers(
      400,
      'application/json',
      JSON.stringify({ errors: [{ message, extensions }, suggesting] }),
    );
    const { body } = await gateway.ask('{ odd }');
    expect(body.errors?.map((one) => one.message)).toEqual([message, 'Cannot query field "odd".']);
  });

  test('by breaking the schema yields an error for what had to be there', async () => {
    behave = answers(200, 'application/json', '{"data":{"needed":null}}');
    const broken = await startGateway(
      [studio.jobs, { name: 'odd', sdl: 'type Query { needed: String! }', url: odd.url }],
      { GATEWAY_EXECUTOR: executor },
    );
    try {
      const { body } = await broken.ask('{ needed }');
      expect(body.data).toBeNull();
      expect(codeOf(body)).toBe('INTERNAL_SERVER_ERROR');
    } finally {
      await broken.stop();
    }
  });

  const hostile = (name: string): string =>
    name === '__proto__'
      ? '"__proto__":{"polluted":1,"toString":1}'
      : '"constructor":{"prototype":{"polluted":1,"toString":1}}';
  test.each(['__proto__', 'constructor'])('by sending "%s" changes no prototype (C12)', async (name) => {
    const keys = hostile(name);
    const thing = `{${keys},"name":"x","thing":{"name":"y",${keys}},"any":{${keys},"a":[{${keys}}]}}`;
    const before = prototypes();
    for (const [query, answer, data] of [
      ['{ odd }', `{${keys},"data":{${keys},"odd":"x"},"extensions":{${keys}}}`, { odd: 'x' }],
      [
        '{ things { name thing { name } any } }',
        `{"data":{"things":[${thing},${thing},null,{${keys}}],${keys}}}`,
        undefined,
      ],
      [
        '{ titles { name odd } }',
        `{"data":{"_entities":[{"odd":"z",${keys}},{${keys}}],${keys}}}`,
        {
          titles: [
            { name: 'Title t1', odd: 'z' },
            { name: 'Title t2', odd: null },
          ],
        },
      ],
      [
        '{ odd }',
        `{"data":{"odd":null},"errors":[{"message":"No.",${keys},"path":["odd","${name}"],"extensions":{"code":"NOT_FOUND",${keys}}}]}`,
        { odd: null },
      ],
      [
        '{ things { name } }',
        `{"data":{"things":[{"name":"x",${keys}}]},"errors":[{"message":"No.","path":["${name}","polluted"]}]}`,
        { things: [{ name: 'x' }] },
      ],
    ] as const) {
      behave = answers(200, 'application/json', answer);
      const { status, body } = await gateway.ask(query);
      expect([status, prototypes()]).toEqual([200, before]);
      if (data) expect(body.data).toEqual(data);
      else expect(body.data?.['things'][0]).toMatchObject({ name: 'x', thing: { name: 'y' } });
    }
  });
});

test('an event that holds "__proto__" and "constructor" changes no prototype (C12)', async () => {
  const any = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}') as object;
  const events = await startSubgraph(
    'events',
    'type Query { a: Int } type Subscription { event: Event } type Event { any: Any } scalar Any',
    {
      Subscription: {
        event: {
          async *subscribe() {
            await delay(0);
            yield { event: { any } };
          },
        },
      },
    },
  );
  const own = await startGateway([events]);
  const before = prototypes();
  try {
    for await (const result of own.socket().iterate({ query: 'subscription { event { any } }' }))
      expect(JSON.stringify(result)).toContain('"polluted":1');
    expect(prototypes()).toEqual(before);
  } finally {
    await own.stop();
    await events.stop();
  }
});

describe('what a subgraph may send as JSON and nobody can send on as it is', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  let left: Awaited<ReturnType<typeof startServer>>;
  let right: Awaited<ReturnType<typeof startServer>>;
  let both: TestGateway;
  let answer: string;
  let asked: string[];
  beforeAll(async () => {
    left = await startServer((_request, response) => void response.end(answer));
    right = await startServer(
      (request, response) =>
        void text(request).then((body) => {
          asked.push(body);
          const { variables } = JSON.parse(body) as { variables: { representations?: { id: string }[] } };
          const { representations } = variables;
          const _entities = representations?.map(({ id }) => ({ more: `more of ${id}`, size: 1 }));
          response.end(JSON.stringify({ data: _entities ? { _entities } : { other: 'is there' } }));
        }),
    );
    both = await startGateway(
      [
        {
          name: 'left',
          sdl: `${link} type Query { things: [Thing]  any: Any }  scalar Any
                type Thing @key(fields: "id") { id: ID!  any: Any }`,
          url: left.url,
        },
        {
          name: 'right',
          sdl: `${link} type Query { other: String }  scalar Any
                type Thing @key(fields: "id") { id: ID!  any: Any @external  more: String  size: Int @requires(fields: "any") }`,
          url: right.url,
        },
      ],
      { BREAKER_FAILURES: '0' },
    );
  });
  beforeEach(() => {
    asked = [];
  });
  afterAll(async () => {
    await both.stop();
    await left.stop();
    await right.stop();
  });

  test('a number beyond all numbers in a key costs nothing of the others', async () => {
    answer = '{"data":{"things":[{"__typename":"Thing","id":"1"},{"__typename":"Thing","id":1e999}]}}';
    const { body } = await both.ask('{ things { more } other }');
    expect(body.data).toEqual({
      things: [{ more: 'more of 1' }, { more: expect.any(String) as string }],
      other: 'is there',
    });
  });

  test('more levels than the stack in a value cost its field', async () => {
    answer = `{"data":{"any":${deep}}}`;
    const { status, body } = await both.ask('{ any other }');
    expect([status, body.data]).toEqual([200, { any: null, other: 'is there' }]);
    expect(body.errors).toMatchObject([{ path: ['any'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
  });

  test.each([
    [1_000, true],
    [1_001, false],
  ])('%i levels in a value come through, beside an error or not: %j', async (levels, comes) => {
    const nested = '['.repeat(levels) + ']'.repeat(levels);
    for (const errors of ['', ',"errors":[{"message":"No.","path":["things"]}]']) {
      answer = `{"data":{"any":${nested},"things":null}${errors}}`;
      const { body } = await both.ask('{ any things { id } }');
      expect(JSON.stringify(body.data)).toBe(`{"any":${comes ? nested : 'null'},"things":null}`);
    }
  });

  test('more levels than the stack in what a field requires cost that field', async () => {
    const thing = (id: string, any: string): string => `{"__typename":"Thing","id":"${id}","any":${any}}`;
    answer = `{"data":{"things":[${thing('1', '[1]')},${thing('2', deep)}]}}`;
    const { status, body } = await both.ask('{ things { size } other }');
    expect([status, body.data]).toEqual([200, { things: [{ size: 1 }, { size: null }], other: 'is there' }]);
    expect(body.errors).toMatchObject([{ path: ['things', 1, 'size'] }]);
  });

  test('more levels than the stack in an error cost what it tells', async () => {
    answer = `{"data":{"any":null},"errors":[{"message":"No.","path":["any"],"extensions":{"code":"NOT_FOUND","of":${deep}}}]}`;
    const { status, body } = await both.ask('{ any other }');
    expect([status, body.data]).toEqual([200, { any: null, other: 'is there' }]);
    expect(body.errors).toMatchObject([{ path: ['any'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
  });
});

/** Answers after ten seconds, if anybody still waits. */
function afterTenSeconds(response: ServerResponse, answer: () => void): void {
  const timer = setTimeout(answer, 10_000);
  response.on('close', () => clearTimeout(timer));
}
