import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../testing/gateway.ts';
import { startSubgraph, type TestSubgraph } from '../testing/subgraphs.ts';

describe('@context', () => {
  let users: TestSubgraph;
  let gateway: TestGateway;
  beforeAll(async () => {
    const user = (id: string, currency: string | null) => ({
      id,
      currency,
      wallets: [{ id: `${id}a` }, { id: `${id}b` }],
    });
    users = await startSubgraph(
      'users',
      `type Query { me: User  users: [User!]! }
       type User @key(fields: "id") @context(name: "user") { id: ID!  currency: String  wallets: [Wallet!] }
       type Wallet @key(fields: "id") {
         id: ID!
         total(in: String @fromContext(field: "$user { currency }"), digits: Int): String
       }`,
      {
        Query: {
          me: () => user('1', 'EUR'),
          users: () => [user('1', 'EUR'), user('2', 'USD'), user('3', 'EUR'), user('4', null)],
        },
        Wallet: {
          __resolveReference: (it: object) => it,
          total: ({ id }: { id: string }, args: { in?: string; digits?: number }) =>
            `${id} ${args.in ?? 'none'} ${args.digits ?? 0}`,
        },
      },
    );
    gateway = await startGateway([users], { GATEWAY_EXECUTOR: 'compiled' });
  });
  afterAll(async () => {
    await gateway.stop();
    await users.stop();
  });

  test('an argument takes its value from the object around, not from the client', async () => {
    const { body } = await gateway.ask('query ($d: Int) { me { wallets { id total(digits: $d) } } }', {
      variables: { d: 2 },
    });
    expect(body).toEqual({
      data: {
        me: {
          wallets: [
            { id: '1a', total: '1a EUR 2' },
            { id: '1b', total: '1b EUR 2' },
          ],
        },
      },
    });
    const refused = await gateway.ask('{ me { wallets { total(in: "USD") } } }');
    expect(refused.body.errors).toHaveLength(1);
  });

  test('each object has the value of its own surroundings', async () => {
    const { body } = await gateway.ask('{ users { wallets { total } } }');
    const totals = (body.data as { users: { wallets: { total: string }[] }[] }).users.map((user) =>
      user.wallets.map(({ total }) => total),
    );
    expect(totals).toEqual([
      ['1a EUR 0', '1b EUR 0'],
      ['2a USD 0', '2b USD 0'],
      ['3a EUR 0', '3b EUR 0'],
      ['4a none 0', '4b none 0'],
    ]);
  });

  test('a field of the client’s under the same name does not disturb it', async () => {
    const { body } = await gateway.ask('{ me { currency: id wallets { total } } }');
    expect(body).toEqual({
      data: { me: { currency: '1', wallets: [{ total: '1a EUR 0' }, { total: '1b EUR 0' }] } },
    });
  });
});

describe('progressive @override', () => {
  test('moves a field to its new subgraph for those for whom its label is active', async () => {
    const films = 'type Query { film: Film }';
    const old = await startSubgraph(
      'old',
      `${films} type Film @key(fields: "id") { id: ID!  price: String  name: String }`,
      {
        Query: { film: () => ({ id: '1', price: 'old', name: 'n' }) },
      },
    );
    const next = await startSubgraph(
      'next',
      `type Film @key(fields: "id") {
         id: ID!
         price: String @override(from: "old", label: "prices")
         name: String @override(from: "old", label: "percent(0)")
       }`,
      { Film: { __resolveReference: (it: object) => it, price: () => 'new', name: () => 'new name' } },
    );
    const before = await startGateway([old, next]);
    const after = await startGateway([old, next], { OVERRIDE_LABELS: 'prices=100' });
    expect((await before.ask('{ film { price name } }')).body.data).toEqual({
      film: { price: 'old', name: 'n' },
    });
    expect((await after.ask('{ film { price name } }')).body.data).toEqual({
      film: { price: 'new', name: 'n' },
    });
    for (const one of [before, after, old, next]) await one.stop();
  });
});
