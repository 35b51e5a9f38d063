import { parse } from 'qs';
import * as z from 'zod';
import { invalidRequest, type StripeFailure } from './failure.ts';

/** Values arrive as text: these say what the text may be, and turn it into what it means. */
export const text = z.string().min(1, 'empty').max(5_000);
export const integer = z
  .string()
  .regex(/^-?\d{1,15}$/, 'integer')
  .transform(Number);
export const count = integer.refine((value) => value >= 0, 'a number of 0 or more');
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
export const metadata = z.union([z.literal(''), z.record(z.string().min(1).max(40), z.string().max(500))]);
/** `''` unsets a value that can be unset. */
export const emptyable = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([z.literal('').transform(() => null), schema]);
export const webAddress = z.string().refine(isWebAddress, 'url');
export const expand = z.array(z.string()).max(20).optional();

const bound = integer.optional();
/** A moment, or bounds on one. */
export const range = z.union([integer, z.strictObject({ gt: bound, gte: bound, lt: bound, lte: bound })]);
export const paging = {
  limit: integer.refine((value) => value >= 1 && value <= 100, 'a number from 1 to 100').optional(),
  starting_after: text.optional(),
  ending_before: text.optional(),
  expand,
};

/** Only pages of the web: a `javascript:` address would run on ours. The template's braces are the API's own. */
function isWebAddress(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

/** Decodes a query or a form body with nested keys, as the SDK and `curl -d` write them. */
export const decodeForm = (encoded: string): unknown =>
  parse(encoded, { depth: 10, arrayLimit: 100, parameterLimit: 2_000, ignoreQueryPrefix: true });

/**
 * Reads decoded values against a schema.
 * @throws {StripeFailure} 400 that names the first parameter at fault
 */
export function readParameters<Schema extends z.ZodType>(schema: Schema, values: unknown): z.output<Schema> {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  throw failureOf(result.error.issues[0]!, values);
}

function failureOf(issue: z.core.$ZodIssue, values: unknown): StripeFailure {
  const param = nameOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const unknown = nameOf([...issue.path, issue.keys[0]!]);
    return invalidRequest(
      `Received unknown parameter: ${unknown}. (The local stand-in takes only parameters that it acts on.)`,
      unknown,
      'parameter_unknown',
    );
  }
  const value = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)?.[key], values);
  if (value === undefined)
    return invalidRequest(`Missing required param: ${param}.`, param, 'parameter_missing');
  if (issue.message === 'empty')
    return invalidRequest(`You passed an empty string for '${param}'.`, param, 'parameter_invalid_empty');
  if (issue.message === 'integer')
    return invalidRequest(`Invalid integer: ${JSON.stringify(value)}`, param, 'parameter_invalid_integer');
  if (issue.message === 'url') return invalidRequest('Not a valid URL', param, 'url_invalid');
  return invalidRequest(`Invalid ${param}: ${issue.message}`, param);
}

/** `items[0][price]` */
const nameOf = (path: readonly PropertyKey[]): string =>
  path.map((key, position) => (position === 0 ? String(key) : `[${String(key)}]`)).join('');

/** Metadata after a change: keys are merged, an empty value unsets its key, an empty whole unsets all. */
export function mergedMetadata(
  old: Record<string, string> | null,
  change: '' | Record<string, string> | undefined,
): Record<string, string> {
  if (change === undefined) return old ?? {};
  if (change === '') return {};
  return Object.fromEntries(Object.entries({ ...old, ...change }).filter(([, value]) => value !== ''));
}
