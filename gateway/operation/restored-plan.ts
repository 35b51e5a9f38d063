import type { FetchDataRewrite, FetchNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  Kind,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
  type ArgumentNode,
  type DocumentNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { withOperation } from './fetch-operation.ts';
import { mapFetches } from './plan-fetches.ts';

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
export const restoreUses = (plan: QueryPlan, { uses, usedBy }: SeparatedUses): QueryPlan =>
  mapFetches(plan, (node) => {
    const parts = split(node, uses, usedBy).map((part) =>
      restoreRequires(restoreOperation(part, uses), uses),
    );
    const [only] = parts;
    if (only && parts.length === 1) return only;
    return { kind: 'Parallel', nodes: parts };
  });

/** Asks for the real field, under the name of the one that stands for it. */
function restoreOperation(node: FetchNode, uses: Uses): FetchNode {
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

/** As few fetches as give each field of one fetch its own values, where several need one field with other arguments. */
function split(node: FetchNode, uses: Uses, usedBy: UsedBy): FetchNode[] {
  const { requires } = node;
  if (!requires) return [node];
  const document = parse(node.operation, { noLocation: true });
  const parts: Set<string>[] = [];
  const partOf = new Map<ReadonlySet<string>, Set<string>>();
  filterEntities(document, usedBy, (needed) => {
    if (!needed || partOf.has(needed)) return true;
    let part = parts.find((one) => !conflict(one, needed, uses));
    if (!part) parts.push((part = new Set()));
    for (const name of needed) part.add(name);
    partOf.set(needed, part);
    return true;
  });
  if (parts.length < 2) return [node];
  return parts.map((part) => {
    const others = new Set(parts.flatMap((one) => [...one]).filter((name) => !part.has(name)));
    return withOperation(
      { ...node, requires: withoutNames(requires, others) },
      filterEntities(document, usedBy, (needed) => part === (needed ? partOf.get(needed) : parts[0])),
    );
  });
}

/** @param keep told for each field what it needs of the fields in question; undefined if nothing */
function filterEntities(
  document: DocumentNode,
  usedBy: UsedBy,
  keep: (needed: ReadonlySet<string> | undefined) => boolean,
): DocumentNode {
  const filter = (type: string, set: SelectionSetNode): SelectionSetNode => ({
    ...set,
    selections: set.selections.flatMap((one): SelectionNode[] => {
      if (one.kind === Kind.FIELD) return keep(usedBy.get(`${type}.${one.name.value}`)) ? [one] : [];
      if (one.kind !== Kind.INLINE_FRAGMENT) return [one];
      const selectionSet = filter(one.typeCondition?.name.value ?? type, one.selectionSet);
      return selectionSet.selections.length > 0 ? [{ ...one, selectionSet }] : [];
    }),
  });
  return visit(document, {
    Field: (field) =>
      field.name.value === '_entities' && field.selectionSet
        ? { ...field, selectionSet: filter('', field.selectionSet) }
        : false,
  });
}

/** Whether two sets together name one field with different arguments. */
const conflict = (one: ReadonlySet<string>, other: ReadonlySet<string>, uses: Uses): boolean =>
  [...one].some((a) => [...other].some((b) => a !== b && uses.get(a)?.name === uses.get(b)?.name));

/** The selections without these fields, and without what is left empty. */
const withoutNames = (
  selections: readonly QueryPlanSelectionNode[],
  names: ReadonlySet<string>,
): QueryPlanSelectionNode[] =>
  selections.flatMap((one): QueryPlanSelectionNode[] => {
    if (one.kind === 'Field' && names.has(one.name)) return [];
    if (!one.selections) return [one];
    const rest = withoutNames(one.selections, names);
    return rest.length > 0 ? [{ ...one, selections: rest } as typeof one] : [];
  });
