import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { expect, test } from 'vitest';
import { buildSupergraph } from '../../supergraph/build.ts';
import { composed } from '../../testing/compose.ts';
import { withOwnTypes } from './interface-representations.ts';

const supergraph = buildSupergraph(
  composed({
    ranks: `
      type Query { officers: [Officer!]  vessels: [Vessel!] }
      interface Officer @key(fields: "id") { id: ID!  name: String }
      type Admiral implements Officer @key(fields: "id") { id: ID!  name: String }
      type Mate implements Officer @key(fields: "id") { id: ID!  name: String }
      interface Vessel { id: ID!  name: String }
      type Tug implements Vessel @key(fields: "id") { id: ID!  name: String }
      type Yacht implements Vessel @key(fields: "id") { id: ID!  name: String }`,
    mess: 'type Officer @interfaceObject @key(fields: "id") { id: ID!  seat: Int }',
  }),
  { get: () => ({}) as never },
);

/** Types of the fragments that are left of a fetch's. @param fragments types with the fields that are sent of each */
function sent(serviceName: string, fragments: readonly (readonly [string, ...string[]])[]): string[] {
  const requires = fragments.map(([typeCondition, ...names]): QueryPlanSelectionNode => ({
    kind: 'InlineFragment',
    typeCondition,
    selections: names.map((name) => ({ kind: 'Field', name })),
  }));
  const node = { kind: 'Fetch', serviceName, operation: '{ a }', requires } as unknown as FetchNode;
  const mended = withOwnTypes({ kind: 'QueryPlan', node }, supergraph).node as FetchNode;
  return mended.requires?.flatMap((one) => ('typeCondition' in one ? [one.typeCondition ?? ''] : [])) ?? [];
}

test('of an interface without a key of its own, those types are meant of which one is sent', () => {
  expect(
    sent('mess', [
      ['Admiral', 'id'],
      ['Officer', 'name'],
    ]),
  ).toEqual(['Admiral', 'Admiral']);
});

test('of an interface that is sent with a key all types are meant, though the key be one of the types only', () => {
  expect(
    sent('mess', [
      ['Admiral', 'id'],
      ['Officer', 'id', 'name'],
    ]),
  ).toEqual(['Admiral', 'Officer']);
  expect(
    sent('ranks', [
      ['Tug', 'id'],
      ['Vessel', 'id', 'name'],
    ]),
  ).toEqual(['Tug', 'Vessel']);
});
