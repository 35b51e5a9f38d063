import { ABSTRACT, isObject, type Field, type TableWorld } from './table-world.ts';
import type { Random } from './random.ts';

export const LABELS = ['percent(10)', 'beta', 'prices'];

/** Lets some fields of a world be taken over for some viewers, by the label that each of them has. */
export function withLabels(world: TableWorld, random: Random): TableWorld {
  const { graphs, keys, members, missing, fields } = world;
  const hasType = (graph: number, type: string): boolean =>
    type === 'Query' || type === 'Mutation' || (keys[graph]?.get(type) ?? []).length > 0;
  const canGive = (graph: number, type: string): boolean =>
    type === 'Int' || (ABSTRACT.includes(type) ? members[graph]?.has(type) === true : hasType(graph, type));
  const isNamed = (graph: number, name: string): boolean =>
    fields.some(
      ({ owners, requires = '', provides = '' }) =>
        owners.includes(graph) && new RegExp(`\\b${name}\\b`).test(`${requires} ${provides}`),
    );
  const labelled = fields.map((field): Field => {
    const { on, name, of, owners, requires, provides, overridden } = field;
    const [owner = 0] = owners;
    if (requires !== undefined || provides !== undefined || overridden !== undefined) return field;
    if (!(hasType(owner, on) && canGive(owner, of)) || missing[owner]?.has(on)) return field;
    const others = graphs.filter(
      (graph) =>
        !owners.includes(graph) &&
        hasType(graph, on) &&
        canGive(graph, of) &&
        !missing[graph]?.has(on) &&
        // nothing leads to entities that a subgraph lacks
        !(isObject(of) && (missing[graph]?.size ?? 0) > 0) &&
        !isNamed(graph, name),
    );
    if (others.length === 0 || !random.chance(isObject(of) ? 40 : 60)) return field;
    return { ...field, overridden: random.pick(others), label: random.pick(LABELS) };
  });
  return { ...world, fields: labelled };
}
