import {
  isEnumType,
  isObjectType,
  type GraphQLEnumType,
  type GraphQLObjectType,
  type GraphQLScalarType,
  type GraphQLSchema,
} from 'graphql';
import { hash, type Random } from './random.ts';

/** What goes wrong, in thousandths of all values or calls; the same for the same seed, object and field. */
export interface Faults {
  readonly seed: number;
  /** A resolver throws: null with an error, and what must not be null takes its parent along. */
  readonly error: number;
  /** Null where the schema may not even allow it, and no word about it. */
  readonly silentNull: number;
  /** A key that is not there. */
  readonly missing: number;
  /** A leaf that is not of its type. */
  readonly wrongLeaf: number;
  /** A scalar or list where an object should be, or anything but a list where one should be. */
  readonly wrongShape: number;
  /** An object that says that it is of another type, or does not say it. */
  readonly wrongTypename: number;
  /** Keys that nobody asked for. */
  readonly extra: number;
  /** An entity that the subgraph does not know. */
  readonly lostEntity: number;
  /** A call that fails altogether: no answer, or one that is not GraphQL. */
  readonly lostCall: number;
  /** A call whose answer is GraphQL, and wrong as a whole. */
  readonly wrongAnswer: number;
  /**
   * Whether entities are known by their keys wherever they are found: what identifies them is spared, and what is wrong
   * with a field is so in all subgraphs that have it.
   */
  readonly keysHold?: boolean;
  /** A subgraph that answers nothing at all. */
  readonly down?: string | undefined;
}

export const noFaults: Faults = {
  seed: 0,
  error: 0,
  silentNull: 0,
  missing: 0,
  wrongLeaf: 0,
  wrongShape: 0,
  wrongTypename: 0,
  extra: 0,
  lostEntity: 0,
  lostCall: 0,
  wrongAnswer: 0,
};

export function generateFaults(random: Random): Faults {
  const often = (): number => (random.chance(60) ? 0 : random.below(120));
  const seldom = (): number => (random.chance(80) ? 0 : random.below(80));
  return {
    seed: random.below(1_000_000),
    error: often(),
    silentNull: often(),
    missing: often(),
    wrongLeaf: often(),
    wrongShape: seldom(),
    wrongTypename: seldom(),
    extra: seldom(),
    lostEntity: often(),
    lostCall: often(),
    wrongAnswer: often(),
  };
}

const pick = <Value>(values: readonly Value[], luck: number): Value => values[luck % values.length] as Value;

export function wrongLeaf(type: GraphQLScalarType | GraphQLEnumType, luck: number): unknown {
  if (isEnumType(type))
    return pick(['NOPE', '', 'constructor', '__proto__', 'toString', 7, true, {}, ['RED']], luck);
  switch (type.name) {
    case 'Int':
      return pick(
        ['twelve', '12', 'NaN', '', 1.5, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 1e300, true, {}, [1]],
        luck,
      );
    case 'Float':
      return pick(['much', 'NaN', 'Infinity', '1.5', '', true, {}, [1.5]], luck);
    case 'Boolean':
      return pick(['yes', 'true', '', 0, 1, {}, [true]], luck);
    case 'ID':
      return pick([{ not: 'text' }, 7, 1.5, true, ['a']], luck);
    case 'String':
      return pick([{ not: 'text' }, 7, 1.5, true, ['a']], luck);
    default:
      return pick([7, 'text', [[1], null], { __proto__: null, a: { b: null } }, false], luck);
  }
}

export const wrongList = (luck: number): unknown =>
  pick(['no list', 7, true, {}, { length: 1, 0: 'a' }, ''], luck);

export const wrongObject = (luck: number, right: () => object): unknown =>
  luck % 7 === 0
    ? [right()]
    : luck % 7 === 1
      ? [[right()], null]
      : pick([7, 'text', '', true, [], [[]]], luck);

export function wrongTypename(type: GraphQLObjectType, schema: GraphQLSchema, luck: number): unknown {
  const others = Object.values(schema.getTypeMap()).filter((one) => isObjectType(one) && one !== type);
  return pick(
    [undefined, 'Nobody', 'constructor', 'Query', 'String', others[luck % others.length]?.name, null, 7, ''],
    luck,
  );
}

/** Tells calls apart. @param call what is asked */
export const callKey = (name: string, call: string): string => `${name} ${hash(call)}`;

/** A whole answer that is as it should be, is not there, or is wrong. @returns undefined if there is none */
export function sabotage(
  name: string,
  call: string,
  faults: Faults,
  answer: () => { data: Record<string, unknown> | null; errors?: object[] },
): string | undefined {
  const luck = hash(faults.seed, name, call) % 1000;
  const kind = hash(faults.seed, name, call, 'kind');
  if (luck < faults.lostCall) return lost(kind, name);
  const right = answer();
  if (luck >= faults.lostCall + faults.wrongAnswer) return JSON.stringify(right);
  const entities = right.data?.['_entities'];
  // which call it was, for whoever checks
  const extensions = { call: callKey(name, call) };
  const refusal = {
    message: `${name} refuses`,
    extensions: { ...extensions, code: 'FORBIDDEN', nested: { deep: [1] } },
  };
  const odd = (path: unknown) => ({
    ...right,
    errors: [
      ...(right.errors ?? []),
      { message: `${name} strays`, path, extensions: { ...extensions, stray: true } },
    ],
  });
  switch (kind % 14) {
    case 0:
      return JSON.stringify({ data: null, errors: [refusal] });
    case 1:
      return JSON.stringify({ errors: [refusal, refusal] });
    case 2:
      return JSON.stringify({ ...right, errors: [...(right.errors ?? []), refusal] });
    case 3:
      return JSON.stringify({ data: null });
    case 4:
      return JSON.stringify({
        ...right,
        errors: [...(right.errors ?? []), { message: `${name} is short`, extensions }],
        extensions: { a: 1 },
      });
    case 5:
      return JSON.stringify(odd(['_entities', 99, 'a']));
    case 6:
      return JSON.stringify(odd('text'));
    case 7:
      return JSON.stringify(odd(['nowhere', 0, 'at', { all: 1 }]));
    case 8:
      return JSON.stringify(odd(['_entities']));
    case 9:
      return JSON.stringify({ ...right, errors: [] });
    default:
      if (!Array.isArray(entities)) return JSON.stringify({ data: {}, errors: [refusal] });
      return JSON.stringify({
        ...right,
        data: {
          _entities: pick(
            [entities.slice(1), [...entities, null], [], 'none', null, { 0: entities[0] }],
            kind >>> 8,
          ),
        },
      });
  }
}

/** No answer, or the body of one that is not GraphQL. */
const lost = (kind: number, name: string): string | undefined =>
  pick(
    [
      undefined,
      '<!doctype html><title>502 Bad Gateway</title>',
      '{"data":{"_entities":[{"__typename":"Prod',
      '',
      'null',
      '[]',
      '{}',
      '{"message":"no GraphQL"}',
      '{"data":"text"}',
      '{"data":[]}',
      '{"data":{},"errors":"text"}',
      `{"data":{},"errors":{"message":"${name}"}}`,
    ],
    kind,
  );
