import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AnyDomainEvent, TitleFacts } from '../../platform/domain-events.ts';
import { startTestCatalog, viewers, type TestCatalog } from './test-catalog.ts';

let catalog: TestCatalog;
/** What other services heard, oldest first. */
let heard: TitleFacts[];

beforeAll(async () => {
  catalog = await startTestCatalog({ films: false });
  await catalog.infrastructure.events.consume('test', ['titles.changed'], async (event: AnyDomainEvent) => {
    if (event.type === 'titles.changed') heard.push(...event.payload.titles);
  });
});
beforeEach(() => {
  heard = [];
});
afterAll(() => catalog.close());

const MOVIE =
  '{ movie { id name synopsis maturityRating releaseDate runtimeMinutes published availableFrom availableUntil regions genres { id } directors { id } } userErrors { code field message } }';
const CREATE = `mutation ($input: CreateMovieInput!) { createMovie(input: $input) ${MOVIE} }`;
const UPDATE = `mutation ($id: ID!, $input: UpdateMovieInput!) { updateMovie(titleId: $id, input: $input) ${MOVIE} }`;
const PUBLISH =
  'mutation ($id: ID!) { publishTitle(titleId: $id) { title { id published } userErrors { code field } } }';
const UNPUBLISH =
  'mutation ($id: ID!) { unpublishTitle(titleId: $id) { title { id published } userErrors { code field } } }';

const film = { name: 'A New Film', maturityRating: 'AGE_13' };

async function create(input: object) {
  const { data, errors } = await catalog.ask(CREATE, { input }, viewers.editor);
  expect(errors).toBeUndefined();
  return data.createMovie;
}
async function update(id: string, input: object) {
  const { data, errors } = await catalog.ask(UPDATE, { id, input }, viewers.editor);
  expect(errors).toBeUndefined();
  return data.updateMovie;
}
const read = async (id: string, viewer = viewers.visitor) =>
  (await catalog.ask('query ($id: ID!) { title(id: $id) { name synopsis } }', { id }, viewer)).data.title;

