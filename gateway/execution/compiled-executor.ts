import type { SubscriptionNode } from '@apollo/query-planner';
import { type FormattedExecutionResult, type GraphQLError } from 'graphql';
import { codedError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/logger.ts';
import { operationIn } from '../operation/fragments.ts';
import type { PreparedOperation } from '../operation/operation.ts';
import type { EntityCache } from './cache/entity-cache.ts';
import { complete } from './compiled/completion.ts';
import { conditionsOf } from '../operation/conditions.ts';
import { compileTake } from './compiled/fetch.ts';
import { withPublicPaths } from './compiled/errors.ts';
import { withoutHiddenObjects } from './compiled/hidden-objects.ts';
import { introspect } from './compiled/introspection.ts';
import { compilePlan, fetchesOf, planContext } from './compiled/plan.ts';
import { beginRun, type Run, type Step } from './compiled/run.ts';
import { createSelections, type SelectedField, type Selections } from './compiled/selections.ts';
import { compileSerializer, type Serialize } from './compiled/serializer.ts';
import type { Executed, ExecutionRequest, Executor } from './executor.ts';

/** Combinations of `@skip` and `@include` for which an operation keeps a serializer; others are completed at length. */
const MOST_VARIANTS = 16;
/**
 * Characters of code that an operation keeps for all of them. What it takes beyond its text is in no estimate of the
 * cache that holds it, and a short one on interfaces can make a thousand times as much code of itself.
 */
const MOST_CODE = 100_000;

/** An operation under certain conditions: what is selected, and the code that writes it. */
interface Variant {
  /** Kept with the code, which has met all of them; collected anew for each answer where there is none. */
  readonly selections: () => Selections;
  readonly serialize: Serialize | undefined;
  /** Root fields that the schema answers. */
  readonly introspected: readonly SelectedField[];
}

/** An operation as code. */
interface CompiledOperation {
  /** @throws a coded error if a condition has no value */
  variant(request: ExecutionRequest): Variant;
  begin(request: ExecutionRequest): Run;
  /** Fetches all that the answer needs; for a subscription, all that an event lacks. */
  readonly fetch: Step | undefined;
  /** Takes an event of the subscription's stream. */
  readonly take: ((run: Run, event: FormattedExecutionResult) => void) | undefined;
  /** Writes the answer. */
  answer(run: Run, variant: Variant): Executed;
}

/**
 * Runs each operation by code of its own, made from its query plan when it is first asked for.
 *
 * The plan becomes steps that call subgraphs and merge what they answer into one tree (`compiled/plan`, `fetch`,
 * `representations`, `merge`). When all are done, one function writes the answer's text from the tree (`serializer`).
 * Where an error came, or a value is not what it should be, `completion` shapes and checks the same tree with the
 * care that this takes; it is the slower way and always right.
 *
 * @param cache keeps answers of subgraphs to queries; without it, operations have no code for it
 */
export function createCompiledExecutor(logger: Logger, cache?: EntityCache): Executor {
  // an operation that the cache of prepared operations drops takes its code with it
  const operations = new WeakMap<PreparedOperation, CompiledOperation>();
  const compiled = (operation: PreparedOperation): CompiledOperation => {
    let known = operations.get(operation);
    if (!known) operations.set(operation, (known = compile(operation, logger, cache)));
    return known;
  };

  return {
    execute(operation, request) {
      const { variant, begin, fetch, answer } = compiled(operation);
      let chosen: Variant;
      try {
        chosen = variant(request);
      } catch (error) {
        return Promise.resolve({ data: null, errors: [error as GraphQLError] });
      }
      const run = begin(request);
      return fetch ? fetch(run).then(() => answer(run, chosen)) : Promise.resolve(answer(run, chosen));
    },

    prepare: (operation) => void compiled(operation),

    async executeEvent(operation, event, request) {
      const { variant, begin, take, fetch, answer } = compiled(operation);
      const run = begin(request);
      take?.(run, event as FormattedExecutionResult);
      if (fetch) await fetch(run);
      return answer(run, variant(request));
    },
  };
}

/** Apart, so that selections which are not kept are in no closure. */
const kept = (selections: Selections) => (): Selections => selections;

const nothingWritten: Readonly<Record<string, string>> = Object.create(null) as Record<string, string>;
/** Each field's value as JSON, by its key. */
function textsOf(
  fields: readonly SelectedField[],
  valueOf: (field: SelectedField) => unknown,
): Record<string, string> {
  const texts = Object.create(null) as Record<string, string>;
  for (const field of fields) texts[field.key] = JSON.stringify(valueOf(field));
  return texts;
}

const isIntrospection = ({ name }: SelectedField): boolean => name === '__schema' || name === '__type';

function compile(
  operation: PreparedOperation,
  logger: Logger,
  cache: EntityCache | undefined,
): CompiledOperation {
  const { supergraph, planned: document, plan, name } = operation;
  // as it was planned, which for a subscription is without the conditions on its root field
  const definition = operationIn(document, name);
  const schema = supergraph.apiSchema;
  const context = planContext(operation, fetchesOf(plan.node), logger, cache);
  const conditions = conditionsOf(document, definition);
  const subscription: SubscriptionNode | undefined =
    plan.node?.kind === 'Subscription' ? plan.node : undefined;
  const node = plan.node?.kind === 'Subscription' ? plan.node.rest : plan.node;

  const rootType = schema.getRootType(definition.operation);
  if (!rootType) throw new Error(`The schema has no type for a ${definition.operation}.`);
  const root = [definition.selectionSet];
  const variants = new Map<string, Variant>();
  let code = 0;
  /** Of an operation without conditions. */
  let only: Variant | undefined;

  return {
    variant({ variables }) {
      if (only) return only;
      const values = new Map<string, boolean>();
      let key = '';
      for (const name of conditions.names) {
        const value = conditions.valueOf(name, variables);
        if (typeof value !== 'boolean')
          throw codedError(
            'BAD_USER_INPUT',
            `The variable "$${name}" decides what is included, and has no value.`,
          );
        values.set(name, value);
        key += value ? '1' : '0';
      }
      let known = variants.get(key);
      if (!known) {
        const collect = (): Selections =>
          createSelections(schema, document, values, supergraph.veiledInterfaces);
        const selections = collect();
        const few = variants.size < MOST_VARIANTS;
        const serializer = few
          ? compileSerializer(schema, selections, rootType, root, MOST_CODE - code)
          : undefined;
        code += serializer?.characters ?? 0;
        known = {
          selections: serializer ? kept(selections) : collect,
          serialize: serializer?.serialize,
          introspected: selections.of(rootType, root).fields.filter(isIntrospection),
        };
        if (few) variants.set(key, known);
        if (conditions.names.length === 0) only = known;
      }
      return known;
    },
    begin: (request) => beginRun(request, context.repeated.size > 0),
    fetch: node && compilePlan(node, conditions, context),
    take: subscription && compileTake(subscription.primary, context),
    answer({ data, errors, strings, request: { variables } }, { selections, serialize, introspected }) {
      const asked = (field: SelectedField): unknown =>
        introspect(schema, document, definition, field, variables);
      if (errors.length === 0 && serialize) {
        const text = serialize(
          data,
          introspected.length === 0 ? nothingWritten : textsOf(introspected, asked),
          strings.plain,
        );
        if (text !== undefined) return { text: `{"data":${text}}` };
      }
      const { supergraphSchema: whole } = supergraph;
      const options = { schema, whole, selections: selections(), introspect: asked };
      const visible = withPublicPaths(withoutHiddenObjects(errors, data, schema, whole));
      const completed = complete(options, rootType, root, data, visible);
      return {
        data: completed.data,
        ...(completed.errors.length > 0 && { errors: completed.errors }),
      };
    },
  };
}
