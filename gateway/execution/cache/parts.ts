import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import type { Viewer } from '../../../platform/viewer.ts';
import { isObject, type JsonObject } from '../compiled/json.ts';
import type { CachedCall, KnownFetch } from './cached-fetch.ts';
import type { CachePolicy } from './policy.ts';
import { digest, type Found, type LookedUp } from './store.ts';

/** One entity of a call, or all of a call for root fields. */
export interface Part {
  readonly index: number;
  readonly text: string | undefined;
  /** Of the entity; undefined for root fields. */
  readonly typename: string | undefined;
  /** undefined if it is not to be kept. */
  readonly policy: CachePolicy | undefined;
  readonly key: string;
  readonly tags: readonly string[];
  versions: LookedUp['versions'];
  found: Found | undefined;
  /** undefined until it is known. */
  data: unknown;
}

export type Keepable = Part & { readonly policy: CachePolicy };
export type Kept = Keepable & { readonly found: Found };

export const isKeepable = (part: Part): part is Keepable => part.policy !== undefined;
export const isKept = (part: Part): part is Kept => isKeepable(part) && part.found !== undefined;

/** Characters of variables beyond which their digest stands for them in keys. */
const LONG = 1_000;

/** The parts of a call, each with the key that it is kept under; none of them is looked up. */
export function partsOf(
  { policy, prefix }: KnownFetch,
  { request, variables, entities }: CachedCall,
): Part[] {
  // what is long is gone through once, and not for each entity; a digest is no JSON, and is taken for no variables
  const given = variables.length > LONG ? digest(variables) : variables;
  const head = `${prefix}\n${given}\n`;
  if (!entities) {
    const own = policy.policyOf(undefined);
    return [
      partOf(0, undefined, undefined, own, own && policy.rootTags(request.variables), head, request.viewer),
    ];
  }
  return entities.map((text, index) => {
    const typename = typenameOf(text);
    const own = policy.policyOf(typename);
    return partOf(index, text, typename, own, own && policy.entityTags(typename, text), head, request.viewer);
  });
}

function partOf(
  index: number,
  text: string | undefined,
  typename: string | undefined,
  policy: CachePolicy | undefined,
  tags: readonly string[] | undefined,
  head: string,
  viewer: Viewer,
): Part {
  const isKeepable = policy !== undefined && tags !== undefined;
  // all of it is JSON, which has no line breaks of its own: nothing can be taken for something else
  const whose = policy?.isPrivate === true ? JSON.stringify(viewer) : '';
  return {
    index,
    text,
    typename,
    policy: isKeepable ? policy : undefined,
    key: isKeepable
      ? digest(`${head}${text ?? ''}\n${whose}\n${tags.length === 0 ? '' : JSON.stringify(tags)}`)
      : '',
    tags: tags ?? [],
    versions: [],
    found: undefined,
    data: undefined,
  };
}

/** Of an entity as JSON. */
function typenameOf(text: string): string {
  const [, first] = /^\{"__typename":"(\w+)"/.exec(text) ?? [];
  return first ?? String((JSON.parse(text) as JsonObject)['__typename']);
}

/** What is sent for these parts alone: JSON of the entities; undefined for root fields. */
export const textOf = (parts: readonly Part[]): string | undefined =>
  parts[0]?.text === undefined ? undefined : parts.map(({ text }) => text).join(',');

/** What came for each part; undefined if it is not as it should be. */
export function valuesOf(
  { data }: FormattedExecutionResult,
  asked: readonly Part[],
  isOfEntities: boolean,
): unknown[] | undefined {
  if (!isObject(data)) return undefined;
  if (!isOfEntities) return [data];
  const entities: unknown = data['_entities'];
  return Array.isArray(entities) && entities.length === asked.length ? (entities as unknown[]) : undefined;
}

/** The answer, from its parts. */
export function resultOf(
  { entities }: CachedCall,
  parts: readonly Part[],
  errors: readonly GraphQLFormattedError[] = [],
): FormattedExecutionResult {
  const data =
    entities === undefined
      ? ((parts[0]?.data ?? null) as JsonObject | null)
      : { _entities: parts.map((part) => part.data ?? null) };
  return errors.length === 0 ? { data } : { data, errors };
}
