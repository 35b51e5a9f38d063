import { setImmediate } from 'node:timers/promises';
import {
  GraphQLError,
  Kind,
  parse,
  validate,
  type DocumentNode,
  type OperationDefinitionNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Trace } from '../../platform/trace.ts';
import type { Supergraph } from '../supergraph/build.ts';
import { compileAccess } from './access.ts';
import { coercedVariables } from './coerced-variables.ts';
import { fragmentsOf, spreadFragments } from './fragments.ts';
import type { OperationLimits } from './limits.ts';
import { RequestRefused, type PreparedOperation, type TextRequest } from './operation.ts';
import { overrideLabelsOf } from './override-labels.ts';
import { planOperation } from './planning/plan.ts';
import { refused } from './refused.ts';
import { validationSteps } from './rules.ts';

export interface OperationsOptions {
  readonly limits: OperationLimits;
  /** Whether clients may ask for the schema; where they may not, messages suggest no names either. */
  readonly introspection: boolean;
  /** Prepared operations kept, the least recently used dropped first. */
  readonly cacheSize: number;
  /** Bytes that they may take, by estimate; 64 MiB if not given. */
  readonly cacheBytes?: number;
  /** Told of each operation that a client asked for, and how many seconds it took to make one that was not there. */
  readonly onLookup?: (found: boolean, seconds: number, trace: Trace | undefined) => void;
}

/** A prepared operation in the cache, or a form of one. */
interface Entry {
  readonly operation: PreparedOperation;
  readonly request: Pick<TextRequest, 'query' | 'operationName'>;
  readonly key: string;
  readonly isForm: boolean;
  uses: number;
}

export interface Operations {
  /**
   * The operation, from the cache or made anew: parse, select, validate, plan.
   * @param trace of the request, which `onLookup` is told
   * @throws {RequestRefused}
   */
  prepare(supergraph: Supergraph, request: TextRequest, trace?: Trace): PreparedOperation;
  /**
   * A form of a prepared operation, from the cache or made anew.
   * @param form tells the forms of an operation apart
   * @param trace of the request, which `onLookup` is told if it is made
   * @throws {RequestRefused} as `make` does
   */
  form(
    operation: PreparedOperation,
    form: string,
    trace: Trace | undefined,
    make: () => PreparedOperation,
  ): PreparedOperation;
  /**
   * Checks variables against the operation's definitions.
   * @returns the coerced values, defaults included
   * @throws {RequestRefused} with `BAD_USER_INPUT`, an error for each variable at fault
   */
  coerce(operation: PreparedOperation, variables?: Record<string, unknown>): Record<string, unknown>;
  /**
   * Prepares the most used operations for a supergraph that is to serve next, one at a time between other work. Those
   * that are not valid for it are left to be refused when they are asked.
   * @param top how many
   * @param ready told of each that was prepared
   */
  warm(next: Supergraph, top: number, ready?: (operation: PreparedOperation) => void): Promise<void>;
  /** Drops all that was prepared for other supergraphs than these, by id; what runs, runs on. */
  keepOnly(supergraphs: ReadonlySet<string>): void;
  /** How many are in the cache. */
  readonly size: number;
  /** How many bytes they take, by estimate. */
  readonly bytes: number;
}

/** Milliseconds that a refusal must have taken for it to be kept, so that the same text is not planned in vain again. */
const DEAR = 20;
/** A busy machine may have run out of time with an operation that it could plan at another. Milliseconds. */
const REFUSED_FOR = 60_000;

