import type { FetchDataRewrite, FetchNode, PlanNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  Kind,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { withOperation } from './fetch-operation.ts';

/** One use of a field by `@requires` with arguments. */
export interface RequiredUse {
  readonly name: string;
  readonly arguments: readonly ArgumentNode[];
}

export interface SeparatedUses {
  /** By the name of the field that stands for it. */
  readonly uses: ReadonlyMap<string, RequiredUse>;
  /** Names of those fields that a field requires, by `Type.field`. */
  readonly usedBy: ReadonlyMap<string, ReadonlySet<string>>;
}

type Uses = SeparatedUses['uses'];
type UsedBy = SeparatedUses['usedBy'];

/** The plan as subgraphs understand it: with the real fields, and their arguments. */
export function restoreNode(node: PlanNode, uses: Uses, usedBy: UsedBy): PlanNode {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map((one) => restoreNode(one, uses, usedBy)) };
    case 'Flatten':
      return { ...node, node: restoreNode(node.node, uses, usedBy) };
    case 'Condition':
      return {
        ...node,
        ...(node.ifClause && { ifClause: restoreNode(node.ifClause, uses, usedBy) }),
        ...(node.elseClause && { elseClause: restoreNode(node.elseClause, uses, usedBy) }),
      };
    case 'Fetch': {
      const parts = split(node, uses, usedBy).map((part) =>
        restoreRequires(restoreOperation(part, uses), uses),
      );
      const [only] = parts;
      if (only && parts.length === 1) return only;
      return { kind: 'Parallel', nodes: parts };
    }
    default:
      return node;
  }
}

/** Asks for the real field, under the name of the one that stands for it. */
export function restoreOperation(node: FetchNode, uses: Uses): FetchNode {
  if (![...uses.keys()].some((name) => node.operation.includes(name))) return node;
  const document = visit(parse(node.operation, { noLocation: true }), {
    Field(field) {
      const use = uses.get(field.name.value);
      return (
        use && {
          ...field,
          alias: field.alias ?? field.name,
          name: { kind: Kind.NAME, value: use.name },
          arguments: use.arguments,
        }
      );
    },
  });
  return { ...node, operation: stripIgnoredCharacters(print(document)) };
}

/** Sends the values under their real names. */
function restoreRequires(node: FetchNode, uses: Uses): FetchNode {
  const renames: FetchDataRewrite[] = [];
  const walk = (selections: readonly QueryPlanSelectionNode[], path: readonly string[]): void => {
    for (const one of selections) {
      if (one.kind === 'InlineFragment')
        walk(
          one.selections,
          one.typeCondition === undefined ? path : [...path, `... on ${one.typeCondition}`],
        );
      else {
        // what is inside is renamed before what it is in
        walk(one.selections ?? [], [...path, one.name]);
        const use = uses.get(one.name);
        if (use) renames.push({ kind: 'KeyRenamer', path: [...path, one.name], renameKeyTo: use.name });
      }
    }
  };
  walk(node.requires ?? [], []);
  // types are told apart by name, so names of types are set last
  return renames.length === 0
    ? node
    : { ...node, inputRewrites: [...renames, ...(node.inputRewrites ?? [])] };
}

/** A fetch for each set of values that the fields of one fetch need of the same field. */
function split(node: FetchNode, uses: Uses, usedBy: UsedBy): FetchNode[] {
  const document = parse(node.operation, { noLocation: true });
  const groups = new Map<string, ReadonlySet<string>>();
  const groupOf = (type: string, field: FieldNode): string => {
    const needed = usedBy.get(`${type}.${field.name.value}`);
    const key = needed ? [...needed].sort().join() : '';
    if (needed) groups.set(key, needed);
    return key;
  };
  const filter = (type: string, set: SelectionSetNode, group: string | undefined): SelectionSetNode => ({
    ...set,
    selections: set.selections.flatMap((one): SelectionNode[] => {
      if (one.kind === Kind.FIELD) {
        const of = groupOf(type, one);
        return group === undefined || of === group || (of === '' && group === first()) ? [one] : [];
      }
      if (one.kind !== Kind.INLINE_FRAGMENT) return [one];
      const selectionSet = filter(one.typeCondition?.name.value ?? type, one.selectionSet, group);
      return selectionSet.selections.length > 0 ? [{ ...one, selectionSet }] : [];
    }),
  });
  const first = (): string | undefined => [...groups.keys()].sort()[0];
  const entities = (group: string | undefined): DocumentNode =>
    visit(document, {
      Field: (field) =>
        field.name.value === '_entities' && field.selectionSet
          ? { ...field, selectionSet: filter('', field.selectionSet, group) }
          : false,
    });

  if (!node.requires) return [node];
  entities(undefined);
  if (groups.size < 2 || !conflict([...groups.values()], uses)) return [node];
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, needed]) => {
      const others = new Set(
        [...groups.values()].flatMap((one) => [...one]).filter((name) => !needed.has(name)),
      );
      return withOperation({ ...node, requires: withoutNames(node.requires ?? [], others) }, entities(group));
    });
}

/** Whether two of the sets name one field with different arguments. */
function conflict(sets: readonly ReadonlySet<string>[], uses: Uses): boolean {
  const all = new Set(sets.flatMap((one) => [...one]));
  const real = new Set([...all].map((name) => uses.get(name)?.name));
  return real.size < all.size;
}

const withoutNames = (
  selections: readonly QueryPlanSelectionNode[],
  names: ReadonlySet<string>,
): QueryPlanSelectionNode[] =>
  selections.flatMap((one): QueryPlanSelectionNode[] => {
    if (one.kind === 'Field' && names.has(one.name)) return [];
    return [
      one.selections ? ({ ...one, selections: withoutNames(one.selections, names) } as typeof one) : one,
    ];
  });
