/**
 * `npm run codegen`: makes all generated TypeScript from its sources, the same bytes each time, without a network:
 * Prisma's clients from `subgraphs/<name>/prisma/schema.prisma`, resolver types from each `schema.graphql`, typed
 * operations from `clients/<name>/operations.graphql` and `supergraph.graphql`.
 * `npm run codegen -- <name> …` makes only those of the subgraphs and clients named.
 */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { generate } from '@graphql-codegen/cli';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { printSchema } from 'graphql';
import { codegenConfig, folders } from '../codegen.ts';

const run = promisify(execFile);
const prisma = path.join(
  path.dirname(createRequire(import.meta.url).resolve('prisma/package.json')),
  'build/index.js',
);

/** Makes `subgraphs/<name>/generated/prisma`. Prisma takes away the files of models that are gone. */
async function generatePrismaClient(subgraph: string): Promise<void> {
  await run(
    process.execPath,
    [prisma, 'generate', '--schema', `subgraphs/${subgraph}/prisma/schema.prisma`],
    {
      env: {
        ...process.env,
        // generating needs no schema engine, but the CLI would download one unless it is told where one is
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      },
    },
  );
}

/** What clients may ask the gateway, as SDL; undefined before the first `npm run compose`. */
function apiSchema(): string | undefined {
  if (!existsSync('supergraph.graphql')) return undefined;
  const supergraph = Supergraph.build(readFileSync('supergraph.graphql', 'utf8'), {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  });
  return printSchema(supergraph.apiSchema().toGraphQLJSSchema());
}

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const names = process.argv.slice(2);
const wanted = (name: string): boolean => names.length === 0 || names.includes(name);

for (const subgraph of folders('subgraphs').filter(wanted)) {
  if (!existsSync(`subgraphs/${subgraph}/prisma/schema.prisma`)) continue;
  await generatePrismaClient(subgraph);
  console.log(`subgraphs/${subgraph}/generated/prisma`);
}
for (const { filename } of await generate(codegenConfig(apiSchema(), wanted), true))
  console.log(path.relative('.', filename));
