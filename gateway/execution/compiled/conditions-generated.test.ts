import { readFileSync } from 'node:fs';
import {
  getDirectiveValues,
  getVariableValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  parse,
  print,
  separateOperations,
  visit,
  type DocumentNode,
  type GraphQLSchema,
  type SelectionNode,
} from 'graphql';
import { expect, test } from 'vitest';
import { RequestRefused, type PreparedOperation } from '../../operation/operation.ts';
import type { Supergraph } from '../../supergraph/build.ts';
import { createCompiledExecutor } from '../compiled-executor.ts';
import { toResult } from '../executor.ts';
import { isObject } from './json.ts';
import { composeEverything } from './testing/everything.ts';
import { noFaults } from './testing/faults.ts';
import { generateOperation } from './testing/operations.ts';
import { createRandom, seedOf, type Random } from './testing/random.ts';
import { compose, generateSubgraphs } from './testing/supergraphs.ts';
import { described, firstDifference } from './testing/values.ts';
import { createSimulation, formFor, prepareOperation, requestWith, silent } from './testing/world.ts';

/** Stands in a selection set of which nothing is left, and is no field of anything. */
const NOTHING = 'nothing';

/** The operation that says the same without conditions, as the variables have them (https://spec.graphql.org/October2021/#sec--skip). */
function withoutConditions(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Record<string, unknown>,
): DocumentNode {
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('The operation comes first.');
  const { coerced = {} } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  const resolved = <Node extends SelectionNode>(node: Node): Node | null => {
    const isSkipped = getDirectiveValues(GraphQLSkipDirective, node, coerced)?.['if'] === true;
    const isIncluded = getDirectiveValues(GraphQLIncludeDirective, node, coerced)?.['if'] !== false;
    return isSkipped || !isIncluded ? null : { ...node, directives: [] };
  };
  const [nothing] = selectionsOf(parse(`{ ${NOTHING}: __typename }`, { noLocation: true }));
  const left = visit(document, {
    Field: resolved,
    InlineFragment: resolved,
    FragmentSpread: resolved,
    SelectionSet: {
      leave: (set) =>
        set.selections.length === 0 && nothing ? { ...set, selections: [nothing] } : undefined,
    },
  });
  const used = Object.values(separateOperations(left))[0] ?? left;
  const names = new Set<string>();
  visit(used, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void names.add(name.value),
  });
  return visit(used, {
    VariableDefinition: ({ variable }) => (names.has(variable.name.value) ? false : null),
  });
}

const selectionsOf = ({ definitions: [operation] }: DocumentNode): readonly SelectionNode[] =>
  operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : [];

function withoutNothing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNothing);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (key === NOTHING ? [] : [[key, withoutNothing(one)]])),
  );
}

/** The operation with conditions on many of its selections. */
function withConditions(
  document: DocumentNode,
  random: Random,
  variables: Record<string, unknown>,
): DocumentNode {
  const names = ['one', 'two', 'three'];
  const conditional = <Node extends SelectionNode>(node: Node): Node | undefined => {
    if (node.directives?.length !== 0 || !random.chance(35)) return undefined;
    const name = random.pick(names);
    const condition = random.chance(15) ? random.pick(['true', 'false']) : `$${name}`;
    const [one] = selectionsOf(
      parse(`{ a @${random.pick(['skip', 'include'])}(if: ${condition}) }`, { noLocation: true }),
    );
    return { ...node, directives: one?.directives ?? [] };
  };
  const result = visit(document, {
    Field: conditional,
    InlineFragment: conditional,
    FragmentSpread: conditional,
  });
  const definitions = names.flatMap((name) => {
    if (!print(result).includes(`if: $${name})`)) return [];
    variables[name] = random.chance(50);
    const [operation] = parse(`query ($${name}: Boolean!) { a }`, { noLocation: true }).definitions;
    return operation?.kind === Kind.OPERATION_DEFINITION ? (operation.variableDefinitions ?? []) : [];
  });
  return visit(result, {
    OperationDefinition: (node) => ({
      ...node,
      variableDefinitions: [...(node.variableDefinitions ?? []), ...definitions],
    }),
  });
}

const seed = seedOf(process.env);

/** Of what the planner does with conditions, a comparison of executors sees nothing: both run one plan. */
test.each([
  ['a supergraph that has everything', composeEverything, 300],
  ['the supergraph of this platform', () => readFileSync('supergraph.graphql', 'utf8'), 100],
  ['a generated supergraph', () => generated(seed), 200],
])(
  'an operation with conditions is answered as the one is that they leave, over %s',
  { timeout: 240_000 },
  async (_name, sdl, cases) => {
    const { supergraph, world } = await createSimulation(sdl());
    world.faults = noFaults;
    const schema = supergraph.apiSchema;
    const executor = createCompiledExecutor(silent);
    const answer = async (operation: PreparedOperation, variables: Record<string, unknown>) =>
      toResult(await executor.execute(formFor(operation, variables), requestWith(variables))).data;
    let compared = 0;
    for (let number = seed; compared < cases; number++) {
      const random = createRandom(number);
      const kind = random.chance(20) && schema.getMutationType() ? 'mutation' : 'query';
      const { query, variables } = generateOperation(schema, random, { kind, size: 9, depth: 4 });
      const whole = withConditions(parse(query, { noLocation: true }), random, variables);
      const left = withoutConditions(schema, whole, variables);
      const operation = prepared(supergraph, print(whole));
      const reference = operation && prepared(supergraph, print(left));
      if (!reference) continue;
      compared += 1;
      const data = await answer(operation, variables);
      const expected = withoutNothing(await answer(reference, variables));
      const difference = firstDifference(data, expected, []);
      if (difference)
        expect.fail(
          [
            described(difference),
            `seed ${number}`,
            print(whole),
            JSON.stringify(variables),
            print(left),
          ].join('\n'),
        );
    }
  },
);

/** Undefined if it is not valid, or not to be resolved. */
function prepared(supergraph: Supergraph, text: string): PreparedOperation | undefined {
  try {
    return prepareOperation(supergraph, text);
  } catch (error) {
    if (error instanceof RequestRefused) return undefined;
    throw new Error(`${(error as Error).message}\n${text}`, { cause: error });
  }
}

function generated(number: number): string {
  const composed = compose(generateSubgraphs(createRandom(number)));
  if ('errors' in composed) throw new Error(composed.errors.join('\n'));
  return composed.sdl;
}