export function createOperations(options: OperationsOptions): Operations {
  const { limits, introspection, cacheSize, cacheBytes = 64 * 1024 * 1024, onLookup } = options;
  const steps = validationSteps(options);
  const cache = new LRUCache<string, Entry>({
    max: cacheSize,
    maxSize: cacheBytes,
    // one that is larger runs, and is not kept: it would take the place of most others
    maxEntrySize: Math.max(1, Math.floor(cacheBytes / 8)),
    sizeCalculation: ({ operation, request }) => bytesOf(operation, request.query),
  });

  const refusals = new LRUCache<string, RequestRefused>({
    ttl: REFUSED_FOR,
    maxSize: 2 * 1024 * 1024,
    sizeCalculation: (_, key) => 8_000 + key.length,
  });

  const make = (supergraph: Supergraph, request: TextRequest): PreparedOperation => {
    const document = parseText(request.query, limits);
    const definition = selectOperation(document, request.operationName);
    for (const rules of steps) {
      const errors = validate(supergraph.apiSchema, document, rules, { maxErrors: 20 });
      if (errors.length > 0) throw refused('GRAPHQL_VALIDATION_FAILED', errors, introspection);
    }
    const { apiSchema, annotations } = supergraph;
    const planned = planOperation(supergraph, document, definition);
    if (annotations.access.size === 0 && annotations.overrideLabels.size === 0) return planned;
    const definitions = [definition, ...spreadFragments(definition, fragmentsOf(document))];
    return {
      ...planned,
      access: compileAccess(apiSchema, annotations, definitions),
      overrideLabels: overrideLabelsOf(apiSchema, annotations, definitions),
    };
  };

  /** By the operations that were prepared; of those too that were dropped and still run. */
  const entries = new WeakMap<PreparedOperation, Entry>();

  const add = (
    entry: Omit<Entry, 'operation'>,
    told: OperationsOptions['onLookup'],
    trace: Trace | undefined,
    maker: () => PreparedOperation,
  ): PreparedOperation => {
    const { key } = entry;
    const refusal = refusals.get(key);
    if (refusal) throw refusal;
    const start = performance.now();
    let operation: PreparedOperation;
    try {
      operation = maker();
    } catch (error) {
      if (error instanceof RequestRefused && performance.now() - start > DEAR) refusals.set(key, error);
      throw error;
    }
    const whole = { ...entry, operation };
    entries.set(operation, whole);
    cache.set(key, whole);
    told?.(false, (performance.now() - start) / 1000, trace);
    return operation;
  };

  const prepare = (
    supergraph: Supergraph,
    { query, operationName }: TextRequest,
    uses: number,
    told?: OperationsOptions['onLookup'],
    trace?: Trace,
  ): PreparedOperation => {
    const name = operationName === undefined ? '' : JSON.stringify(operationName);
    // the text itself: looking it up is cheaper than making a hash of it, and the entry holds it in any case
    const key = `${supergraph.id} ${supergraph.variant ?? ''} ${name} ${query}`;
    const known = cache.get(key);
    if (known) {
      known.uses += uses;
      told?.(true, 0, trace);
      return known.operation;
    }
    const request = { query, operationName };
    return add({ key, request, isForm: false, uses }, told, trace, () => make(supergraph, request));
  };

  return {
    prepare: (supergraph, request, trace) => prepare(supergraph, request, 1, onLookup, trace),
    form(operation, form, trace, maker) {
      const whole = entries.get(operation);
      if (!whole) throw new Error('Forms are of operations that were prepared here.');
      const key = `${form} ${whole.key}`;
      const known = cache.get(key);
      if (known) return known.operation;
      return add({ ...whole, key, isForm: true }, onLookup, trace, maker);
    },
    async warm(next, top, ready) {
      const wholes = [...cache.values()].filter(
        ({ operation, isForm }) => !isForm && operation.supergraph.variant === next.variant,
      );
      for (const { request, uses } of wholes.sort((one, other) => other.uses - one.uses).slice(0, top)) {
        try {
          // half of what it was: what nobody asks for any more gives way in time
          const operation = prepare(next, request, Math.ceil(uses / 2));
          ready?.(operation);
        } catch {
          // whoever asks for it next is told why; one operation must not keep a supergraph from serving
        }
        await setImmediate();
      }
    },
    keepOnly(supergraphs) {
      for (const [key, { operation }] of cache.entries())
        if (!supergraphs.has(operation.supergraph.id)) cache.delete(key);
    },
    coerce(operation, variables = {}) {
      const definitions = operation.definition.variableDefinitions ?? [];
      if (definitions.length === 0) return {};
      const { coerced, errors } = coercedVariables(operation.supergraph.apiSchema, definitions, variables);
      if (errors.length > 0) throw refused('BAD_USER_INPUT', errors, introspection);
      return coerced;
    },
    get size() {
      return cache.size;
    },
    get bytes() {
      return cache.calculatedSize;
    },
  };
}

/** Memory that an operation takes: its text, what parsing makes of it, and its fetches. Measured, rounded up. */
const bytesOf = ({ document, plan, deferral }: PreparedOperation, query: string): number =>
  // of deferred forms there are none yet: most operations will have one
  (8_000 + query.length * 2 + bytesOfTokens(document) + bytesOfPlan(plan.node)) * (deferral ? 2 : 1);

/** A long token, such as a string or a comment, is no more than its text for most of its length. */
const LONGEST_TOKEN = 32;

/** A document's tokens are kept with it, comments among them; what is made of them grows with the length of names. */
function bytesOfTokens({ loc }: DocumentNode): number {
  let bytes = 0;
  for (let token = loc?.startToken; token; token = token.next ?? undefined)
    bytes += 150 * Math.min(token.end - token.start + 1, LONGEST_TOKEN);
  return bytes;
}

/** A plan's nodes lie in each other under many names: every object that is or holds a fetch is looked into. */
function bytesOfPlan(node: unknown): number {
  if (Array.isArray(node)) return node.reduce<number>((total, one) => total + bytesOfPlan(one), 0);
  if (typeof node !== 'object' || node === null || !('kind' in node)) return 0;
  if ('operation' in node) return 2_000 + String(node.operation).length * 10;
  return Object.values(node).reduce<number>((total, one) => total + bytesOfPlan(one), 0);
}

function parseText(text: string, { characters, tokens }: OperationLimits): DocumentNode {
  if (text.length > characters)
    throw refused('BAD_REQUEST', [
      new GraphQLError(
        `The text of the operation has ${text.length} characters; at most ${characters} are allowed. Send values as variables, and no more than the operation and its fragments.`,
      ),
    ]);
  try {
    return parse(text, { maxTokens: tokens });
  } catch (error) {
    throw refused('GRAPHQL_PARSE_FAILED', [error as GraphQLError]);
  }
}

/** https://spec.graphql.org/October2021/#GetOperation() */
function selectOperation(document: DocumentNode, name: string | undefined): OperationDefinitionNode {
  const operations = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  const refuse = (message: string): RequestRefused =>
    refused('OPERATION_RESOLUTION_FAILURE', [new GraphQLError(message)]);
  if (name === undefined) {
    const [only, second] = operations;
    if (!only) throw refuse('The document has no operation.');
    if (second) throw refuse('The document has several operations: name the one to run in "operationName".');
    return only;
  }
  const found = operations.find((operation) => operation.name?.value === name);
  if (!found) throw refuse(`The document has no operation named "${name}".`);
  return found;
}
