import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unauthenticated } from '../../platform/errors.ts';
import { startGateway, type TestGateway } from '../testing/gateway.ts';
import { startIssuer, type Issuer } from '../testing/issuer.ts';
import { startSubgraph, type TestSubgraph } from '../testing/subgraphs.ts';

const calls: string[] = [];
const called = <T>(field: string, value: T) => ({
  [field]: () => {
    calls.push(field);
    return value;
  },
});

let one: TestSubgraph;
let two: TestSubgraph;
let issuer: Issuer;
let gateway: TestGateway;
let strict: TestGateway;

const oneTypes = `
  type Query {
    hello: String
    me: Person @authenticated
    people: [Person!]!
    posts: [Post]
    pets: [Pet]
    found: [Found!]
    prices: Prices
    salary: String! @requiresScopes(scopes: [["pay:read", "hr"], ["admin"]])
    beta: String @policy(policies: [["beta", "staff"], ["vip"]])
    secretMood: Mood
  }
  type Mutation { rename: Person  erase: Boolean! @authenticated  hide: Boolean @authenticated }
  type Subscription { news: String @authenticated  tick: Person }
  enum Mood @authenticated { CALM }
  scalar Money @requiresScopes(scopes: [["money"]])
  type Prices { low: Money  note: String }
  type Person @key(fields: "id") { id: ID!  name: String  email: String @authenticated  pin: Int! @authenticated }
  interface Post { id: ID!  title: String }
  type Blog implements Post { id: ID!  title: String  body: String }
  type PrivateBlog implements Post @authenticated { id: ID!  title: String  readers: Int }
  interface Pet { name: String  weight: Int }
  type Dog implements Pet { name: String  weight: Int  barks: Boolean @authenticated }
  type Cat implements Pet { name: String  weight: Int @requiresScopes(scopes: [["vet"]]) }
  union Found = Dog | Cat`;
const twoTypes = `
  type Query { other: String @authenticated }
  type Person @key(fields: "id") { id: ID!  rank: Int @authenticated }`;

