import type { FetchNode, PlanNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  OperationTypeNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Supergraph } from '../../supergraph/build.ts';
import { deferLabel } from '../deferral.ts';
import { operationOf, selectionOf, withSelection } from './fetch-operation.ts';
import { keyOf } from '../fragments.ts';
import { moveFields } from './moved-fields.ts';
import { placeIn, placeOf, placesTo } from './places.ts';

/** What one part of an answer needs. */
export interface PartPlan {
  /** The label of the deferred fragment that it answers; undefined for all that is not deferred. */
  readonly label: string | undefined;
  /** Its fetches, in the order of the whole plan; undefined if it needs none. */
  readonly node: PlanNode | undefined;
  /** Where all lies that it is made of, what its fetches need of each other included. */
  readonly places: ReadonlySet<string>;
}

/**
 * Which fetches of an operation's plan each part of its answer waits for.
 *
 * The plan stays that of the whole operation, so all parts together are the whole answer. A part needs the fetches that
 * bring its fields, and those whose values these send along, and so on. A fetch that brings fields of several parts is
 * split where the subgraph can be asked for them apart: root fields of a query, and fields of entities. What several
 * parts need is one fetch, the same object in each of them.
 * @param definition the operation without spreads, its deferred fragments with a label each
 */
export function planParts(
  plan: PlanNode,
  definition: OperationDefinitionNode,
  supergraph: Supergraph,
): readonly PartPlan[] {
  const wanted = wantedParts(definition, supergraph.apiSchema);
  const needs = findNeeds(plan, wanted, supergraph.supergraphSchema);
  const divided = moveFields(plan, supergraph, (object, key) => {
    const place = placeIn(object, key);
    const parts = wanted.filter((_part, index) => needs[index]?.places.has(place));
    const isOuter = ({ places }: Wanted): boolean => places.has(object);
    const [first] = wanted;
    // apart from the object only if that may come without it: for the first part, or before the fragments on it
    const isFirst = !first || parts.includes(first);
    if (parts.length === 0 || isFirst || !(isOuter(first) || !parts.some(isOuter))) return undefined;
    return earliest(parts).map(labelOf).join();
  });

  const parts = findNeeds(divided, wanted, supergraph.supergraphSchema);
  const shares = sharesOf(wanted, parts);
  return wanted.map((part, index) => ({
    label: part.label,
    node: planOf(divided, (fetch) =>
      (shares.get(fetch) ?? []).flatMap((share) => (share.parts.has(part) ? [share.node] : [])),
    ),
    places: parts[index]?.places ?? new Set(),
  }));
}

// ---- what the client wants

/** A part of the answer, as the client wants it. */
interface Wanted {
  readonly label: string | undefined;
  /** Of its fields. */
  readonly places: Set<string>;
  /** Those that come before it. */
  readonly outer: readonly Wanted[];
}

/** What is not deferred, and each deferred fragment. */
function wantedParts(definition: OperationDefinitionNode, schema: GraphQLSchema): readonly Wanted[] {
  const first: Wanted = { label: undefined, places: new Set(), outer: [] };
  const wanted = [first];
  const walk = (
    set: SelectionSetNode,
    type: GraphQLNamedType | undefined,
    at: string,
    part: Wanted,
  ): void => {
    for (const one of set.selections) {
      if (one.kind === Kind.INLINE_FRAGMENT) {
        const label = deferLabel(one);
        const own = one.typeCondition ? schema.getType(one.typeCondition.name.value) : type;
        const deferred = { label, places: new Set<string>(), outer: [...part.outer, part] };
        if (label !== undefined) wanted.push(deferred);
        walk(one.selectionSet, own, at, label === undefined ? part : deferred);
        continue;
      }
      if (one.kind !== Kind.FIELD || !(isObjectType(type) || isInterfaceType(type))) continue;
      const field = type.getFields()[one.name.value];
      if (!field) continue; // of introspection
      const place = placeIn(at, keyOf(one));
      part.places.add(place);
      const below = getNamedType(field.type);
      if (!one.selectionSet) continue;
      if (hangsOnType(one.selectionSet, below, schema)) part.places.add(placeIn(place, '__typename'));
      walk(one.selectionSet, below, place, part);
    }
  };
  walk(definition.selectionSet, schema.getRootType(definition.operation) ?? undefined, '', first);
  return wanted;
}

/** Whether what is selected of an object, deferred or not, hangs on what type of a declared one it is. */
function hangsOnType(
  { selections }: SelectionSetNode,
  declared: GraphQLNamedType,
  schema: GraphQLSchema,
): boolean {
  return selections.some((one) => {
    if (one.kind === Kind.FIELD) return isAbstractType(declared) && one.name.value === '__typename';
    if (one.kind !== Kind.INLINE_FRAGMENT) return false;
    const met = one.typeCondition ? schema.getType(one.typeCondition.name.value) : declared;
    return isAbstractType(declared) && (met !== declared || hangsOnType(one.selectionSet, declared, schema));
  });
}

