import {
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  type GraphQLEnumType,
  type GraphQLOutputType,
  type GraphQLScalarType,
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
      const field = fields[key.replace(/__required\d+$/, '')];
      return [key, field ? inShape(field.type, one) : one];
    }),
  );
}

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