describe('createMovie', () => {
  it('adds a film that everybody can read and find, and tells the other services', async () => {
    const { genreIds, ...shown } = {
      name: '  Zwölf Hügel  ',
      synopsis: 'Twelve hills, one road.',
      maturityRating: 'AGE_7',
      releaseDate: '2026-02-28',
      runtimeMinutes: 93,
      genreIds: ['western', 'drama'],
    };
    const { movie, userErrors } = await create({ ...shown, genreIds });
    expect(userErrors).toEqual([]);
    expect(movie).toEqual({
      ...shown,
      id: expect.stringMatching(/^ttl_[0-9a-z]{26}$/) as string,
      name: 'Zwölf Hügel',
      published: true,
      availableFrom: null,
      availableUntil: null,
      regions: null,
      genres: genreIds.map((id) => ({ id })),
      directors: [],
    });
    const { data } = await catalog.ask('{ search(query: "zwolf hugle") { edges { node { id } } } }');
    expect(data.search.edges).toEqual([{ node: { id: movie.id } }]);
    await expect
      .poll(() => heard)
      .toEqual([
        {
          id: movie.id,
          kind: 'MOVIE',
          seriesId: null,
          name: 'Zwölf Hügel',
          maturityRating: 'AGE_7',
          releaseDate: '2026-02-28',
          runtimeMinutes: 93,
          genres: [
            { id: 'western', name: 'Western' },
            { id: 'drama', name: 'Drama' },
          ],
          directorIds: [],
          popularity: 0,
          published: true,
          availableFrom: null,
          availableUntil: null,
          regions: null,
        },
      ]);
  });

  it('needs the scope catalog:write', async () => {
    const refused = async (viewer: (typeof viewers)[keyof typeof viewers]) =>
      (await catalog.ask(CREATE, { input: film }, viewer)).errors?.[0]?.extensions.code;
    expect(await refused(viewers.visitor)).toBe('UNAUTHENTICATED');
    expect(await refused(viewers.viewer)).toBe('FORBIDDEN');
  });

  it('stores whatever is text as that text', async () => {
    for (const name of [
      "Robert'); DROP TABLE title;--",
      '<script>alert(1)</script>',
      '${7*7} {{7*7}} %s \\x',
      '💥 映画',
      "' OR ''='",
    ]) {
      const { movie } = await create({ ...film, name, synopsis: name });
      expect(await read(movie.id)).toEqual({ name, synopsis: name });
    }
  });

  it.each([
    [{ name: '   ' }, ['input', 'name']],
    [{ name: 'x'.repeat(201) }, ['input', 'name']],
    [{ name: 'two\nlines' }, ['input', 'name']],
    [{ name: 'nul\0' }, ['input', 'name']],
    [{ synopsis: 'x'.repeat(4001) }, ['input', 'synopsis']],
    [{ synopsis: 'nul\0' }, ['input', 'synopsis']],
    [{ releaseDate: '28.02.2026' }, ['input', 'releaseDate']],
    [{ releaseDate: '2026-02-30' }, ['input', 'releaseDate']],
    [{ releaseDate: '1700-01-01' }, ['input', 'releaseDate']],
    [{ runtimeMinutes: 0 }, ['input', 'runtimeMinutes']],
    [{ runtimeMinutes: 1001 }, ['input', 'runtimeMinutes']],
    [{ genreIds: ['drama', 'nothing'] }, ['input', 'genreIds', '1']],
    [{ genreIds: ['\0'] }, ['input', 'genreIds', '0']],
  ])('refuses %j as data', async (wrong, field) => {
    const { movie, userErrors } = await create({ ...film, ...wrong });
    expect(movie).toBeNull();
    expect(userErrors).toEqual([{ code: 'INVALID_INPUT', field, message: expect.any(String) as string }]);
  });

  it('names all fields that are at fault together, and adds nothing', async () => {
    const before = await catalog.prisma.title.count();
    const { userErrors } = await create({ ...film, name: '', runtimeMinutes: -1, genreIds: ['x'] });
    expect(userErrors.map(({ field }: { field: string[] }) => field[1])).toEqual([
      'name',
      'runtimeMinutes',
      'genreIds',
    ]);
    expect(await catalog.prisma.title.count()).toBe(before);
  });
});

describe('a draft', () => {
  it('is seen by editors alone until it is published, wherever titles are', async () => {
    const { movie } = await create({ ...film, name: 'Hidden Quokka', publish: false, genreIds: ['western'] });
    const sightings = async (viewer: (typeof viewers)[keyof typeof viewers]) => {
      const { data } = await catalog.ask(
        `query ($id: ID!, $of: [_Any!]!) {
          title(id: $id) { id }
          titles(first: 100, filter: { genreIds: ["western"] }) { edges { node { id } } }
          search(query: "quokka") { totalCount edges { node { id } } }
          suggest(prefix: "hidden q") { title { id } }
          _entities(representations: $of) { ... on Movie { id } }
        }`,
        { id: movie.id, of: [{ __typename: 'Title', id: movie.id }] },
        viewer,
      );
      return JSON.stringify(data).split(movie.id).length - 1;
    };
    expect(await sightings(viewers.visitor)).toBe(0);
    expect(await sightings(viewers.viewer)).toBe(0);
    expect(await sightings(viewers.editor)).toBe(5);

    await catalog.ask(PUBLISH, { id: movie.id }, viewers.editor);
    expect(await sightings(viewers.visitor)).toBe(5);
    await expect.poll(() => heard.map(({ published }) => published)).toEqual([false, true]);

    await catalog.ask(UNPUBLISH, { id: movie.id }, viewers.editor);
    expect(await sightings(viewers.visitor)).toBe(0);
  });

  it('is published by editors alone, and must be there', async () => {
    expect((await catalog.ask(PUBLISH, { id: 'x' }, viewers.viewer)).errors?.[0]?.extensions.code).toBe(
      'FORBIDDEN',
    );
    for (const id of ['nothing', '\0'])
      expect((await catalog.ask(PUBLISH, { id }, viewers.editor)).data.publishTitle).toEqual({
        title: null,
        userErrors: [{ code: 'NOT_FOUND', field: ['titleId'] }],
      });
  });

  it('of a series takes its episodes along', async () => {
    await catalog.prisma.title.create({
      data: { id: 'ser', kind: 'SERIES', name: 'Serial', maturityRating: 'ALL' },
    });
    await catalog.prisma.season.create({ data: { id: 'sea', seriesId: 'ser', number: 1 } });
    await catalog.prisma.title.create({
      data: {
        id: 'epi',
        kind: 'EPISODE',
        name: 'First',
        maturityRating: 'ALL',
        seriesId: 'ser',
        seasonId: 'sea',
        number: 1,
      },
    });
    await catalog.ask(UNPUBLISH, { id: 'ser' }, viewers.editor);
    expect(await read('epi')).toBeNull();
    await expect.poll(() => heard.map(({ id }) => id).sort()).toEqual(['epi', 'ser']);
  });
});

