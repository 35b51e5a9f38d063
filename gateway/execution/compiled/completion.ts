import {
  GraphQLError,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLCompositeType,
  type GraphQLLeafType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { joins } from '../../supergraph/joins.ts';
import { hiddenFrom } from './hidden-values.ts';
import { withoutHiddenPlaces } from './hidden-places.ts';
import { isObject, isWritable, own, typenameOf, type JsonObject } from './json.ts';
import type { ResponsePath } from './paths.ts';
import type { DeferredFragment, RuntimeType, SelectedField, Selections } from './selections.ts';

export interface CompletionOptions {
  /** What clients see. */
  readonly schema: GraphQLSchema;
  /** The supergraph's, with what its subgraphs have. */
  readonly whole: GraphQLSchema;
  readonly selections: Selections;
  /** Answers `__schema` and `__type`. */
  readonly introspect: (field: SelectedField) => unknown;
  /** Where the object is in the client's answer, if it is not the answer itself. */
  readonly path?: ResponsePath;
  /** Errors that the client was told of before, and that explain nulls as well. */
  readonly told?: readonly GraphQLError[];
}

/** A fragment on an object of the answer that is still to come. */
export interface DeferredObject {
  readonly fragment: DeferredFragment;
  readonly type: RuntimeType;
  /** What the subgraphs answered of the object. */
  readonly source: JsonObject;
  readonly path: ResponsePath;
}

/** A value that stands for "no value is possible here": the object or list around it becomes null. */
const voided = Symbol('voided');

/** A place in the answer, as a list from the innermost outwards: it is only written out for errors. */
interface Place {
  readonly up: Place | undefined;
  readonly key: string | number;
}

/**
 * Shapes what the subgraphs answered to what the client asked for, and checks it
 * (https://spec.graphql.org/October2021/#sec-Value-Completion). A value that does not fit becomes null with an error,
 * and a null that may not be voids its parent. This way is the correct one for any data; the serializer is the fast
 * one for data without a fault.
 * @param errors those of the subgraphs: a null that one of them explains gets no second error
 * @returns the answer's `data`, all errors, and what of the data is still to come
 */
export function complete(
  { schema, whole, selections, introspect, path: base = [], told = [] }: CompletionOptions,
  rootType: RuntimeType,
  selectionSets: readonly SelectionSetNode[],
  data: JsonObject,
  errors: readonly GraphQLError[],
): { data: JsonObject | null; errors: GraphQLError[]; deferred: DeferredObject[] } {
  const explained = explainedPlaces(told, errors);
  const isHidden = hiddenFrom(schema, whole);
  const deferred: DeferredObject[] = [];
  const found: GraphQLError[] = [];
  const fail = (message: string, place: Place | undefined): void => {
    found.push(
      new GraphQLError(message, { path: pathOf(place), extensions: { code: 'INTERNAL_SERVER_ERROR' } }),
    );
  };

  const completeValue = (
    type: GraphQLOutputType,
    value: unknown,
    field: SelectedField,
    parent: RuntimeType,
    place: Place,
  ): unknown => {
    const nullable = isNonNullType(type) ? type.ofType : type;
    const isAbsent = value === null || value === undefined || isHidden(nullable, value);
    if (nullable === type) return isAbsent ? null : completePresent(nullable, value, field, parent, place);
    if (!isAbsent) return completePresent(nullable, value, field, parent, place) ?? voided;
    if (!explained(pathOf(place), value))
      fail(`Cannot return null for non-nullable field ${parent.name}.${field.name}.`, place);
    return voided;
  };

  const completePresent = (
    type: GraphQLOutputType,
    value: unknown,
    field: SelectedField,
    parent: RuntimeType,
    place: Place,
  ): unknown => {
    if (isListType(type)) {
      if (!Array.isArray(value)) {
        fail(`A list was expected for field ${parent.name}.${field.name}.`, place);
        return null;
      }
      const list = value.map((element, key) =>
        completeValue(type.ofType, element, field, parent, { up: place, key }),
      );
      return list.includes(voided) ? null : list;
    }
    if (isLeafType(type)) {
      try {
        return serializeLeaf(type, value);
      } catch (error) {
        fail((error as Error).message, place);
        return null;
      }
    }
    if (!isObject(value)) {
      fail(`An object was expected for field ${parent.name}.${field.name}.`, place);
      return null;
    }
    const runtimeType = objectTypeOf(schema, type, value) ?? standsFor(type, value);
    if (runtimeType && canTell(runtimeType, field.sets))
      return completeObject(runtimeType, field.sets, value, place);
    fail(`The type of the object is not known, or not one of ${type.name}.`, place);
    return null;
  };

  /**
   * Whether a subgraph has said nothing of an object since one of the fields failed that may not be null, or all that
   * it was asked: then the others are not there, and the error of that tells why.
   */
  const voidedByAnother = (
    type: RuntimeType,
    { fields }: { readonly fields: readonly SelectedField[] },
    source: JsonObject,
    place: Place | undefined,
  ): boolean => {
    // one without a path tells of the whole request, where nothing at all came
    const isPathless = ({ path }: GraphQLError): boolean => path === undefined || path.length === 0;
    if (!place && fields.every((field) => own(source, field.source) === undefined) && errors.some(isPathless))
      return true;
    const path = pathOf(place);
    return fields.some(({ key, name, source: from }) => {
      const value = own(source, from);
      const isNull = value === undefined || value === null;
      return isNull && mayVoid(whole, type, name) && explained([...path, key], value);
    });
  };

  /** The type of an object that stands for an interface which clients do not see: no more than its field says of it. */
  const standsFor = (declared: GraphQLCompositeType, object: JsonObject): RuntimeType | undefined => {
    const name = typenameOf(object);
    if (name === undefined || !isInterfaceType(declared) || schema.getType(name)) return undefined;
    const [all, hidden] = [whole.getType(declared.name), whole.getType(name)];
    const stands = isAbstractType(all) && isInterfaceType(hidden) && whole.isSubType(all, hidden);
    return stands ? declared : undefined;
  };

  /** Whether all that is asked of the object's type is known. */
  const canTell = (type: RuntimeType, sets: readonly SelectionSetNode[]): boolean =>
    !isInterfaceType(type) || !selections.of(type, sets).needsOwnType;

  const completeObject = (
    type: RuntimeType,
    sets: readonly SelectionSetNode[],
    source: JsonObject,
    place: Place | undefined,
  ): JsonObject | null => {
    const result = Object.create(null) as JsonObject;
    const definitions = type.getFields();
    const selected = selections.of(type, sets);
    let isVoided = false;
    for (const field of selected.fields) {
      const { key, source: from, name } = field;
      if (name === '__typename') result[key] = type.name;
      else if (name === '__schema' || name === '__type') result[key] = introspect(field);
      else {
        const definition = definitions[name];
        if (!definition) continue; // a document that was not validated: CollectFields passes over it
        const given = own(source, from);
        if (
          given === undefined &&
          isNonNullType(definition.type) &&
          voidedByAnother(type, selected, source, place)
        ) {
          // what else does not fit is told of all the same
          isVoided = true;
          continue;
        }
        const value = completeValue(definition.type, given, field, type, { up: place, key });
        if (value === voided) return null;
        result[key] = value;
      }
    }
    if (isVoided) return null;
    for (const fragment of selected.deferred) deferred.push({ fragment, type, source, path: pathOf(place) });
    return result;
  };

  let root: Place | undefined;
  for (const key of base) root = { up: root, key };
  const isKnown = canTell(rootType, selectionSets);
  if (!isKnown) fail(`The type of the object is not known, or not one of ${rootType.name}.`, root);
  const completed = isKnown ? completeObject(rootType, selectionSets, data, root) : null;
  return {
    data: completed,
    errors: [...withoutHiddenPlaces(errors, schema, selections, rootType, selectionSets, base), ...found],
    // what lay in an object that was voided later has no place any more
    deferred: deferred.filter(({ path }) => isThere(completed, path.slice(base.length))),
  };
}

/** Whether a null of a field voids the object for some subgraph at least: for others it may be null. */
function mayVoid(whole: GraphQLSchema, { name }: RuntimeType, fieldName: string): boolean {
  const type = whole.getType(name);
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined;
  if (!field) return false;
  return (
    isNonNullType(field.type) || joins(field, 'field').some((join) => String(join['type']).endsWith('!'))
  );
}

/** The value of a leaf, for the client. @throws if the type has no such value */
function serializeLeaf(type: GraphQLLeafType, value: unknown): unknown {
  checkKind(type, value);
  if (!isWritable(value)) throw new Error(`${type.name} cannot represent a value of so many levels.`);
  return type.serialize(value);
}

/** Whether a value that a subgraph sent is one of the type's. */
export function isLeafValue(type: GraphQLLeafType, value: unknown): boolean {
  try {
    serializeLeaf(type, value);
    return true;
  } catch {
    return false;
  }
}

/** The kind of JSON that a subgraph has for each scalar; an ID may be a number (https://spec.graphql.org/October2021/#sec-ID). */
const kinds: Readonly<Record<string, string>> = {
  String: 'string',
  Int: 'number',
  Float: 'number',
  Boolean: 'boolean',
};

/**
 * graphql-js coerces what a resolver returns: text that is a number, a number that is text. What a subgraph sends is
 * coerced already, and another kind of value is a fault of its, as it is for stock execution.
 * @throws if it is of another kind than the type's
 */
function checkKind({ name }: GraphQLLeafType, value: unknown): void {
  const isKind =
    name === 'ID'
      ? typeof value === 'string' || typeof value === 'number'
      : !Object.hasOwn(kinds, name) || typeof value === kinds[name];
  if (!isKind) throw new Error(`${name} cannot represent a value of another kind.`);
}

/**
 * The type of an object that a field of some type holds: its own, or an interface where no subgraph said more.
 * @returns undefined if it says that it is what it may not be
 */
export function objectTypeOf(
  schema: GraphQLSchema,
  declared: GraphQLCompositeType,
  object: JsonObject,
): RuntimeType | undefined {
  const name = own(object, '__typename') ?? declared.name;
  if (typeof name !== 'string') return undefined;
  const type = schema.getType(name);
  if (!isAbstractType(declared)) {
    // an interface that it implements says nothing else
    const fits = type === declared || (isInterfaceType(type) && schema.isSubType(type, declared));
    return fits ? declared : undefined;
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return undefined;
  return type === declared || schema.isSubType(declared, type) ? type : undefined;
}

function isThere(data: JsonObject | null, path: ResponsePath): boolean {
  let value: unknown = data;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return false;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value !== null && value !== undefined;
}

function pathOf(place: Place | undefined): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at = place; at; at = at.up) path.push(at.key);
  return path.reverse();
}

/**
 * Tells whether an error is there for a null: at its place, or further in (a subgraph has voided what is around it); and
 * for a value that is not there, further out as well (a subgraph said of a whole object that it failed).
 */
function explainedPlaces(
  ...told: readonly (readonly GraphQLError[])[]
): (path: ResponsePath, value: unknown) => boolean {
  const whole = new Set<string>();
  const outer = new Set<string>();
  let isRead = false;
  const read = (): void => {
    isRead = true;
    for (const { path } of told.flat())
      if (path && path.length > 0) {
        whole.add(JSON.stringify(path));
        for (let length = 1; length <= path.length; length++)
          outer.add(JSON.stringify(path.slice(0, length)));
      }
  };
  return (path, value) => {
    // most answers have nothing to explain, and each of many parts would read all that was told before it
    if (!isRead) read();
    return (
      whole.size > 0 &&
      (outer.has(JSON.stringify(path)) ||
        (value === undefined &&
          path.some((_element, index) => whole.has(JSON.stringify(path.slice(0, index))))))
    );
  };
}
