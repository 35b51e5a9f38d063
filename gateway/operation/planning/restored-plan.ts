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

/** Where a required field is, by its name and those of the fields around it: as they are, and with stand-ins. */
export interface Place {
  readonly real: string;
  readonly separate: string;
}

export const within = (around: Place, real: string, separate: string): Place => ({
  real: `${around.real}.${real}`,
  separate: `${around.separate}.${separate}`,
});

/** All that one field requires: each place with stand-ins, by the place as it is. */
export type Required = ReadonlyMap<string, string>;

export interface SeparatedUses {
  /** By the name of the field that stands for it. */
  readonly uses: ReadonlyMap<string, RequiredUse>;
  /** What a field requires, by `Type.field`. */
  readonly usedBy: ReadonlyMap<string, Required>;
}

type Uses = SeparatedUses['uses'];
type UsedBy = SeparatedUses['usedBy'];

/** The plan as subgraphs understand it: with the real fields, and their arguments. */
export const restoreUses = (plan: QueryPlan, { uses, usedBy }: SeparatedUses): QueryPlan =>
  mapFetches(plan, (node) => {
    const parts = split(node, usedBy).map((part) => restoreRequires(restoreOperation(part, uses), uses));
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
function split(node: FetchNode, usedBy: UsedBy): FetchNode[] {
  const { requires } = node;
  if (!requires) return [node];
  const document = parse(node.operation, { noLocation: true });
  const parts: Map<string, string>[] = [];
  const partOf = new Map<Required, Required>();
  filterEntities(document, usedBy, (needed) => {
    if (!needed || partOf.has(needed)) return true;
    let part = parts.find((one) => !conflict(one, needed));
    if (!part) parts.push((part = new Map()));
    for (const [real, separate] of needed) part.set(real, separate);
    partOf.set(needed, part);
    return true;
  });
  if (parts.length < 2) return [node];
  return parts.map((part) => {
    const own = new Set(part.values());
    const others = new Set(parts.flatMap((one) => [...one.values()]).filter((place) => !own.has(place)));
    return withOperation(
      { ...node, requires: withoutPlaces(requires, others) },
      filterEntities(document, usedBy, (needed) => part === (needed ? partOf.get(needed) : parts[0])),
    );
  });
}

/** @param keep told for each field what it requires; undefined if nothing */
function filterEntities(
  document: DocumentNode,
  usedBy: UsedBy,
  keep: (needed: Required | undefined) => boolean,
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

/** Whether two together have different fields at one place, of which a representation holds one. */
const conflict = (one: Required, other: Required): boolean =>
  [...other].some(([real, separate]) => (one.get(real) ?? separate) !== separate);

/** The selections without what is at these places, and without what is left empty. */
const withoutPlaces = (
  selections: readonly QueryPlanSelectionNode[],
  places: ReadonlySet<string>,
  around = '',
): QueryPlanSelectionNode[] =>
  selections.flatMap((one): QueryPlanSelectionNode[] => {
    const place = one.kind === 'Field' ? `${around}.${one.name}` : around;
    if (one.kind === 'Field' && places.has(place)) return [];
    if (!one.selections) return [one];
    const rest = withoutPlaces(one.selections, places, place);
    return rest.length > 0 ? [{ ...one, selections: rest } as typeof one] : [];
  });