describe.each(['compiled', 'apollo'])('with %s execution', (executor) => {
  beforeAll(async () => {
    const person = (id: string) => ({ id, name: `N${id}`, email: `${id}@x.test`, pin: 1 });
    const pets = [
      { __typename: 'Dog', name: 'Rex', weight: 9, barks: true },
      { __typename: 'Cat', name: 'Tom', weight: 4 },
    ];
    one = await startSubgraph('one', oneTypes, {
      Query: {
        hello: () => 'hi',
        ...called('me', person('1')),
        people: () => [person('1'), person('2')],
        posts: () => [
          { __typename: 'Blog', id: 'b', title: 'Blog', body: 'text' },
          { __typename: 'PrivateBlog', id: 'p', title: 'Private', readers: 3 },
        ],
        pets: () => pets,
        found: () => pets,
        prices: () => ({ low: '5', note: 'n' }),
        salary: () => '100',
        beta: () => 'new',
        secretMood: () => 'CALM',
      },
      Mutation: { ...called('rename', person('1')), ...called('erase', true) },
      Subscription: {
        tick: {
          async *subscribe() {
            yield { tick: person('1') };
          },
        },
      },
    });
    two = await startSubgraph('two', twoTypes, {
      Query: called('other', 'o'),
      Person: { __resolveReference: (it: object) => it, ...called('rank', 7) },
    });
    issuer = await startIssuer();
    gateway = await startGateway([one, two], { ...issuer.variables, GATEWAY_EXECUTOR: executor });
    strict = await startGateway([one, two], {
      ...issuer.variables,
      ACCESS_MODE: 'reject',
      GATEWAY_EXECUTOR: executor,
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await strict.stop();
    await one.stop();
    await two.stop();
    await issuer.stop();
  });

  const ask = async (query: string, scope?: string, variables?: Record<string, unknown>, from = gateway) => {
    calls.length = 0;
    const headers: Record<string, string> =
      scope === undefined ? {} : { authorization: `Bearer ${await issuer.sign({ scope })}` };
    const { body } = await from.ask(query, { headers, ...(variables && { variables }) });
    return {
      data: body.data,
      errors: body.errors?.map(
        ({ path, extensions }) => `${String(extensions?.['code'])} ${path?.join('.')}`,
      ),
    };
  };

  describe('@authenticated', () => {
    test('a field that a visitor may not see is null with an error, and nobody is asked for it', async () => {
      expect(await ask('{ hello me { id } other }')).toEqual({
        data: { hello: 'hi', me: null, other: null },
        errors: ['UNAUTHENTICATED me', 'UNAUTHENTICATED other'],
      });
      expect(calls).toEqual([]);
    });

    test('says what it is about', async () => {
      const { errors } = (await gateway.ask('{ hello me { id } }')).body;
      expect(errors?.[0]).toMatchObject({
        message: unauthenticated().message,
        path: ['me'],
        extensions: { code: 'UNAUTHENTICATED', reason: 'UNAUTHORIZED_FIELD_OR_TYPE' },
      });
      const headers = { authorization: `Bearer ${await issuer.sign({ scope: 'x' })}` };
      const signedIn = (await gateway.ask('{ salary }', { headers })).body.errors;
      expect(signedIn?.map(({ message }) => message)).toEqual([
        'This needs the scopes "pay:read" and "hr", or "admin".',
      ]);
      expect((await gateway.ask('{ beta }', { headers })).body.errors?.[0]?.message).toBe(
        'You may not see "beta".',
      );
      const refused = (await strict.ask('{ mine: me { id } other }')).body.errors;
      expect(refused?.map(({ message }) => message)).toEqual([
        `mine: ${unauthenticated().message}`,
        `other: ${unauthenticated().message}`,
      ]);
    });

    test('a viewer who is signed in sees it', async () => {
      expect(await ask('{ hello me { id email rank } }', '')).toEqual({
        data: { hello: 'hi', me: { id: '1', email: '1@x.test', rank: 7 } },
      });
    });

    test('inside lists each has its null and its error, in the order of the query', async () => {
      const { data, errors } = await ask('{ people { name email id rank } }');
      expect(JSON.stringify(data)).toBe(
        '{"people":[{"name":"N1","email":null,"id":"1","rank":null},{"name":"N2","email":null,"id":"2","rank":null}]}',
      );
      expect(errors).toEqual([
        'UNAUTHENTICATED people.0.email',
        'UNAUTHENTICATED people.0.rank',
        'UNAUTHENTICATED people.1.email',
        'UNAUTHENTICATED people.1.rank',
      ]);
      expect(calls).toEqual([]);
    });

    test('a null where none may be takes the object along', async () => {
      expect(await ask('{ hello people { id pin } }')).toEqual({
        data: null,
        errors: ['UNAUTHENTICATED people.0.pin'],
      });
    });

    test('where nothing is left of a selection, the object is there all the same', async () => {
      expect((await ask('{ people { email } }')).data).toEqual({
        people: [{ email: null }, { email: null }],
      });
      expect((await ask('mutation { rename { email } }')).data).toEqual({ rename: { email: null } });
      expect(calls).toEqual(['rename']);
    });

    test('an operation of nothing else asks no subgraph', async () => {
      expect(await ask('{ me { id } }')).toEqual({ data: { me: null }, errors: ['UNAUTHENTICATED me'] });
      expect(calls).toEqual([]);
    });

    test('holds through fragments, aliases and conditions', async () => {
      const query = `query ($no: Boolean = false) {
      a: people { ...P ... on Person { mail: email } } skipped: me @include(if: $no) { id }
    } fragment P on Person { id rank }`;
      expect(await ask(query)).toEqual({
        data: { a: ['1', '2'].map((id) => ({ id, rank: null, mail: null })) },
        errors: [0, 1].flatMap((n) => [`UNAUTHENTICATED a.${n}.rank`, `UNAUTHENTICATED a.${n}.mail`]),
      });
    });

    test('on an enum covers every field that returns it', async () => {
      expect(await ask('{ secretMood hello }')).toEqual({
        data: { secretMood: null, hello: 'hi' },
        errors: ['UNAUTHENTICATED secretMood'],
      });
    });
  });

  describe('@requiresScopes', () => {
    const query = '{ hello salary }';
    test('takes one of the alternatives, each whole', async () => {
      expect((await ask(query, 'pay:read hr')).data).toEqual({ hello: 'hi', salary: '100' });
      expect((await ask(query, 'admin')).data).toEqual({ hello: 'hi', salary: '100' });
      expect(await ask(query, 'pay:read')).toEqual({ data: null, errors: ['FORBIDDEN salary'] });
      expect(await ask(query)).toEqual({ data: null, errors: ['UNAUTHENTICATED salary'] });
    });
    test('on a scalar covers every field that returns it', async () => {
      expect(await ask('{ prices { low note } }', 'x')).toEqual({
        data: { prices: { low: null, note: 'n' } },
        errors: ['FORBIDDEN prices.low'],
      });
      expect((await ask('{ prices { low note } }', 'money')).data).toEqual({
        prices: { low: '5', note: 'n' },
      });
    });
  });

  describe('@policy', () => {
    test('holds for scopes of the same name', async () => {
      expect((await ask('{ beta }', 'vip')).data).toEqual({ beta: 'new' });
      expect((await ask('{ beta }', 'staff beta')).data).toEqual({ beta: 'new' });
      expect(await ask('{ beta }', 'beta')).toEqual({ data: { beta: null }, errors: ['FORBIDDEN beta'] });
    });
  });

  describe('abstract types', () => {
    test('a field of an interface is under the rules of every type that may stand there', async () => {
      expect(await ask('{ pets { name weight } }')).toEqual({
        data: {
          pets: [
            { name: 'Rex', weight: null },
            { name: 'Tom', weight: null },
          ],
        },
        errors: ['UNAUTHENTICATED pets.0.weight', 'UNAUTHENTICATED pets.1.weight'],
      });
      expect((await ask('{ pets { name weight } }', 'vet')).data?.['pets']).toHaveLength(2);
    });
    test('asked of a type of its own, it is under that type’s rules only', async () => {
      expect(await ask('{ pets { ... on Dog { weight barks } ... on Cat { weight } } }', 'x')).toEqual({
        data: { pets: [{ weight: 9, barks: true }, { weight: null }] },
        errors: ['FORBIDDEN pets.1.weight'],
      });
      expect(await ask('{ found { __typename ... on Dog { barks } ... on Cat { name } } }')).toEqual({
        data: {
          found: [
            { __typename: 'Dog', barks: null },
            { __typename: 'Cat', name: 'Tom' },
          ],
        },
        errors: ['UNAUTHENTICATED found.0.barks'],
      });
    });
    test('an implementation under a rule is hidden from those who ask the interface', async () => {
      const visitor = await ask('{ posts { id ... on PrivateBlog { readers } } }');
      expect(JSON.stringify(visitor.data)).not.toContain('3');
      expect(JSON.stringify(visitor.data)).not.toContain('"p"');
      expect(visitor.errors?.length).toBeGreaterThan(0);
      expect((await ask('{ posts { id ... on PrivateBlog { readers } } }', '')).data).toEqual({
        posts: [{ id: 'b' }, { id: 'p', readers: 3 }],
      });
    });
  });

  describe('the whole operation is refused where that is configured', () => {
    test('with an error for each field', async () => {
      expect(await ask('{ hello people { email } other }', undefined, undefined, strict)).toEqual({
        errors: ['UNAUTHENTICATED undefined', 'UNAUTHENTICATED undefined'],
        data: undefined,
      });
      expect((await ask('{ hello people { email } other }', '', undefined, strict)).errors).toBeUndefined();
    });
  });

  describe('mutations', () => {
    test('nothing is done where a field that a viewer may not see takes all data along', async () => {
      for (const query of [
        'mutation { rename { id } erase }',
        'mutation { ...E rename { id } hide } fragment E on Mutation { erase }',
        'mutation ($yes: Boolean = true) { rename { id } ... @include(if: $yes) { erase } }',
      ]) {
        expect(await ask(query)).toEqual({ data: undefined, errors: ['UNAUTHENTICATED erase'] });
        expect(calls).toEqual([]);
      }
      expect((await ask('mutation { rename { id } erase }', '')).data).toEqual({
        rename: { id: '1' },
        erase: true,
      });
    });
    test('the others are done where it is null, or not asked for', async () => {
      expect(await ask('mutation { hide rename { id } }')).toEqual({
        data: { hide: null, rename: { id: '1' } },
        errors: ['UNAUTHENTICATED hide'],
      });
      const query = 'mutation ($yes: Boolean!) { erase @include(if: $yes) rename { id } }';
      expect(await ask(query, undefined, { yes: false })).toEqual({ data: { rename: { id: '1' } } });
      expect(calls).toEqual(['rename']);
    });
  });

  describe('subscriptions', () => {
    test('one that a viewer may not follow is refused', async () => {
      await expect(gateway.socket().iterate({ query: 'subscription { news }' }).next()).rejects.toMatchObject(
        [{ extensions: { code: 'UNAUTHENTICATED' } }],
      );
    });
    test('events come without what the viewer may not see', async () => {
      const { value } = await gateway
        .socket()
        .iterate({ query: 'subscription { tick { id email } }' })
        .next();
      expect(value).toMatchObject({
        data: { tick: { id: '1', email: null } },
        errors: [{ path: ['tick', 'email'], extensions: { code: 'UNAUTHENTICATED' } }],
      });
    });
  });
});
