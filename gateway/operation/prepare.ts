import { createHash } from 'node:crypto';
import {
  getVariableValues,
  GraphQLError,
  Kind,
  parse,
  validate,
  type DocumentNode,
  type OperationDefinitionNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Supergraph } from '../supergraph/apollo-gateway.ts';
import { compileAccess } from './access.ts';
import { fragmentsOf, spreadFragments } from './fragments.ts';
import type { OperationLimits } from './limits.ts';
import type { RequestRefused, PreparedOperation, TextRequest } from './operation.ts';
import { overrideLabelsOf } from './override-labels.ts';
import { planOperation } from './plan.ts';
import { refused } from './refused.ts';
import { validationSteps } from './rules.ts';

export interface OperationsOptions {
  readonly limits: OperationLimits;
  /** Whether clients may ask for the schema; where they may not, messages suggest no names either. */
  readonly introspection: boolean;
  /** Prepared operations kept, the least recently used dropped first. */
  readonly cacheSize: number;
}

export interface Operations {
  /**
   * The operation, from the cache or made anew: parse, select, validate, plan.
   * @throws {RequestRefused}
   */
  prepare(supergraph: Supergraph, request: TextRequest): PreparedOperation;
  /**
   * Checks variables against the operation's definitions.
   * @returns the coerced values, defaults included
   * @throws {RequestRefused} with `BAD_USER_INPUT`, an error for each variable at fault
   */
  coerce(operation: PreparedOperation, variables?: Record<string, unknown>): Record<string, unknown>;
  /** How many are in the cache. */
  readonly size: number;
}

export function createOperations(options: OperationsOptions): Operations {
  const { limits, introspection, cacheSize } = options;
  const steps = validationSteps(options);
  const cache = new LRUCache<string, PreparedOperation>({ max: cacheSize });

  const make = (supergraph: Supergraph, request: TextRequest): PreparedOperation => {
    const document = parseText(request.query, limits.tokens);
    const definition = selectOperation(document, request.operationName);
    for (const rules of steps) {
      const errors = validate(supergraph.apiSchema, document, rules, { maxErrors: 20 });
      if (errors.length > 0) throw refused('GRAPHQL_VALIDATION_FAILED', errors, introspection);
    }
    const { apiSchema, annotations } = supergraph;
    const definitions = [definition, ...spreadFragments(definition, fragmentsOf(document))];
    return {
      ...planOperation(supergraph, document, definition),
      access: compileAccess(apiSchema, annotations, definitions),
      overrideLabels: overrideLabelsOf(apiSchema, annotations, definitions),
    };
  };

  return {
    prepare(supergraph, request) {
      const hash = createHash('sha256').update(request.query).digest('base64');
      const key = `${supergraph.id} ${hash} ${request.operationName ?? ''}`;
      const known = cache.get(key);
      if (known) return known;
      const operation = make(supergraph, request);
      cache.set(key, operation);
      return operation;
    },
    coerce(operation, variables = {}) {
      const definitions = operation.definition.variableDefinitions ?? [];
      const { coerced, errors } = getVariableValues(operation.supergraph.apiSchema, definitions, variables, {
        maxErrors: 10,
      });
      if (errors) throw refused('BAD_USER_INPUT', errors, introspection);
      return coerced;
    },
    get size() {
      return cache.size;
    },
  };
}

function parseText(text: string, maxTokens: number): DocumentNode {
  try {
    return parse(text, { maxTokens });
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
