import {
  ApolloClient,
  gql,
  HttpLink,
  InMemoryCache,
  type ErrorPolicy,
  type DocumentNode,
} from '@apollo/client/core/index.js';
import { visit } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCinema, type Cinema } from '../testing/cinema.ts';
import { until } from '../testing/gateway.ts';

let cinema: Cinema;
beforeAll(async () => {
  cinema = await startCinema();
});
afterAll(() => cinema.stop());

/** Apollo Client as an application makes it, with a cache of its own. */
const createClient = (): ApolloClient<unknown> =>
  new ApolloClient({
    link: new HttpLink({ uri: cinema.gateway.url }),
    cache: new InMemoryCache({ possibleTypes: { Title: ['Movie', 'Series'] } }),
  });

/** What the client has in the end. */
async function complete(query: DocumentNode, variables = {}, errorPolicy: ErrorPolicy = 'none') {
  const { data, errors } = await createClient().query<unknown>({ query, variables, errorPolicy });
  return { data, ...(errors && { errors }) };
}

const withoutDefer = (query: DocumentNode): DocumentNode =>
  visit(query, {
    Directive: ({ name }) => (name.value === 'defer' ? null : undefined),
    VariableDefinition: () => null, // of conditions
  });

describe('Apollo Client has the whole answer in the end', () => {
  const documents: Record<string, DocumentNode> = {
    'of a fragment from another subgraph, with a label': gql`
      {
        featured {
          id
          ... @defer(label: "stars") {
            stars
          }
        }
      }
    `,
    'of fragments within lists, on an interface and its types': gql`
      {
        titles {
          id
          ... @defer {
            name
            similar {
              id
              ... on Series @defer {
                seasons
                stars
              }
            }
          }
          ...OfMovies @defer(label: "movies")
        }
      }
      fragment OfMovies on Movie {
        minutes
        stars
        size {
          height
          width
        }
      }
    `,
    'of fragments in each other': gql`
      {
        title(id: "t3") {
          ... on Movie @defer {
            name
            reviews {
              text
              ... @defer {
                author {
                  id
                  ... @defer {
                    name
                    age
                  }
                }
              }
            }
          }
        }
      }
    `,
    'where all of it is deferred': gql`
      {
        ... @defer {
          featured {
            name
            stars
          }
        }
      }
    `,
    'where a variable says so': gql`
      query ($here: Boolean!, $there: Boolean!) {
        featured {
          id
          ... @defer(if: $here) {
            stars
          }
          ... @defer(if: $there) {
            minutes
          }
          ... @defer(if: false) {
            name
          }
        }
      }
    `,
  };
  for (const [name, query] of Object.entries(documents))
    test(name, async () => {
      const variables = name.includes('variable') ? { here: true, there: false } : {};
      const whole = await complete(withoutDefer(query));
      expect(whole.data).not.toEqual({});
      expect(await complete(query, variables)).toEqual(whole);
    });

  test('also of a mutation', async () => {
    const mutation = gql`
      mutation {
        rename(id: "t1", name: "Aliens") {
          name
          ... on Movie @defer {
            stars
          }
        }
      }
    `;
    const { data } = await createClient().mutate<unknown>({ mutation });
    expect(data).toEqual({ rename: { __typename: 'Movie', name: 'Aliens', stars: 1 } });
  });

  test('with the error of what failed, and all the rest', async () => {
    const query = gql`
      {
        featured {
          id
          ... @defer {
            minutes
          }
          ... @defer {
            fails
          }
        }
      }
    `;
    const { data, errors } = await complete(query, {}, 'all');
    expect(data).toEqual({ featured: { __typename: 'Movie', id: 't1', minutes: 117, fails: null } });
    expect(errors?.map(({ path }) => path)).toEqual([['featured', 'fails']]);
  });
});

test('it shows what it has while the rest is held back, and then the rest', async () => {
  const release = cinema.reviews.hold('stars');
  const shown: unknown[] = [];
  const subscription = createClient()
    .watchQuery({
      query: gql`
        {
          featured {
            id
            ... @defer {
              stars
            }
          }
        }
      `,
    })
    .subscribe(({ data }) => shown.push(structuredClone(data)));
  await until(() => shown.length === 1);
  expect(shown).toEqual([{ featured: { __typename: 'Movie', id: 't1' } }]);
  release();
  await until(() => shown.length === 2);
  expect(shown[1]).toEqual({ featured: { __typename: 'Movie', id: 't1', stars: 1 } });
  subscription.unsubscribe();
});

test('when it loses interest midway, the calls that are under way are canceled', async () => {
  const release = cinema.people.hold('age');
  const before = cinema.people.canceled();
  const shown: unknown[] = [];
  const query = gql`
    {
      featured {
        id
        ... on Movie {
          reviews {
            author {
              id
              ... @defer {
                age
              }
            }
          }
        }
      }
    }
  `;
  const subscription = createClient()
    .watchQuery({ query })
    .subscribe(({ data }) => shown.push(data));
  await until(() => shown.length === 1);
  subscription.unsubscribe();
  await until(() => cinema.people.canceled() === before + 1);
  release();
});
