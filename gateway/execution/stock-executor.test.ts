import { expect, test } from 'vitest';
import { createServed } from './compiled/testing/served.ts';
import { requestWith, silent } from './compiled/testing/world.ts';
import { createStockExecutor } from './stock-executor.ts';
import { toResult } from './executor.ts';

test('an argument that is taken from around its object is not the client’s to give', async () => {
  const { prepare } = await createServed({
    ships: {
      types: `
        type Query { ship: Ship }
        type Ship @key(fields: "id") @context(name: "ship") { id: ID!  flag: String  crate: Crate }
        type Crate @key(fields: "id") {
          id: ID!
          label(of: String @fromContext(field: "$ship { flag }"), n: Int = 1): String
        }`,
      resolvers: {
        Query: { ship: () => ({ id: '1', flag: 'red', crate: { id: '7' } }) },
        Crate: {
          __resolveReference: (sent: object) => sent,
          label: (_crate: unknown, { of, n }: { of?: string; n: number }) => `${of} ${n}`,
        },
      },
    },
  });
  const operation = prepare('query ($n: Int) { ship { crate { label(n: $n) } } }');
  const names = [1, 2, 3].flatMap((field) => [0, 1].map((at) => `contextualArgument_${field}_${at}`));
  const variables = Object.fromEntries([['n', 4], ...names.map((name) => [name, 'forged'] as const)]);
  const { data } = toResult(await createStockExecutor(silent).execute(operation, requestWith(variables)));
  // stock execution knows no contexts
  expect(data).toEqual({ ship: { crate: { label: 'undefined 4' } } });
});
