import {
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  type FieldNode,
  type GraphQLEnumType,
  type GraphQLOutputType,
  type GraphQLScalarType,
  type SelectionSetNode,
} from 'graphql';
import { isKey, keyFields } from './mock-world.ts';

/** A required value as a subgraph can take it: one of another shape, which both executors send on in part, is null. */
export function inShape(type: GraphQLOutputType, value: unknown): unknown {
  if (isNonNullType(type)) return inShape(type.ofType, value);
  if (isLeafType(type)) return value;
  if (isListType(type)) return Array.isArray(value) ? value.map((one) => inShape(type.ofType, one)) : null;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const fields = 'getFields' in type ? type.getFields() : {};
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      const field = fields[realName(key)];
      return [key, field ? inShape(field.type, one) : one];
    }),
  );
}

/** The name of a required field, for that which stands for it in a plan. */
export const realName = (key: string): string => key.replace(/__required\d+$/, '');

/** What of a value some selections name, in the order of the names. */
export function selected(value: unknown, sets: readonly SelectionSetNode[]): unknown {
  if (Array.isArray(value)) return value.map((one) => selected(one, sets));
  const fields = sets.flatMap(fieldsOf);
  if (typeof value !== 'object' || value === null || fields.length === 0) return value;
  return Object.entries(value)
    .flatMap(([key, one]): [string, unknown][] => {
      const named = fields.filter(({ name }) => name.value === realName(key));
      return named.length > 0
        ? [
            [
              key,
              selected(
                one,
                named.flatMap(({ selectionSet }) => selectionSet ?? []),
              ),
            ],
          ]
        : [];
    })
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

const fieldsOf = ({ selections }: SelectionSetNode): FieldNode[] =>
  selections.flatMap((one) => {
    if (one.kind === Kind.FIELD) return [one];
    return one.kind === Kind.INLINE_FRAGMENT ? fieldsOf(one.selectionSet) : [];
  });

/** Where the reference has not renamed what stands for a required field, since its value is null or the like. */
export const withRealNames = (text: string): string => text.replaceAll(/__required\d+"/g, '"');

/** What a leaf is: of an entity's key by the entity's number, of others by luck. */
export function leaf(
  type: GraphQLScalarType | GraphQLEnumType,
  field: string,
  number: number,
  luck: number,
): unknown {
  if (isKey(field)) return type.name === 'Int' ? number : `${keyFields[field]}${number}`;
  if (isEnumType(type)) return type.getValues()[luck % type.getValues().length]?.name;
  switch (type.name) {
    case 'Int':
      return luck - 50;
    case 'Float':
      return luck / 8;
    case 'Boolean':
      return luck % 2 === 0;
    case 'String':
    case 'ID':
      return `${field} ${luck} "\\\u00e9\ud83d\ude00`.slice(0, luck % 24);
    default:
      return { free: [luck, null, { form: true }], __proto_: 1 };
  }
}
