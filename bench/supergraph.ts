import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { schemas, subgraphNames } from './subgraphs/schemas.ts';

/**
 * The supergraph of the benchmark's subgraphs.
 * @param origin where they are served, each under its own path
 * @throws if they do not compose
 */
export function composeSupergraph(origin: string): string {
  const { supergraphSdl, errors } = composeServices(
    subgraphNames.map((name) => ({ name, url: `${origin}/${name}`, typeDefs: parse(schemas[name]) })),
  );
  if (!supergraphSdl) throw new Error(`The subgraphs do not compose: ${errors?.map(String).join('\n')}`);
  return supergraphSdl;
}
