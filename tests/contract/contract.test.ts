import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  parse,
  printSchema,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLSchema,
} from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { readAnnotations } from '../../gateway/supergraph/annotations.ts';
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
import { contractSchema } from '../../gateway/supergraph/contract.ts';

const root = path.join(import.meta.dirname, '..', '..');
const contract = buildSchema(await readFile(path.join(import.meta.dirname, 'contract.graphql'), 'utf8'));
const types = Object.values(contract.getTypeMap()).filter(
  ({ name, astNode }) => !name.startsWith('__') && astNode,
);

let composed: string;
let schema: GraphQLSchema;

beforeAll(async () => {
  composed = (await composeSupergraph(path.join(root, 'supergraph.yaml'))).sdl;
  schema = Supergraph.build(composed, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES })
    .apiSchema()
    .toGraphQLJSSchema();
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

/** Coordinates of what has no description; the fields and arguments of those that have some, too. */
function undescribed(shown: GraphQLSchema): string[] {
  return Object.values(shown.getTypeMap()).flatMap((type) => {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) return [];
    const members = isEnumType(type)
      ? type.getValues()
      : 'getFields' in type
        ? Object.values<GraphQLField<unknown, unknown> | GraphQLInputField>(type.getFields())
        : [];
    return [
      type.description ? [] : [type.name],
      ...members.map((member) => [
        ...(member.description ? [] : [`${type.name}.${member.name}`]),
        ...('args' in member ? member.args : []).flatMap(({ name, description }) =>
          description ? [] : [`${type.name}.${member.name}(${name}:)`],
        ),
      ]),
    ].flat();
  });
}

test('every type, field, argument and value that clients see is described', () => {
  expect(Object.keys(schema.getTypeMap()).length).toBeGreaterThan(80);
  expect(undescribed(schema)).toEqual([]);
});

describe('what partners see', () => {
  const partner = () => {
    const { tags } = readAnnotations(parse(composed));
    return contractSchema(schema, tags, { name: 'partner', include: ['partner'], exclude: [] }).apiSchema;
  };

  test('is the catalogue, and what editors with an API key may do', () => {
    const rootFields = [
      partner().getQueryType(),
      partner().getMutationType(),
      partner().getSubscriptionType(),
    ];
    expect(rootFields.map((type) => Object.keys(type?.getFields() ?? {}).toSorted())).toEqual([
      ['asset', 'genres', 'person', 'search', 'suggest', 'title', 'titles', 'transcodeJob'],
      [
        'cancelTranscode',
        'completeUpload',
        'createMovie',
        'createUpload',
        'publishTitle',
        'retryTranscode',
        'unpublishTitle',
        'updateMovie',
      ],
      ['transcodeProgress'],
    ]);
  });

  test('holds nothing of accounts, memberships and what people watch', () => {
    const shown = Object.keys(partner().getTypeMap());
    for (const name of [
      'User',
      'Profile',
      'Session',
      'ApiKey',
      'Membership',
      'Plan',
      'PlaybackSession',
      'Shelf',
    ])
      expect(shown).not.toContain(name);
  });

  test('is described as it is to all others, and has no type that nothing leads to', () => {
    expect(undescribed(partner())).toEqual([]);
    const text = printSchema(partner());
    for (const type of Object.values(partner().getTypeMap())) {
      if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
      expect(type.description, type.name).toBe(schema.getType(type.name)?.description);
      if (['Query', 'Mutation', 'Subscription'].includes(type.name)) continue;
      expect(text, type.name).toMatch(new RegExp(`(: \\[*|implements )${type.name}\\b`));
    }
  });
});
