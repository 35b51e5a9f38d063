import { Kind, visit, type DocumentNode, type FieldNode } from 'graphql';
import type { Supergraph } from '../../supergraph/build.ts';
import { fieldSet, joins, typesWithFields } from '../../supergraph/joins.ts';
import { keyOf } from '../fragments.ts';

/**
 * The planner asks for fields of its own beside the client's: keys, and what `@requires` names. Both come back in one
 * object, and it does not see that a client may have put something else under the same response key: another field
 * (`id: name`), or the same one with other arguments. One of the two is then lost, and answers are wrong without an
 * error. So a client's key that could be taken for the planner's is planned under a private one, and the executor
 * gives the result its public keys back.
 */
const SUFFIX = '__private';

export const privateKey = (key: string): string => `${key}${SUFFIX}`;

const STAND_IN = /__required\d+$/;

/** Key of a field that the planner asks for by itself, with arguments of its own (`required-arguments.ts`). */
export const standInKey = (field: string, number: number): string => `${field}__required${number}`;

/** The key that the client knows, for any key of a planned document and any that the plan adds. */
export const publicKey = (key: string): string =>
  key.endsWith(SUFFIX) ? key.slice(0, -SUFFIX.length) : key.replace(STAND_IN, '');

/** Names that the planner may use in its own way. */
interface PlannerNames {
  /** Of all fields: it asks for each under its name. */
  readonly fields: ReadonlySet<string>;
  /** Of fields with arguments that some `@requires` names: it asks for them with arguments of its own. */
  readonly required: ReadonlySet<string>;
}

/**
 * The document with private keys where they are needed.
 * @returns the same document if it needs none
 */
export function withPrivateKeys(document: DocumentNode, supergraph: Supergraph): DocumentNode {
  const { fields, required } = namesOf(supergraph);
  const clashes = (node: FieldNode): boolean => {
    const name = node.name.value;
    const key = keyOf(node);
    if (key.endsWith(SUFFIX) || STAND_IN.test(key)) return true;
    return key === name ? required.has(name) : fields.has(key);
  };
  return visit(document, {
    FragmentDefinition: ({ typeCondition }) =>
      typeCondition.name.value.startsWith('__') ? false : undefined,
    Field(node) {
      const name = node.name.value;
      if (name === '__schema' || name === '__type') return false; // no subgraph is asked
      if (!clashes(node)) return undefined;
      return { ...node, alias: { kind: Kind.NAME, value: privateKey(keyOf(node)) } };
    },
  });
}

const known = new WeakMap<Supergraph, PlannerNames>();

function namesOf(supergraph: Supergraph): PlannerNames {
  const before = known.get(supergraph);
  if (before) return before;
  const all = typesWithFields(supergraph.supergraphSchema).flatMap((type) => Object.values(type.getFields()));
  const withArguments = new Set(all.filter(({ args }) => args.length > 0).map(({ name }) => name));
  const required = new Set<string>();
  for (const field of all)
    for (const { requires } of joins(field, 'field'))
      if (typeof requires === 'string')
        visit(fieldSet(requires), {
          Field: ({ name }) => void (withArguments.has(name.value) && required.add(name.value)),
        });
  const names = { fields: new Set(['__typename', ...all.map(({ name }) => name)]), required };
  known.set(supergraph, names);
  return names;
}
