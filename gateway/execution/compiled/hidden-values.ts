import {
  isAbstractType,
  isEnumType,
  isObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { isObject, own } from './json.ts';

/** Whether a value is of a kind that clients do not see. */
export type IsHidden = (type: GraphQLOutputType, value: unknown) => boolean;

/**
 * Values that the supergraph has and clients do not see (`@inaccessible`, or left out of a contract): of an enum, and objects
 * of such a type behind an interface or union. A subgraph is right to send them, so they are null without an error where null
 * may be, as other gateways have it.
 * @param schema what clients see
 * @param whole the supergraph's
 */
export const hiddenFrom =
  (schema: GraphQLSchema, whole: GraphQLSchema): IsHidden =>
  (type, value) => {
    if (isEnumType(type)) {
      const all = whole.getType(type.name);
      return typeof value === 'string' && !type.getValue(value) && isEnumType(all) && !!all.getValue(value);
    }
    if (!isAbstractType(type) || !isObject(value)) return false;
    const name = own(value, '__typename');
    if (typeof name !== 'string' || schema.getType(name)) return false;
    const [declared, hidden] = [whole.getType(type.name), whole.getType(name)];
    return isAbstractType(declared) && isObjectType(hidden) && whole.isSubType(declared, hidden);
  };
