import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type FragmentDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { keyOf } from './fragments.ts';

/** How large an operation may be. Figures are those of Apollo Router and graphql-armor, rounded up. */
export interface OperationLimits {
  /** Characters of the whole text, comments and white space included. */
  readonly characters: number;
  /** Fields in each other, fragments followed. */
  readonly depth: number;
  /** Under how many other names one field of one object may be asked for. */
  readonly aliases: number;
  readonly directives: number;
  readonly tokens: number;
  /** Root fields of one operation: each may be a costly thing of its own, for instance a sign-in. */
  readonly rootFields: number;
  /** Fields in all once fragments are spread, so that a small text cannot be a large operation. */
  readonly fields: number;
  /** How often one field may be selected under one name in one selection set; no limit if not given. */
  readonly duplicates?: number;
}

export const defaultOperationLimits: OperationLimits = {
  characters: 100_000,
  depth: 15,
  aliases: 15,
  directives: 50,
  tokens: 1_000,
  rootFields: 20,
  fields: 5_000,
};

/**
 * Names under which one field of one part of the schema may be asked for. All types, all their fields, and all fields of
 * what these return are many values, made in one piece: with some aliases at each level they take minutes, and gigabytes.
 */
const MOST_INTROSPECTION_NAMES = 1;

/** What one selection set comes to, fragments included. */
interface Size {
  depth: number;
  directives: number;
  fields: number;
}

/**
 * A validation rule that holds operations to limits. Each fragment is measured once, whatever the number of its
 * spreads, so that the measuring itself cannot be made slow; only what is known to be small is looked at more closely.
 */
export const withinLimits =
  (limits: OperationLimits): ValidationRule =>
  (context: ValidationContext): ASTVisitor => {
    const measured = new Map<string, Size | 'running'>();
    let circular = false;
    let introspectionNames = 0;

    const measureFragment = (fragment: FragmentDefinitionNode): Size => {
      const known = measured.get(fragment.name.value);
      if (known === 'running') {
        // another rule reports it
        circular = true;
        return emptySize();
      }
      if (known) return known;
      measured.set(fragment.name.value, 'running');
      const size = measure(fragment.selectionSet);
      size.directives += fragment.directives?.length ?? 0;
      measured.set(fragment.name.value, size);
      return size;
    };

    const measure = (selectionSet: SelectionSetNode): Size => {
      const total = emptySize();
      for (const selection of selectionSet.selections) {
        total.directives += selection.directives?.length ?? 0;
        if (selection.kind === Kind.FIELD) {
          total.fields += 1;
          if (selection.selectionSet) add(total, measure(selection.selectionSet), 1);
        } else if (selection.kind === Kind.INLINE_FRAGMENT) add(total, measure(selection.selectionSet), 0);
        else {
          const fragment = context.getFragment(selection.name.value);
          if (fragment) add(total, measureFragment(fragment), 0);
        }
      }
      total.depth = Math.max(total.depth, 1);
      return total;
    };

    /**
     * How many aliases the most aliased field of one object has, wherever in the text they stand: selections of the
     * same name are one object in the answer. Takes time by the number of fields, fragments spread.
     * @param sets selection sets of the same object
     * @param root told of the response keys of these sets
     * @param isSchema whether the object is a part of the schema
     */
    const mostAliases = (
      sets: readonly SelectionSetNode[],
      root?: (keys: number) => void,
      isSchema = false,
    ): number => {
      const keys = new Map<string, Set<string>>();
      const below = new Map<string, SelectionSetNode[]>();
      const spread = new Set<string>();
      const collect = (set: SelectionSetNode): void => {
        for (const selection of set.selections) {
          if (selection.kind === Kind.FIELD) {
            const { name, selectionSet } = selection;
            const key = keyOf(selection);
            const known = keys.get(name.value);
            if (known) known.add(key);
            else keys.set(name.value, new Set([key]));
            if (!selectionSet) continue;
            // a key that stands for two fields is refused by another rule, if one object can have both
            const same = below.get(`${key} ${name.value}`);
            if (same) same.push(selectionSet);
            else below.set(`${key} ${name.value}`, [selectionSet]);
          } else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
          else if (!spread.has(selection.name.value)) {
            spread.add(selection.name.value);
            const fragment = context.getFragment(selection.name.value);
            if (fragment) collect(fragment.selectionSet);
          }
        }
      };
      sets.forEach(collect);
      let most = 0;
      let fields = 0;
      for (const [name, names] of keys) {
        if (!name.startsWith('__')) fields += names.size;
        most = Math.max(most, names.size - (names.has(name) ? 1 : 0));
        if (isSchema || name === '__schema') introspectionNames = Math.max(introspectionNames, names.size);
      }
      root?.(fields);
      for (const [key, sameObject] of below)
        most = Math.max(
          most,
          mostAliases(sameObject, undefined, isSchema || / __(?:schema|type)$/.test(key)),
        );
      return most;
    };

    return {
      OperationDefinition(operation) {
        const size = measure(operation.selectionSet);
        size.directives += operation.directives?.length ?? 0;
        let within = true;
        const over = (what: string, is: number, limit: number): void => {
          if (is <= limit) return;
          within = false;
          context.reportError(
            new GraphQLError(`The operation has ${what}; at most ${limit} are allowed.`, {
              nodes: operation,
            }),
          );
        };
        over(`${size.depth} levels`, size.depth, limits.depth);
        over(`${size.directives} directives`, size.directives, limits.directives);
        over('more fields than can be answered', size.fields, limits.fields);
        if (!within || circular) return false;
        const aliases = mostAliases([operation.selectionSet], (keys) =>
          over(`${keys} root fields`, keys, limits.rootFields),
        );
        over(`${aliases} aliases of one field`, aliases, limits.aliases);
        over(
          `${introspectionNames} names for one field of the schema`,
          introspectionNames,
          MOST_INTROSPECTION_NAMES,
        );
        return false;
      },
    };
  };

const emptySize = (): Size => ({ depth: 0, directives: 0, fields: 0 });

function add(total: Size, inner: Size, levels: number): void {
  total.depth = Math.max(total.depth, inner.depth + levels);
  total.directives += inner.directives;
  total.fields += inner.fields;
}
