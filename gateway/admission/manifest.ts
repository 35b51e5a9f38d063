import { createHash } from 'node:crypto';
import { stripIgnoredCharacters } from 'graphql';
import * as z from 'zod';

/** Documents that a build of the clients is known to send. */
export interface Manifest {
  /** The text of the document with this id. */
  byId(id: string): string | undefined;
  /** Whether a text is one of them, white space, commas and comments aside. */
  lists(text: string): boolean;
  readonly size: number;
}

/** What `@apollo/generate-persisted-query-manifest` writes. */
const apolloManifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string().min(1), body: z.string().min(1) })),
});
/** What the compiler of Relay writes (`persistConfig.file`): ids, mostly hashes, and texts. */
const relayManifest = z.record(z.string().min(1), z.string().min(1));

/** Longer texts than this are listed only as they are: reading them without their white space takes too long. */
const LONGEST_TO_STRIP = 64 * 1024;

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Reads a manifest in Apollo's format or Relay's.
 * @param json the file's text
 * @throws an Error that says what is wrong with it
 */
export function parseManifest(json: string): Manifest {
  const value: unknown = JSON.parse(json);
  const isApollo = typeof value === 'object' && value !== null && 'format' in value;
  const entries = isApollo
    ? apolloManifest.parse(value).operations.map(({ id, body }) => [id, body] as const)
    : Object.entries(relayManifest.parse(value));

  const texts = new Map<string, string>();
  const listed = new Set<string>();
  for (const [id, text] of entries) {
    if (texts.has(id) && texts.get(id) !== text) throw new Error(`The id "${id}" stands for two documents.`);
    texts.set(id, text);
    listed.add(sha256(text));
    listed.add(sha256(stripped(text)));
  }
  return {
    byId: (id) => texts.get(id),
    lists: (text) =>
      listed.has(sha256(text)) || (text.length <= LONGEST_TO_STRIP && listed.has(sha256(stripped(text)))),
    size: texts.size,
  };
}

function stripped(text: string): string {
  try {
    return stripIgnoredCharacters(text);
  } catch {
    // it is no GraphQL: as it is, it is on no list, and the parser will say what is wrong where it may be sent
    return text;
  }
}
