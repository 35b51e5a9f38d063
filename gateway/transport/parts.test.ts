import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCinema, type Cinema } from '../testing/cinema.ts';
import { codeOf, until } from '../testing/gateway.ts';

let cinema: Cinema;
beforeAll(async () => {
  cinema = await startCinema();
});
afterAll(() => cinema.stop());

const PARTS = 'multipart/mixed;deferSpec=20220824, application/json';

const askFor = async (query: string, variables = {}, accept = PARTS) =>
  request(cinema.gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query, variables }),
  });

type Part = Record<string, unknown> & { readonly hasNext: boolean };

/** The parts of an answer as they come. @throws if it is not as the protocol has it */
async function* partsOf({ headers, body }: Awaited<ReturnType<typeof askFor>>): AsyncGenerator<Part> {
  expect(headers['content-type']).toBe('multipart/mixed;boundary="-";deferSpec=20220824');
  let text = '';
  let begun = false;
  for await (const chunk of body) {
    text += String(chunk);
    if (!begun) {
      expect(text.startsWith('\r\n---\r\n')).toBe(true);
      text = text.slice('\r\n---'.length);
      begun = true;
    }
    for (let end = text.indexOf('\r\n---'); end >= 0; end = text.indexOf('\r\n---')) {
      yield JSON.parse(text.slice(text.indexOf('\r\n\r\n'), end)) as Part;
      text = text.slice(end + '\r\n---'.length);
    }
  }
  expect(text).toBe('--\r\n');
}

/** Takes the first part while something is held back that the others need, lets it go, and takes those. */
async function heldBack(
  query: string,
  release: () => void,
  variables = {},
): Promise<{ first: Part | undefined; rest: Part[] }> {
  const parts = partsOf(await askFor(query, variables));
  const { value: first } = (await parts.next()) as { value: Part | undefined };
  release();
  const rest = [];
  for await (const part of parts) rest.push(part);
  return { first, rest };
}

const allParts = async (query: string, variables = {}): Promise<Part[]> => {
  const { first, rest } = await heldBack(query, () => undefined, variables);
  return first ? [first, ...rest] : rest;
};

/** What all parts but the first brought, in no order. */
const incrementsOf = (parts: readonly Part[]): unknown[] =>
  parts.flatMap(({ incremental }) => (incremental as unknown[] | undefined) ?? []);

