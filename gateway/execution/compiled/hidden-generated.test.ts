import {
  execute,
  getNamedType,
  GraphQLError,
  isAbstractType,
  isCompositeType,
  isIntrospectionType,
  isSpecifiedScalarType,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type GraphQLFieldResolver,
  type GraphQLSchema,
} from 'graphql';
import { expect, test } from 'vitest';
import type { AccessRule } from '../../supergraph/annotations.ts';
import type { Supergraph } from '../../supergraph/build.ts';
import { contractSchema } from '../../supergraph/contract.ts';
import { veiledInterfaces } from '../../supergraph/veiled-interfaces.ts';
import { createForViewer } from '../../operation/for-viewer.ts';
import { defaultOperationLimits } from '../../operation/limits.ts';
import { RequestRefused } from '../../operation/operation.ts';
import { createActiveLabels } from '../../operation/override-labels.ts';
import { createOperations } from '../../operation/prepare.ts';
import { createCompiledExecutor } from '../compiled-executor.ts';
import { toResult } from '../executor.ts';
import { createRestoringExecutor } from '../restoring-executor.ts';
import {
  abstractOperation,
  abstractSubgraphs,
  generateAbstractWorld,
  truthOf,
} from './testing/abstract-world.ts';
import { createRandom, seedOf, type Random } from './testing/random.ts';
import { createServed, expectSame } from './testing/served.ts';
import { each } from './testing/table-world.ts';
import { requestWith, silent } from './testing/world.ts';

/*
 * What a viewer may not see, and what a contract does not show, over interfaces, unions and objects that stand for an
 * interface: what comes back is held to a table of values without that, and to rules that are looked up apart.
 */

const seed = seedOf(process.env);
const OPERATIONS = 8;
const cases = Number(process.env['DIFFERENTIAL_CASES'] ?? 32);
const viewer = { scopes: [], region: 'US' };
const { prepare, form: keepForm } = createOperations({
  limits: { ...defaultOperationLimits, depth: 100, aliases: 100, directives: 100 },
  introspection: true,
  cacheSize: 100,
});
const forViewer = createForViewer({
  mode: 'filter',
  evaluatePolicies: () => [],
  activeLabels: createActiveLabels(),
  keepForm,
});
const executor = createRestoringExecutor(createCompiledExecutor(silent));

/** @returns undefined if no plan was found, or none in time */
async function answered(supergraph: Supergraph, query: string) {
  try {
    const operation = await forViewer(prepare(supergraph, { query }), viewer);
    return toResult(await executor.execute(operation, requestWith({})));
  } catch (error) {
    if (error instanceof RequestRefused && REFUSED.test(error.message)) return undefined;
    throw new Error(query, { cause: error });
  }
}
const REFUSED = /^(?:No plan was found|There are too many ways)/;

/**
 * Asks worlds of which something is hidden, and compares.
 * @param pinned seeds of worlds to ask besides
 * @param hide hides something; undefined if there is nothing to
 * @param without the truth, without what is hidden from the operation
 */
async function compare(
  pinned: readonly number[],
  hide: (supergraph: Supergraph, random: Random, number: number) => Supergraph | undefined,
  without: (
    supergraph: Supergraph,
    document: DocumentNode,
    truth: GraphQLFieldResolver<any, unknown>,
  ) => GraphQLFieldResolver<any, unknown>,
): Promise<void> {
  const numbers = [...pinned, ...Array.from({ length: cases / OPERATIONS }, (_one, at) => seed + at)];
  let refusals = 0;
  for (const number of numbers) {
    const random = createRandom(number);
    const world = generateAbstractWorld(random);
    const subgraphs = abstractSubgraphs(world);
    const served = await createServed(subgraphs, PLANNED_IN);
    const supergraph = hide(served.supergraph, random, number);
    if (!supergraph) continue;
    const schema = supergraph.apiSchema;
    for (let at = 0; at < OPERATIONS;) {
      const query = abstractOperation(schema, random);
      const document = parse(query);
      if (validate(schema, document).length > 0) continue;
      at++;
      const fieldResolver = without(supergraph, document, truthOf(world));
      const truth = await execute({ schema, document, fieldResolver });
      const answer = await answered(supergraph, query);
      if (!answer) refusals++;
      else expectSame({ data: answer.data }, { data: truth.data }, { seed: number, query, subgraphs });
    }
  }
  expect(refusals).toBeLessThanOrEqual((numbers.length * OPERATIONS) / 20);
}

