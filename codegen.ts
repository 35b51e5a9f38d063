import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { CodegenConfig } from '@graphql-codegen/cli';

/** Options of every generated file: no TypeScript enums, imports with their `.ts` suffix, strictest checks. */
const shared = {
  enumType: 'string-literal',
  enumsAsTypes: true,
  useTypeImports: true,
  emitLegacyCommonJSImports: false,
  importExtension: '.ts',
  defaultScalarType: 'unknown',
  skipTypename: true,
};

/** Names of the folders in a folder, sorted; none where it does not exist. */
export const folders = (parent: string): string[] =>
  existsSync(parent)
    ? readdirSync(parent, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort()
    : [];

/**
 * The types behind GraphQL types: `export type UserMapper = …` (or an interface) in a subgraph's `mappers.ts` says
 * what its resolvers of `User` get as parent.
 */
function mappers(subgraph: string): Record<string, string> {
  const file = `subgraphs/${subgraph}/mappers.ts`;
  if (!existsSync(file)) return {};
  const exported = readFileSync(file, 'utf8').matchAll(/^export (?:type|interface) (\w+)Mapper\b/gm);
  return Object.fromEntries([...exported].map(([, type]) => [type, `../mappers.ts#${type}Mapper`]));
}

/** `subgraphs/<name>/generated/resolvers.ts`: the signature of each resolver of the subgraph's schema. */
const resolverTypes = (subgraph: string): CodegenConfig['generates'] => ({
  [`subgraphs/${subgraph}/generated/resolvers.ts`]: {
    schema: `subgraphs/${subgraph}/schema.graphql`,
    plugins: ['typescript', 'typescript-resolvers'],
    config: {
      ...shared,
      federation: true,
      // what graphql-scalars parses to, and what it takes to serialize
      scalars: { DateTime: { input: 'Date', output: 'Date | string' }, BigInt: 'number', ID: 'string' },
      mappers: mappers(subgraph),
      ...(existsSync(`subgraphs/${subgraph}/context.ts`) && { contextType: '../context.ts#Context' }),
    },
  },
});

/** `clients/<name>/generated/operations.ts`: variables, results and documents of a client's operations. */
const operationTypes = (client: string, apiSchema: string): CodegenConfig['generates'] => ({
  [`clients/${client}/generated/operations.ts`]: {
    // not at the top of the config: there it would be merged into every subgraph's own schema
    schema: apiSchema,
    documents: `clients/${client}/operations.graphql`,
    plugins: ['typescript-operations', 'typed-document-node'],
    config: { ...shared, scalars: { DateTime: 'string', BigInt: 'number', ID: 'string' } },
  },
});

/**
 * What `npm run codegen` generates with graphql-codegen.
 * @param apiSchema SDL of what clients may ask the gateway; without it no operations are generated
 * @param wanted whether to generate for the subgraph or client of this name
 */
export function codegenConfig(
  apiSchema: string | undefined,
  wanted: (name: string) => boolean,
): CodegenConfig {
  const named = (parent: string, source: string): string[] =>
    folders(parent).filter((name) => wanted(name) && existsSync(`${parent}/${name}/${source}`));
  const subgraphs = named('subgraphs', 'schema.graphql');
  const clients = apiSchema ? named('clients', 'operations.graphql') : [];
  return {
    silent: true,
    errorsOnly: true,
    noSilentErrors: true,
    generates: Object.assign(
      {},
      ...subgraphs.map(resolverTypes),
      ...clients.map((client) => operationTypes(client, apiSchema ?? '')),
    ),
  };
}