/** Those of some parts that wait for none of the others. */
const earliest = (parts: readonly Wanted[]): readonly Wanted[] =>
  parts.filter(({ outer }) => !outer.some((one) => parts.includes(one)));

const labelOf = ({ label = '' }: Wanted): string => label;

// ---- what the fetches of a plan bring, and need

interface Fetch {
  readonly node: FetchNode;
  /** Those that are over before it begins. */
  readonly before: ReadonlySet<Fetch>;
  /** Places of what it sends along; undefined if that may be anything that is there. */
  readonly needs: readonly string[] | undefined;
  readonly pieces: readonly Piece[];
}

/** What of a fetch can be asked for alone. */
interface Piece {
  readonly fetch: Fetch;
  /** Keys of the objects that the fetch is about; undefined for all. */
  readonly keys: ReadonlySet<string> | undefined;
  readonly brings: ReadonlySet<string>;
}

/** What a part of the answer needs. */
interface Need {
  readonly places: ReadonlySet<string>;
  readonly pieces: ReadonlySet<Piece>;
}

function findNeeds(plan: PlanNode, wanted: readonly Wanted[], schema: GraphQLSchema): Need[] {
  const fetches = fetchesIn(plan, schema);
  const bringing = new Map<string, Piece[]>();
  for (const { pieces } of fetches)
    for (const piece of pieces)
      for (const place of piece.brings) bringing.set(place, [...(bringing.get(place) ?? []), piece]);

  const needs = wanted.map(({ places }) => {
    const need = { places: new Set<string>(), pieces: new Set<Piece>() };
    const add = (piece: Piece): void => {
      if (need.pieces.has(piece)) return;
      need.pieces.add(piece);
      const { before, needs: sent } = piece.fetch;
      if (sent) for (const place of sent) follow(place, before);
      else for (const { pieces } of before) pieces.forEach(add);
    };
    const follow = (place: string, before?: ReadonlySet<Fetch>): void => {
      need.places.add(place);
      for (const piece of bringing.get(place) ?? []) if (!before || before.has(piece.fetch)) add(piece);
    };
    for (const place of places) follow(place);
    return { ...need, add };
  });

  const [first, ...deferred] = needs;
  // a fetch that nobody needs is there as early as in the whole answer
  for (const { pieces } of fetches)
    if (!pieces.some((piece) => needs.some((need) => need.pieces.has(piece))))
      for (const piece of pieces) first?.add(piece);
  // mutations are made in their order, which is that of what is not deferred
  if (fetches.some(({ node }) => node.operationKind === OperationTypeNode.MUTATION))
    for (const need of deferred) for (const piece of first?.pieces ?? []) need.add(piece);
  return needs;
}

function fetchesIn(plan: PlanNode, schema: GraphQLSchema): Fetch[] {
  const collect = (node: PlanNode, place: string, before: readonly Fetch[]): Fetch[] => {
    switch (node.kind) {
      case 'Fetch':
        return [readFetch(node, place, new Set(before), schema)];
      case 'Flatten':
        return collect(node.node, placeOf(place, node.path), before);
      case 'Parallel':
        return node.nodes.flatMap((one) => collect(one, place, before));
      case 'Sequence': {
        const found: Fetch[] = [];
        for (const one of node.nodes) found.push(...collect(one, place, [...before, ...found]));
        return found;
      }
      case 'Condition':
        return [node.ifClause, node.elseClause].flatMap((one) => (one ? collect(one, place, before) : []));
      case 'Defer':
        throw new Error('The planner was not asked to defer anything.');
    }
  };
  return collect(plan, '', []);
}

function readFetch(node: FetchNode, place: string, before: ReadonlySet<Fetch>, schema: GraphQLSchema): Fetch {
  const pieces: Piece[] = [];
  const { contextRewrites = [], requires = [], outputRewrites = [] } = node;
  const fetch: Fetch = {
    node,
    before,
    needs: contextRewrites.length > 0 ? undefined : [...placesTo(place), ...required(requires, place)],
    pieces,
  };
  const brought = broughtBy(node, place, schema);
  const isWhole = node.operationKind === OperationTypeNode.MUTATION || outputRewrites.length > 0;
  if (isWhole || contextRewrites.length > 0)
    pieces.push({
      fetch,
      keys: undefined,
      brings: new Set([...brought.values()].flatMap((one) => [...one])),
    });
  else for (const [key, brings] of brought) pieces.push({ fetch, keys: new Set([key]), brings });
  return fetch;
}

function required(selections: readonly QueryPlanSelectionNode[], at: string): string[] {
  return selections.flatMap((one) => {
    if (one.kind === 'InlineFragment') return required(one.selections, at);
    const place = placeIn(at, one.alias ?? one.name);
    return [place, ...required(one.selections ?? [], place)];
  });
}

