import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type FragmentDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

/** How large an operation may be. Figures are those of Apollo Router and graphql-armor, rounded up. */
export interface OperationLimits {
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
  depth: 15,
  aliases: 15,
  directives: 50,
  tokens: 1_000,
  rootFields: 20,
  fields: 5_000,
};

/** What one selection set comes to, fragments included. */
interface Size {
  depth: number;
  /** Fields of the set itself: each response key with the field's name */
  own: Map<string, string>;
  /** Most aliases of one field in any set within */
  aliases: number;
  directives: number;
  fields: number;
}

/**
 * A validation rule that holds operations to limits. Each fragment is measured once, whatever the number of its
 * spreads, so that the measuring itself cannot be made slow. Introspection has its own limit in graphql-js.
 */
export const withinLimits =
  (limits: OperationLimits): ValidationRule =>
  (context: ValidationContext): ASTVisitor => {
    const measured = new Map<string, Size | 'running'>();

    const measureFragment = (fragment: FragmentDefinitionNode): Size => {
      const known = measured.get(fragment.name.value);
      // a cycle: another rule reports it
      if (known === 'running') return emptySize();
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
          const name = selection.name.value;
          total.fields += 1;
          if (name.startsWith('__')) continue;
          total.own.set(selection.alias?.value ?? name, name);
          const inner = selection.selectionSet ? measure(selection.selectionSet) : emptySize();
          add(total, inner, 1);
        } else if (selection.kind === Kind.INLINE_FRAGMENT) add(total, measure(selection.selectionSet), 0);
        else {
          const fragment = context.getFragment(selection.name.value);
          if (fragment) add(total, measureFragment(fragment), 0);
        }
      }
      total.depth = Math.max(total.depth, 1);
      total.aliases = Math.max(total.aliases, mostAliased(total.own));
      return total;
    };

    return {
      OperationDefinition(operation) {
        const size = measure(operation.selectionSet);
        size.directives += operation.directives?.length ?? 0;
        const over = (what: string, is: number, limit: number): void => {
          if (is > limit)
            context.reportError(
              new GraphQLError(`The operation has ${what}; at most ${limit} are allowed.`, {
                nodes: operation,
              }),
            );
        };
        over(`${size.depth} levels`, size.depth, limits.depth);
        over(`${size.aliases} aliases of one field`, size.aliases, limits.aliases);
        over(`${size.directives} directives`, size.directives, limits.directives);
        over(`${size.own.size} root fields`, size.own.size, limits.rootFields);
        over('more fields than can be answered', size.fields, limits.fields);
        return false;
      },
    };
  };

const emptySize = (): Size => ({ depth: 0, own: new Map(), aliases: 0, directives: 0, fields: 0 });

function add(total: Size, inner: Size, levels: number): void {
  total.depth = Math.max(total.depth, inner.depth + levels);
  total.aliases = Math.max(total.aliases, inner.aliases);
  total.directives += inner.directives;
  total.fields += inner.fields;
  if (levels === 0) for (const [key, name] of inner.own) total.own.set(key, name);
}

/** How many aliases the most aliased field of a set has. */
function mostAliased(own: ReadonlyMap<string, string>): number {
  const counts = new Map<string, number>();
  for (const [key, name] of own) if (key !== name) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}