describe('updateMovie', () => {
  it('changes what is given, empties what is null, and leaves the rest', async () => {
    const { movie } = await create({
      ...film,
      synopsis: 'Old.',
      runtimeMinutes: 90,
      genreIds: ['drama', 'horror'],
    });
    const { movie: changed, userErrors } = await update(movie.id, {
      name: 'Renamed Wombat',
      synopsis: null,
      genreIds: ['comedy'],
      availableFrom: '2026-01-01T00:00:00Z',
      availableUntil: '2027-01-01T00:00:00Z',
      regions: ['DE', 'AT', 'DE'],
    });
    expect(userErrors).toEqual([]);
    expect(changed).toMatchObject({
      name: 'Renamed Wombat',
      synopsis: null,
      maturityRating: 'AGE_13',
      runtimeMinutes: 90,
      genres: [{ id: 'comedy' }],
      availableFrom: '2026-01-01T00:00:00.000Z',
      availableUntil: '2027-01-01T00:00:00.000Z',
      regions: ['DE', 'AT'],
    });
    const { data } = await catalog.ask('{ search(query: "wombta") { edges { node { name } } } }');
    expect(data.search.edges[0].node.name).toBe('Renamed Wombat');
    await expect
      .poll(() => heard.at(-1))
      .toMatchObject({
        name: 'Renamed Wombat',
        availableFrom: '2026-01-01T00:00:00.000Z',
        regions: ['DE', 'AT'],
        genres: [{ id: 'comedy', name: 'Comedy' }],
      });
  });

  it.each([
    [{ name: null }, ['input', 'name']],
    [{ maturityRating: null }, ['input', 'maturityRating']],
    [{ regions: ['Germany'] }, ['input', 'regions']],
    [
      { availableFrom: '2026-01-02T00:00:00Z', availableUntil: '2026-01-01T00:00:00Z' },
      ['input', 'availableUntil'],
    ],
  ])('refuses %j as data and changes nothing', async (wrong, field) => {
    const { movie } = await create(film);
    const { movie: none, userErrors } = await update(movie.id, { synopsis: 'New.', ...wrong });
    expect(none).toBeNull();
    expect(userErrors).toEqual([{ code: 'INVALID_INPUT', field, message: expect.any(String) as string }]);
    expect(await read(movie.id)).toEqual({ name: 'A New Film', synopsis: null });
  });

  it('knows no film that is none', async () => {
    for (const id of ['nothing', '\0', 'ser'])
      expect((await update(id, { name: 'X' })).userErrors).toMatchObject([
        { code: 'NOT_FOUND', field: ['titleId'] },
      ]);
    expect(
      (await catalog.ask(UPDATE, { id: 'x', input: {} }, viewers.viewer)).errors?.[0]?.extensions.code,
    ).toBe('FORBIDDEN');
  });
});
