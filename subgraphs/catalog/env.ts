import * as z from 'zod';
import { readEnv, subgraphVariables } from '../../platform/env.ts';

const variables = z.object({ ...subgraphVariables });
export type CatalogEnv = z.infer<typeof variables>;

/** Reads the catalog service's environment. @throws {EnvError} naming every variable at fault */
export const readCatalogEnv = (source?: Record<string, string | undefined>): CatalogEnv =>
  readEnv(variables, source);
