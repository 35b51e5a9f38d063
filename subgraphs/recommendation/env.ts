import * as z from 'zod';
import { readEnv, subgraphVariables } from '../../platform/env.ts';

const variables = z.object(subgraphVariables);
export type RecommendationEnv = z.infer<typeof variables>;

/** @throws {EnvError} naming every variable at fault */
export const readRecommendationEnv = (source?: Record<string, string | undefined>): RecommendationEnv =>
  readEnv(variables, source);
