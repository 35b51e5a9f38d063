import {
  Kind,
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
  type EnumValueDefinitionNode,
} from 'graphql';
import { argumentOf, graphOf, graphsIn, joinsIn } from '../../supergraph/joins.ts';

/**
 * A subgraph that stands for a part of another.
 * @param suffix what its names have besides those of the other
 * @param names of subgraphs by those that stand for them; takes that of the new one
 * @returns its name in the supergraph, what says so, and its own name
 */
export function graphApart(
  document: DocumentNode,
  graph: string,
  suffix: string,
  names: Map<string, string>,
): [graph: string, value: EnumValueDefinitionNode, name: string] {
  const original = graphsIn(document).find(({ name }) => name.value === graph);
  const name = original && joinsIn(original, 'graph').map((join) => argumentOf(join, 'name'))[0];
  if (!original || typeof name !== 'string') throw new Error(`The supergraph has no subgraph "${graph}".`);
  const ownName = `${name}${suffix}`;
  names.set(ownName, name);
  const apart = `${graph}${suffix.toUpperCase()}`;
  const value: ConstValueNode = { kind: Kind.STRING, value: ownName };
  return [
    apart,
    {
      ...original,
      name: { kind: Kind.NAME, value: apart },
      directives: (original.directives ?? []).map((one) => withArgument(one, 'name', value)),
    },
    ownName,
  ];
}

/** Whether a directive tells of the subgraph. */
export const isJoinIn = (graph: string, one: ConstDirectiveNode): boolean =>
  one.name.value.startsWith('join__') && graphOf(one) === graph;

/** Says that a field is of a subgraph. @param graph undefined if it is of none by itself */
export function joinField(graph?: string): ConstDirectiveNode {
  const name = { kind: Kind.NAME, value: 'join__field' } as const;
  const join: ConstDirectiveNode = { kind: Kind.DIRECTIVE, name, arguments: [] };
  return graph === undefined ? join : movedTo(graph, join);
}

/** The same of another subgraph. */
export const movedTo = (graph: string, join: ConstDirectiveNode): ConstDirectiveNode =>
  withArgument(join, 'graph', { kind: Kind.ENUM, value: graph });

/** A key by which the subgraph finds nothing. */
export const unresolvable = (join: ConstDirectiveNode): ConstDirectiveNode =>
  withArgument(join, 'resolvable', { kind: Kind.BOOLEAN, value: false });

export const withoutArgument = (directive: ConstDirectiveNode, name: string): ConstDirectiveNode => ({
  ...directive,
  arguments: (directive.arguments ?? []).filter((one) => one.name.value !== name),
});

export const withArgument = (
  directive: ConstDirectiveNode,
  name: string,
  value: ConstValueNode,
): ConstDirectiveNode => ({
  ...directive,
  arguments: [
    ...(directive.arguments ?? []).filter((one) => one.name.value !== name),
    { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value },
  ],
});
