import {
  isAbstractType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { isIncluded } from '../../operation/conditions.ts';
import { deferLabel } from '../../operation/deferral.ts';
import { fragmentsOf, keyOf } from '../../operation/fragments.ts';
import { publicKey } from '../../operation/planning/private-keys.ts';

/** All that a client asks for under one key of an answer. */
export interface SelectedField {
  /** The key in the client's answer. */
  readonly key: string;
  /** The key in what subgraphs answered. */
  readonly source: string;
  readonly name: string;
  readonly nodes: readonly FieldNode[];
  /** What is asked for of its value; empty for leaves. */
  readonly sets: readonly SelectionSetNode[];
}

/** A fragment that is answered later, once for each object that it is spread on. */
export interface DeferredFragment {
  readonly label: string;
  readonly sets: readonly SelectionSetNode[];
}

export interface Selected {
  readonly fields: readonly SelectedField[];
  readonly deferred: readonly DeferredFragment[];
  /** Whether the object's own type must be known, and not an interface: its name is asked for, or it may be hidden. */
  readonly needsOwnType: boolean;
}

/** An interface stands for itself where an object's own type is not known: that of an interface object. */
export type RuntimeType = GraphQLObjectType | GraphQLInterfaceType;

/** What a client selects, by type, with fragments and conditions resolved. */
export interface Selections {
  of(type: RuntimeType, sets: readonly SelectionSetNode[]): Selected;
}

const none: ReadonlySet<string> = new Set();

/**
 * https://spec.graphql.org/October2021/#CollectFields()
 * @param document as it was planned: with private keys
 * @param values of the variables that conditions hang on
 * @param veiled names of interfaces whose objects are shown only where it is known that their type is not hidden; none if
 * not given
 */
export function createSelections(
  schema: GraphQLSchema,
  document: DocumentNode,
  values: ReadonlyMap<string, boolean>,
  veiled: ReadonlySet<string> = none,
): Selections {
  const fragments = fragmentsOf(document);
  const known = new Map<readonly SelectionSetNode[], Map<RuntimeType, Selected>>();

  const collect = (type: RuntimeType, sets: readonly SelectionSetNode[]): Selected => {
    const fields = new Map<
      string,
      { key: string; source: string; name: string; nodes: FieldNode[]; sets: SelectionSetNode[] }
    >();
    const deferred: DeferredFragment[] = [];
    const spread = new Set<string>();
    let needsOwnType = veiled.has(type.name);

    const addFragment = (
      condition: string | undefined,
      selectionSet: SelectionSetNode,
      label?: string,
    ): void => {
      const wanted = condition === undefined ? type : schema.getType(condition);
      if (wanted === type || (isAbstractType(wanted) && schema.isSubType(wanted, type))) {
        if (label === undefined) add(selectionSet.selections);
        else deferred.push({ label, sets: [selectionSet] });
      }
    };
    const add = (selections: readonly SelectionNode[]): void => {
      for (const selection of selections) {
        if (!isIncluded(selection, values)) continue;
        if (selection.kind === Kind.INLINE_FRAGMENT)
          addFragment(selection.typeCondition?.name.value, selection.selectionSet, deferLabel(selection));
        else if (selection.kind === Kind.FRAGMENT_SPREAD) {
          const fragment = fragments.get(selection.name.value);
          if (!fragment || spread.has(selection.name.value)) continue;
          spread.add(selection.name.value);
          addFragment(fragment.typeCondition.name.value, fragment.selectionSet);
        } else {
          const name = selection.name.value;
          const source = keyOf(selection);
          if (name === '__typename') needsOwnType = true;
          let field = fields.get(source);
          if (!field) {
            // what the schema answers has no private keys
            const key = name === '__schema' || name === '__type' ? source : publicKey(source);
            fields.set(source, (field = { key, source, name, nodes: [], sets: [] }));
          }
          field.nodes.push(selection);
          if (selection.selectionSet) field.sets.push(selection.selectionSet);
        }
      }
    };
    for (const { selections } of sets) add(selections);
    return { fields: [...fields.values()], deferred, needsOwnType };
  };

  return {
    of(type, sets) {
      let byType = known.get(sets);
      if (!byType) known.set(sets, (byType = new Map()));
      let selected = byType.get(type);
      if (!selected) byType.set(type, (selected = collect(type, sets)));
      return selected;
    },
  };
}
