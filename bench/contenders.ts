import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { benchFolder, productFolder } from './folders.ts';

/** What a contender is started with. */
export interface Setting {
  readonly root: string;
  readonly port: number;
  /** Path of the supergraph's SDL. */
  readonly supergraph: string;
  /** Where the subgraphs are. */
  readonly subgraphs: string;
  /** Whether equal calls to subgraphs of several clients are sent once. */
  readonly merging: boolean;
}

export interface Contender {
  readonly key: string;
  readonly name: string;
  /** Path of its GraphQL endpoint. */
  readonly path: string;
  /** Whether it can merge equal calls of several clients. */
  readonly merges: (root: string) => boolean;
  readonly args: (setting: Setting) => readonly string[];
  readonly env: (setting: Setting) => Readonly<Record<string, string>>;
}

const never = (): boolean => false;
const nothing = (): Readonly<Record<string, string>> => ({});
const ofBench = (root: string, file: string): string => path.join(benchFolder(root), 'gateways', file);

const hive = (key: string, name: string, flags: readonly string[]): Contender => ({
  key,
  name,
  path: '/graphql',
  merges: () => true,
  args: ({ root, port, supergraph }) => [
    path.join(root, 'bench/node_modules/@graphql-hive/gateway/dist/bin.js'),
    'supergraph',
    supergraph,
    ...['--config-path', ofBench(root, 'hive.config.js')],
    ...['--host', '127.0.0.1', '--port', String(port), '--fork', '1'],
    ...flags,
  ],
  env: ({ merging }) => ({ MERGING: String(merging), LOG_LEVEL: 'warn' }),
});

/** Names in gateway/env.ts, so that measurements take what this version of the gateway offers. */
export function gatewayHasVariable(root: string, name: string): boolean {
  const file = path.join(root, 'gateway/env.ts');
  return existsSync(file) && new RegExp(`^\\s*${name}:`, 'm').test(readFileSync(file, 'utf8'));
}

const MERGING_VARIABLE = 'MERGE_ACROSS_CLIENTS';

/** Nobody is to be refused for asking often; nothing is logged per request, as with the peers. */
export const plainEnv: Readonly<Record<string, string>> = {
  LOG_LEVEL: 'warn',
  RATE_LIMIT_PER_ADDRESS: '1000000000',
  RATE_LIMIT_PER_VIEWER: '1000000000',
};

/** How `npm run gateway` starts ours: `NAME=value exec node --flag script`. The image has the same. */
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { gateway: string } };
const words = scripts.gateway.split(' ');

/** Flags of node for our gateway, those that it is started with elsewhere; said in the results. */
export const oursNodeFlags: readonly string[] =
  process.env['OURS_NODE_FLAGS']?.split(' ').filter(Boolean) ?? words.filter((word) => word.startsWith('--'));

const oursEnv: Readonly<Record<string, string>> = {
  ...plainEnv,
  ...Object.fromEntries(
    words
      .slice(0, words.indexOf('exec'))
      .map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  ),
};

/** @param folder with a built gateway */
export const oursArgs = (
  { root, port, supergraph }: Setting,
  folder: string = productFolder(root),
): string[] => [
  ...oursNodeFlags,
  path.join(folder, 'gateway/main.js'),
  ...['--supergraph', supergraph, '--port', String(port)],
];

export const contenders: readonly Contender[] = [
  {
    key: 'stock',
    name: '@apollo/gateway in @apollo/server',
    path: '/',
    merges: never,
    args: ({ root, port, supergraph }) => [ofBench(root, 'stock.js'), String(port), supergraph],
    env: nothing,
  },
  hive('hive', '@graphql-hive/gateway', []),
  hive('hive-rust', '@graphql-hive/gateway, Rust planner', ['--hive-router-runtime']),
  {
    key: 'mercurius',
    name: '@mercuriusjs/gateway (Federation 1)',
    path: '/graphql',
    merges: never,
    args: ({ root, port, subgraphs }) => [ofBench(root, 'mercurius.js'), String(port), subgraphs],
    env: nothing,
  },
  {
    key: 'limit',
    name: 'written by hand for these queries',
    path: '/',
    merges: never,
    args: ({ root, port, subgraphs }) => [ofBench(root, 'limit.js'), String(port), subgraphs],
    env: nothing,
  },
  {
    key: 'ours',
    name: 'Marquee',
    path: '/graphql',
    merges: (root) => gatewayHasVariable(root, MERGING_VARIABLE),
    args: oursArgs,
    env: ({ merging }) => ({ ...oursEnv, ...(merging && { [MERGING_VARIABLE]: 'true' }) }),
  },
];
