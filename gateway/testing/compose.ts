import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

/** Every directive of Federation 2.12, under its own name. */
export const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@interfaceObject", "@tag", "@authenticated", "@requiresScopes", "@policy", "@cost", "@listSize", "@context", "@fromContext", "@cacheTag", "@composeDirective"])\n`;

/**
 * Composes subgraphs, by name, which may use every directive of Federation 2.12.
 * @param urls routing URLs, by name
 * @returns supergraph SDL
 * @throws naming all composition errors
 */
export function composed(subgraphs: Record<string, string>, urls: Record<string, string> = {}): string {
  const result = composeServices(
    Object.entries(subgraphs).map(([name, types]) => ({
      name,
      url: urls[name] ?? `http://${name}.test/graphql`,
      typeDefs: parse(link + types),
    })),
  );
  if (result.errors) throw new Error(result.errors.map((error) => error.message).join('\n'));
  return result.supergraphSdl;
}
