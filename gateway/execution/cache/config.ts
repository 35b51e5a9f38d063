import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import * as z from 'zod';

const seconds = z.number().min(0);
const scope = z.enum(['PUBLIC', 'PRIVATE']);

const defaults = {
  /** Of root fields and objects that nothing is said of; 0, which keeps nothing, if not given. */
  maxAge: seconds.optional(),
  /** Of all that has no scope of its own; PUBLIC if not given. */
  scope: scope.optional(),
  staleWhileRevalidate: seconds.optional(),
  staleIfError: seconds.optional(),
};

const shape = z.strictObject({
  ...defaults,
  subgraphs: z
    .record(z.string(), z.strictObject({ ...defaults, enabled: z.boolean().optional() }))
    .default({}),
  coordinates: z
    .record(
      z.string().regex(/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$/, { error: 'coordinates are Type or Type.field' }),
      z.strictObject({
        maxAge: seconds.optional(),
        scope: scope.optional(),
        inheritMaxAge: z.boolean().optional(),
        tags: z.array(z.string().min(1)).optional(),
      }),
    )
    .default({}),
});

/**
 * What is kept, and how long, besides what the supergraph says: its `@cacheControl` is overruled by what `coordinates`
 * say of the same type or field, and `subgraphs` overrule what holds for all.
 */
export type CacheConfig = z.infer<typeof shape>;

/**
 * Reads a configuration of the cache, in YAML.
 * @param file undefined for one that says nothing
 * @throws with a sentence that names the file and all that is wrong in it
 */
export async function readCacheConfig(file: string | undefined): Promise<CacheConfig> {
  if (file === undefined) return shape.parse({});
  const read = shape.safeParse(parse(await readFile(file, 'utf8')) ?? {});
  if (read.success) return read.data;
  throw new Error(`The cache's configuration ${file} is not valid:\n${z.prettifyError(read.error)}`);
}