describe('@defer over multipart', () => {
  test('what is not deferred comes while another subgraph holds back the rest, which comes with its label', async () => {
    const { first, rest } = await heldBack(
      '{ featured { id ... @defer(label: "stars") { stars } } }',
      cinema.reviews.hold('stars'),
    );
    expect(first).toEqual({ data: { featured: { id: 't1' } }, hasNext: true });
    expect(rest).toEqual([
      { incremental: [{ data: { stars: 1 }, path: ['featured'], label: 'stars' }], hasNext: false },
    ]);
  });

  test('fields of one entity from one subgraph come apart, and slow ones keep nobody waiting', async () => {
    const { first, rest } = await heldBack(
      '{ featured { stars ... @defer { reviews { text } } } }',
      cinema.reviews.hold('reviews'),
    );
    expect(first).toEqual({ data: { featured: { stars: 1 } }, hasNext: true });
    expect(rest).toEqual([
      {
        incremental: [{ data: { reviews: [{ text: 't1: 1' }, { text: 't1: 2' }] }, path: ['featured'] }],
        hasNext: false,
      },
    ]);
  });

  test('a variable of the client may be named as that in which subgraphs take entities', async () => {
    const { first, rest } = await heldBack(
      `query ($representations: Boolean!, $representations_: Boolean!) {
         featured {
           id
           ... @defer { minutes @include(if: $representations)  size { height @skip(if: $representations_) } }
           ... @defer { stars @include(if: $representations)  reviews { text @skip(if: $representations_) } }
         }
       }`,
      cinema.catalog.hold('size'),
      { representations: true, representations_: false },
    );
    expect(first).toEqual({ data: { featured: { id: 't1' } }, hasNext: true });
    expect(incrementsOf(rest)).toEqual(
      expect.arrayContaining([
        { data: { minutes: 117, size: { height: 1080 } }, path: ['featured'] },
        { data: { stars: 1, reviews: [{ text: 't1: 1' }, { text: 't1: 2' }] }, path: ['featured'] },
      ]),
    );
    expect(cinema.catalog.calls.at(-1)).toContain('_entities(representations:$representations__)');
  });

  test('also where the subgraph is the one that found the entities, whatever their types', async () => {
    const { first, rest } = await heldBack(
      '{ titles { id ... @defer { name similar { id } } ... on Movie @defer { minutes } } }',
      cinema.catalog.hold('similar'),
    );
    expect(first).toEqual({ data: { titles: [{ id: 't1' }, { id: 't2' }, { id: 't3' }] }, hasNext: true });
    const similar = (...ids: string[]) => ids.map((id) => ({ id }));
    expect(rest.at(-1)?.hasNext).toBe(false);
    expect(incrementsOf(rest)).toHaveLength(5);
    expect(incrementsOf(rest)).toEqual(
      expect.arrayContaining([
        { data: { name: 'Alien', similar: similar('t2', 't3') }, path: ['titles', 0] },
        { data: { name: 'Dark', similar: similar('t1', 't3') }, path: ['titles', 1] },
        { data: { name: 'Brazil', similar: similar('t1', 't2') }, path: ['titles', 2] },
        { data: { minutes: 117 }, path: ['titles', 0] },
        { data: { minutes: 132 }, path: ['titles', 2] },
      ]),
    );
  });

  test('at the root of a query, and of an object that its own subgraph cannot find again', async () => {
    const root = await heldBack(
      '{ ... @defer { titles { id } } featured { id } }',
      cinema.catalog.hold('titles'),
    );
    expect(root.first).toEqual({ data: { featured: { id: 't1' } }, hasNext: true });
    expect(incrementsOf(root.rest)).toEqual([
      { data: { titles: [{ id: 't1' }, { id: 't2' }, { id: 't3' }] }, path: [] },
    ]);
    const parts = await allParts('{ featured { size { height ... @defer { width } } } }');
    expect(parts).toEqual([
      { data: { featured: { size: { height: 1080 } } }, hasNext: true },
      { incremental: [{ data: { width: 1920 }, path: ['featured', 'size'] }], hasNext: false },
    ]);
  });

  test('one in another comes after it, and not before its own fields are there', async () => {
    const release = cinema.people.hold('age');
    const query = `{ title(id: "t3") { id ...Reviewed @defer(label: "outer") } }
      fragment Reviewed on Movie { reviews { text author { id ... @defer(label: "inner") { name age } } } }`;
    const parts = partsOf(await askFor(query));
    expect((await parts.next()).value).toEqual({ data: { title: { id: 't3' } }, hasNext: true });
    const review = (number: number) => ({ text: `t3: ${number}`, author: { id: `p${number}` } });
    expect((await parts.next()).value).toEqual({
      incremental: [{ data: { reviews: [review(1), review(2)] }, path: ['title'], label: 'outer' }],
      hasNext: true,
    });
    release();
    expect((await parts.next()).value).toEqual({
      incremental: [0, 1].map((index) => ({
        data: { name: `Person p${index + 1}`, age: 40 },
        path: ['title', 'reviews', index, 'author'],
        label: 'inner',
      })),
      hasNext: false,
    });
    expect((await parts.next()).done).toBe(true);
  });

  test('of a mutation, what was made comes first', async () => {
    const { first, rest } = await heldBack(
      'mutation { rename(id: "t1", name: "Aliens") { name ... on Movie @defer { stars } } }',
      cinema.reviews.hold('stars'),
    );
    expect(first).toEqual({ data: { rename: { name: 'Aliens' } }, hasNext: true });
    expect(incrementsOf(rest)).toEqual([{ data: { stars: 1 }, path: ['rename'] }]);
  });

  test('deferred fetches begin no later than in a whole answer', async () => {
    const release = [cinema.reviews.hold('stars'), cinema.catalog.hold('similar')];
    const before = cinema.reviews.calls.length;
    const answer = askFor('{ featured { id ... @defer { similar { id } } ... @defer { stars } } }');
    await until(() => cinema.reviews.calls.length > before);
    release.forEach((let_) => let_());
    for await (const part of partsOf(await answer))
      if (!part.hasNext) expect(incrementsOf([part])).toBeDefined();
  });

  test('a failure belongs to its part: a null that may not be voids that alone', async () => {
    const parts = await allParts(
      '{ featured { id ... @defer { fails } ... @defer { breaks } ... @defer { minutes } } }',
    );
    expect(parts[0]).toEqual({ data: { featured: { id: 't1' } }, hasNext: true });
    const increments = incrementsOf(parts);
    expect(increments).toHaveLength(3);
    expect(increments).toEqual(
      expect.arrayContaining([
        { data: { minutes: 117 }, path: ['featured'] },
        {
          data: { fails: null },
          path: ['featured'],
          errors: [expect.objectContaining({ path: ['featured', 'fails'] })],
        },
        {
          data: null,
          path: ['featured'],
          errors: [expect.objectContaining({ path: ['featured', 'breaks'] })],
        },
      ]),
    );
  });

  test('is whole for those who take no parts, and where nothing is deferred', async () => {
    const query = 'query ($d: Boolean = true) { featured { id ... @defer(if: $d) { stars } } }';
    const literal = '{ featured { id ... @defer(if: false) { stars } } }';
    for (const answer of [
      askFor(query, {}, 'application/json'),
      askFor(query, { d: false }),
      askFor(literal),
    ]) {
      const { headers, body } = await answer;
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
      expect(await body.json()).toEqual({ data: { featured: { id: 't1', stars: 1 } } });
    }
    expect(await allParts(query)).toHaveLength(2);
    expect(await allParts(query, { d: true })).toHaveLength(2);
  });

  test('a client that leaves midway takes the calls along that are under way', async () => {
    const release = cinema.reviews.hold('stars');
    const { body } = await askFor('{ featured { id ... @defer { stars } } }');
    const before = cinema.reviews.canceled();
    for await (const chunk of body) if (String(chunk).includes('"featured"')) break; // and so destroys the body
    await until(() => cinema.reviews.canceled() === before + 1);
    await until(() => cinema.gateway.log().includes('"canceled":true'));
    release();
  });

  test('@stream, and @defer at the root of a mutation, are refused by name', async () => {
    const streamed = await cinema.gateway.ask('{ titles @stream { id } }');
    expect(codeOf(streamed.body)).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(streamed.body.errors?.[0]?.message).toContain('does not support @stream');
    const mutation = await cinema.gateway.ask(
      'mutation { ... @defer { rename(id: "t1", name: "x") { id } } }',
    );
    expect(mutation.body.errors?.[0]?.message).toContain('root of a mutation');
  });
});
