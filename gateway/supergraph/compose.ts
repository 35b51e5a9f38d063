import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { parse as parseYaml } from 'yaml';
import * as z from 'zod';
import { carryCacheControl } from './carry-cache-control.ts';
import { SupergraphError } from './supergraph-error.ts';

export interface Composition {
  /** Supergraph SDL. The same subgraphs give the same text, byte for byte. */
  readonly sdl: string;
  /** What the composer found worth a look, one line each. */
  readonly hints: readonly string[];
  /** Every file that it was made from; a change in one means composing again. */
  readonly files: readonly string[];
}

/** https://www.apollographql.com/docs/rover/commands/supergraphs#yaml-configuration-file, as far as files go. */
const configSchema = z.object({
  federation_version: z.union([z.string(), z.number()]).optional(),
  subgraphs: z.record(
    z.string(),
    z.object({
      routing_url: z.url({ protocol: /^https?$/ }),
      schema: z.object({ file: z.string() }, { error: 'only `schema.file` is supported' }),
    }),
  ),
});

/**
 * Puts variables into a text as rover does: `${env.NAME}` and `${env.NAME:-default}`.
 * @throws {SupergraphError} for a variable that has neither value nor default
 */
export const expandVariables = (text: string, variables: Record<string, string | undefined>): string =>
  text.replace(/\$\{env\.([A-Za-z_]\w*)(?::-([^}]*))?\}/g, (_whole, name: string, byDefault?: string) => {
    const value = variables[name] ?? byDefault;
    if (value === undefined) throw new SupergraphError(`The variable ${name} is not set.`);
    return value;
  });

/**
 * Composes the subgraphs that a `supergraph.yaml` names.
 * @param file path of the YAML file; schema files are relative to it
 * @param variables what `${env.NAME}` may name
 * @param files holds the path; told of each further file before it is read
 * @throws {SupergraphError} naming every composition error
 */
export async function composeSupergraph(
  file: string,
  variables: Record<string, string | undefined> = {},
  files: string[] = [file],
): Promise<Composition> {
  const parsed = configSchema.safeParse(parseYaml(expandVariables(await readText(file), variables)));
  if (!parsed.success)
    throw new SupergraphError(
      [
        `${file} is not a supergraph configuration:`,
        ...parsed.error.issues.map((i) => `  ${i.path.join('.')}: ${i.message}`),
      ].join('\n'),
    );
  const services = await Promise.all(
    Object.entries(parsed.data.subgraphs).map(async ([name, subgraph]) => {
      const schemaFile = path.resolve(path.dirname(file), subgraph.schema.file);
      files.push(schemaFile);
      const text = await readText(schemaFile);
      try {
        return { name, url: subgraph.routing_url, typeDefs: parse(text) };
      } catch (error) {
        throw new SupergraphError(`${schemaFile}: ${(error as Error).message}`);
      }
    }),
  );
  const result = composeServices(services);
  if (result.errors)
    throw new SupergraphError(
      ['The subgraphs do not compose:', ...result.errors.map((error) => `  ${error.message}`)].join('\n'),
    );
  const { sdl, hints } = carryCacheControl(result.supergraphSdl, services);
  return {
    sdl: `${sdl}\n`,
    hints: [
      ...result.hints.map((hint) => `[${hint.definition.code}] ${hint.message.split('\n')[0] ?? ''}`),
      ...hints,
    ],
    files,
  };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new SupergraphError(`${file} cannot be read: ${(error as Error).message}`);
  }
}
