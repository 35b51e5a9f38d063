import {
  isAbstractType,
  isInterfaceType,
  Kind,
  parse,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { noFaults, type Faults } from './faults.ts';

/** What all subgraphs agree on: which fields hang on others, and of which type an object behind an interface is. */
export interface World {
  /** By coordinate, what it requires. */
  readonly requiring: ReadonlyMap<string, readonly SelectionSetNode[]>;
  /** Interfaces with keys. */
  readonly entityInterfaces: readonly string[];
  isPossible(abstract: string, name: string): boolean;
  concrete(abstract: string, number: number): string;
  isInterface(name: string): boolean;
  /** What goes wrong at present. */
  faults: Faults;
  /**
   * Whether subgraphs help the reference over what it gets wrong: all objects tell their type, but not as an interface,
   * an object or list of a wrong shape is null, and required fields are known by the plan's names for them too.
   */
  helpful: boolean;
  /** What subgraphs were asked since it was last cleared. */
  readonly calls: Set<string>;
}

export function createWorld(supergraphSchema: GraphQLSchema, sdl: string): World {
  const requiring = new Map<string, SelectionSetNode[]>();
  for (const type of parse(sdl).definitions)
    if ('fields' in type && 'name' in type && type.name)
      for (const field of type.fields ?? [])
        for (const given of field.directives?.flatMap((one) => one.arguments ?? []) ?? []) {
          if (given.name.value !== 'requires' || given.value.kind !== Kind.STRING) continue;
          const [required] = parse(`{ ${given.value.value} }`, { noLocation: true }).definitions;
          if (required?.kind !== Kind.OPERATION_DEFINITION) continue;
          const coordinate = `${type.name.value}.${field.name.value}`;
          requiring.set(coordinate, [...(requiring.get(coordinate) ?? []), required.selectionSet]);
        }
  const entityInterfaces = parse(sdl).definitions.flatMap((one) =>
    one.kind === Kind.INTERFACE_TYPE_DEFINITION &&
    one.directives?.some(({ arguments: given }) => given?.some(({ name }) => name.value === 'key'))
      ? [one.name.value]
      : [],
  );
  return {
    requiring,
    entityInterfaces,
    isPossible(abstract, name) {
      const type = supergraphSchema.getType(abstract);
      return isAbstractType(type) && supergraphSchema.getPossibleTypes(type).some((one) => one.name === name);
    },
    concrete(abstract, number) {
      const type = supergraphSchema.getType(abstract);
      if (!isAbstractType(type)) return abstract;
      const names = supergraphSchema
        .getPossibleTypes(type)
        .map((one) => one.name)
        .sort();
      return names[number % names.length] ?? abstract;
    },
    isInterface: (name) => isInterfaceType(supergraphSchema.getType(name)),
    faults: noFaults,
    helpful: false,
    calls: new Set(),
  };
}

/** Fields that tell an entity by its number, by name, and what stands before it. */
export const keyFields: Readonly<Record<string, string>> = {
  id: '',
  sku: 'sku-',
  email: 'mail-',
  slug: 'slug-',
  num: '',
};
/** A field whose object has the keys of the entity that it is in. */
export const KEY_OBJECT = 'ref';
export const isKey = (field: string): boolean => Object.hasOwn(keyFields, field);

/** The number of the entity that a representation, or an object of an answer, tells. */
export function numberOf(object: Readonly<Record<string, unknown>>): number | undefined {
  for (const key of Object.keys(keyFields)) {
    const value = Object.hasOwn(object, key) ? object[key] : undefined;
    const digits = typeof value === 'string' || typeof value === 'number' ? /\d+$/.exec(String(value)) : null;
    if (digits) return Number(digits[0]);
  }
  const inner = Object.hasOwn(object, KEY_OBJECT) ? object[KEY_OBJECT] : undefined;
  return typeof inner === 'object' && inner !== null ? numberOf(inner as Record<string, unknown>) : undefined;
}