/** Milliseconds for a plan: what takes longer has too many ways. */
const PLANNED_IN = 1_000;

/** Coordinates of a schema's types and their fields, but of the root. */
const coordinatesOf = (schema: GraphQLSchema): string[] =>
  Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .flatMap((type) => [
      ...(type === schema.getQueryType() ? [] : [type.name]),
      ...('getFields' in type ? Object.keys(type.getFields()).map((name) => `${type.name}.${name}`) : []),
    ]);

test(`an object is null whose type a contract does not show, whoever knows it (seed ${seed})`, async () => {
  const hide = (supergraph: Supergraph, random: Random, number: number): Supergraph | undefined => {
    const { apiSchema, supergraphSchema } = supergraph;
    const media = apiSchema.getType('Media');
    if (!isAbstractType(media)) return undefined;
    const types = apiSchema.getPossibleTypes(media).map(({ name }) => name);
    const excluded = types.filter(() => random.chance(40));
    const fields = coordinatesOf(apiSchema).filter((one) => one.startsWith('Media.f') && random.chance(20));
    const tags = new Map([...excluded, ...fields].map((one) => [one, new Set(['internal'])]));
    const contract = { name: `public${number}`, include: [], exclude: ['internal'] };
    const shown = contractSchema(apiSchema, tags, contract);
    if (!shown.apiSchema.getType('Media')) return undefined;
    const veiled = veiledInterfaces(supergraphSchema, shown.apiSchema);
    return { ...supergraph, ...shown, veiledInterfaces: veiled, variant: contract.name };
  };
  await compare([3_021, 3_082], hide, ({ apiSchema }, _document, truth) => (...given) => {
    const isShown = (value: { readonly __typename: string }): boolean =>
      !!apiSchema.getType(value.__typename);
    const value = truth(...given);
    return isCompositeType(getNamedType(given[3].returnType))
      ? each(value, (one: { readonly __typename: string }) => (isShown(one) ? one : null))
      : value;
  });
}, 240_000);

test(`a field is null that a viewer may not see, by its type or by an interface (seed ${seed})`, async () => {
  const rule: AccessRule = { authenticated: true, scopes: undefined, policies: undefined };
  const hide = (supergraph: Supergraph, random: Random): Supergraph => {
    const refused = coordinatesOf(supergraph.apiSchema).filter((one) =>
      random.chance(one.includes('.') ? 15 : 8),
    );
    const access = new Map(refused.map((one) => [one, rule]));
    return { ...supergraph, annotations: { ...supergraph.annotations, access } };
  };
  await compare([], hide, ({ apiSchema, annotations }, document, truth) => {
    const refused = refusedIn(apiSchema, document, annotations.access);
    return (...given) => {
      if (given[3].fieldNodes.every((node) => refused.has(node))) throw new GraphQLError('refused');
      return truth(...given);
    };
  });
}, 240_000);

/** Fields of a document that are under a rule, and all that is asked of what they hold. */
function refusedIn(
  schema: GraphQLSchema,
  document: DocumentNode,
  rules: ReadonlyMap<string, AccessRule>,
): Set<FieldNode> {
  const found = new Set<FieldNode>();
  const typeInfo = new TypeInfo(schema);
  let around = 0;
  const isRefused = (name: string): boolean => {
    const parent = typeInfo.getParentType();
    const returned = getNamedType(typeInfo.getType());
    if (!parent || name.startsWith('__')) return false;
    const types = [parent, ...(isAbstractType(parent) ? schema.getPossibleTypes(parent) : [])];
    const all = types.flatMap((type) => [type.name, `${type.name}.${name}`]);
    return [...all, returned?.name ?? ''].some((one) => rules.has(one));
  };
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field: {
        enter(node) {
          if (around > 0 || isRefused(node.name.value)) {
            around++;
            found.add(node);
          }
        },
        leave(node) {
          if (found.has(node)) around--;
        },
      },
    }),
  );
  return found;
}