/** Places of what a fetch brings, by the key of its objects that they are in. */
function broughtBy(node: FetchNode, place: string, schema: GraphQLSchema): Map<string, Set<string>> {
  const renamed = new Map(
    (node.outputRewrites ?? []).flatMap((one) =>
      one.kind === 'KeyRenamer' ? [[one.path.at(-1), one.renameKeyTo] as const] : [],
    ),
  );
  const brought = new Map<string, Set<string>>();
  const walk = (
    set: SelectionSetNode,
    at: string,
    condition: string | undefined,
    top?: Set<string>,
  ): void => {
    for (const one of set.selections) {
      if (one.kind === Kind.INLINE_FRAGMENT)
        walk(one.selectionSet, at, one.typeCondition?.name.value ?? condition, top);
      if (one.kind !== Kind.FIELD) continue;
      const key = renamed.get(keyOf(one)) ?? keyOf(one);
      const brings = top ?? brought.get(key) ?? new Set();
      if (!top) brought.set(key, brings);
      // of an entity that was asked for as what it is, the type is known
      const isNews = top || key !== '__typename' || isAbstractType(schema.getType(condition ?? ''));
      if (isNews) brings.add(placeIn(at, key));
      if (one.selectionSet) walk(one.selectionSet, placeIn(at, key), undefined, brings);
    }
  };
  walk(selectionOf(node, operationOf(node)), place, undefined);
  return brought;
}

// ---- what of a fetch is asked for in one call

/** What of a fetch certain parts need. */
interface Share {
  readonly node: FetchNode;
  readonly parts: ReadonlySet<Wanted>;
}

function sharesOf(wanted: readonly Wanted[], needs: readonly Need[]): Map<FetchNode, Share[]> {
  const fetches = new Set(needs.flatMap(({ pieces }) => [...pieces].map(({ fetch }) => fetch)));
  const partsWith = (piece: Piece): Wanted[] =>
    wanted.filter((_part, index) => needs[index]?.pieces.has(piece));
  return new Map([...fetches].map((fetch) => [fetch.node, splitFetch(fetch, partsWith)]));
}

/** Asked for together is what is wanted at one time: a part comes after those around it. */
function splitFetch({ node, pieces }: Fetch, partsWith: (piece: Piece) => readonly Wanted[]): Share[] {
  const shares = new Map<string, { keys: Set<string>; parts: Set<Wanted> }>();
  for (const piece of pieces) {
    const parts = partsWith(piece);
    if (parts.length === 0) continue;
    const id = earliest(parts).map(labelOf).join();
    const share = shares.get(id) ?? { keys: new Set(), parts: new Set() };
    shares.set(id, share);
    for (const part of parts) share.parts.add(part);
    for (const key of piece.keys ?? []) share.keys.add(key);
  }
  if (shares.size < 2) return [...shares.values()].map(({ parts }) => ({ node, parts }));
  const operation = operationOf(node);
  const asked = selectionOf(node, operation);
  return [...shares.values()].map(({ keys, parts }) => ({
    node: withSelection(node, operation, only(asked, keys)),
    parts,
  }));
}

/** Names of types stay everywhere: they say what the rest is of. */
function only(set: SelectionSetNode, keys: ReadonlySet<string>): SelectionSetNode {
  return {
    ...set,
    selections: set.selections.flatMap((one): SelectionNode[] => {
      if (one.kind !== Kind.INLINE_FRAGMENT)
        return one.kind === Kind.FIELD && (keys.has(keyOf(one)) || one.name.value === '__typename')
          ? [one]
          : [];
      const selectionSet = only(one.selectionSet, keys);
      return selectionSet.selections.length > 0 ? [{ ...one, selectionSet }] : [];
    }),
  };
}

/** The plan with some of its fetches only. */
function planOf(node: PlanNode, sharesOf: (fetch: FetchNode) => readonly FetchNode[]): PlanNode | undefined {
  switch (node.kind) {
    case 'Fetch': {
      const shares = sharesOf(node);
      return shares.length > 1 ? { kind: 'Parallel', nodes: [...shares] } : shares[0];
    }
    case 'Flatten': {
      const inner = planOf(node.node, sharesOf);
      return inner && { ...node, node: inner };
    }
    case 'Sequence':
    case 'Parallel': {
      const nodes = node.nodes.flatMap((one) => planOf(one, sharesOf) ?? []);
      return nodes.length > 0 ? { ...node, nodes } : undefined;
    }
    case 'Condition': {
      const yes = node.ifClause && planOf(node.ifClause, sharesOf);
      const no = node.elseClause && planOf(node.elseClause, sharesOf);
      if (!yes && !no) return undefined;
      return {
        kind: 'Condition',
        condition: node.condition,
        ...(yes && { ifClause: yes }),
        ...(no && { elseClause: no }),
      };
    }
    case 'Defer':
      throw new Error('The planner was not asked to defer anything.');
  }
}
