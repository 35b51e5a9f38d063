import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Supergraph } from '@apollo/federation-internals';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLSchema,
} from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';

const root = path.join(import.meta.dirname, '..', '..');
const contract = buildSchema(await readFile(path.join(import.meta.dirname, 'contract.graphql'), 'utf8'));
const types = Object.values(contract.getTypeMap()).filter(
  ({ name, astNode }) => !name.startsWith('__') && astNode,
);

let composed: string;
let schema: GraphQLSchema;

beforeAll(async () => {
  composed = (await composeSupergraph(path.join(root, 'supergraph.yaml'))).sdl;
  schema = Supergraph.build(composed).apiSchema().toGraphQLJSSchema();
});

test('supergraph.graphql is what the subgraphs compose to', async () => {
  expect(await readFile(path.join(root, 'supergraph.graphql'), 'utf8')).toBe(composed);
});

/** What there must be, as lines to compare: `name: Type`. A further argument must be optional, or old calls break. */
function inputs(
  wanted: readonly (GraphQLArgument | GraphQLInputField)[],
  found: readonly (GraphQLArgument | GraphQLInputField)[],
) {
  const line = ({ name, type }: GraphQLArgument | GraphQLInputField): string => `${name}: ${type.toString()}`;
  const names = new Set(wanted.map(({ name }) => name));
  const further = found.filter(
    ({ name, type, defaultValue }) =>
      !names.has(name) && type.toString().endsWith('!') && defaultValue === undefined,
  );
  return {
    wanted: wanted.map(line),
    found: [...found.filter(({ name }) => names.has(name)), ...further].map(line),
  };
}

describe('the API holds all of the contract', () => {
  test.each(types.map((type) => [type.name, type] as const))('%s', (name, wanted) => {
    const found = schema.getType(name);
    expect(found?.constructor.name).toBe(wanted.constructor.name);

    if (isEnumType(wanted) && isEnumType(found))
      expect(found.getValues().map((value) => value.name)).toEqual(
        expect.arrayContaining(wanted.getValues().map((value) => value.name)),
      );

    if (isInputObjectType(wanted) && isInputObjectType(found)) {
      const compared = inputs(Object.values(wanted.getFields()), Object.values(found.getFields()));
      expect(compared.found.toSorted()).toEqual(compared.wanted.toSorted());
    }

    if (
      (isObjectType(wanted) || isInterfaceType(wanted)) &&
      (isObjectType(found) || isInterfaceType(found))
    ) {
      expect(found.getInterfaces().map(String)).toEqual(
        expect.arrayContaining(wanted.getInterfaces().map(String)),
      );
      for (const field of Object.values(wanted.getFields())) {
        const served = found.getFields()[field.name];
        expect(`${field.name}: ${served?.type.toString()}`).toBe(`${field.name}: ${field.type.toString()}`);
        const compared = inputs(field.args, served?.args ?? []);
        expect(compared.found.toSorted()).toEqual(compared.wanted.toSorted());
      }
    }
  });
});

test('everything that clients see is described', () => {
  const undescribed: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || ['Query', 'Mutation', 'Subscription'].includes(type.name)) continue;
    if (!type.description) undescribed.push(type.name);
  }
  expect(undescribed.filter((name) => !['String', 'Int', 'Float', 'Boolean', 'ID'].includes(name))).toEqual(
    [],
  );
});
