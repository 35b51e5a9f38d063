import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import { printSchema, type GraphQLSchema } from 'graphql';
import { sendJson, type Route } from '../../platform/serve.ts';
import type { KeySet } from '../admission/key-set.ts';
import { explorerPage } from './explorer-page.ts';

export interface PagesOptions {
  readonly path: string;
  readonly schema: () => GraphQLSchema;
  /** The issuer's keys, passed on for those who verify our tokens; undefined without identity. */
  readonly keySet: KeySet | undefined;
  /** Whether the schema may be read: otherwise the explorers and the schema are not served. */
  readonly introspection: boolean;
}

const require = createRequire(import.meta.url);
const SCRIPT = 'text/javascript; charset=utf-8';
/** The explorer's parts, from our own node_modules: nothing is fetched from elsewhere. */
const assets: Record<string, { readonly module: string; readonly type: string }> = {
  'react.js': { module: 'react/umd/react.production.min.js', type: SCRIPT },
  'react-dom.js': { module: 'react-dom/umd/react-dom.production.min.js', type: SCRIPT },
  'graphiql.js': { module: 'graphiql/graphiql.min.js', type: SCRIPT },
  'graphiql.css': { module: 'graphiql/graphiql.min.css', type: 'text/css; charset=utf-8' },
  'graphql-ws.js': { module: 'graphql-ws/umd/graphql-ws.min.js', type: SCRIPT },
};

const HTML = 'text/html; charset=utf-8';
const sendText = (response: ServerResponse, type: string, body: string | Buffer): void =>
  void response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);

/** What people and programs can read besides GraphQL: explorers, the published schema, the keys of our tokens. */
export function createPages({ path, schema, keySet, introspection }: PagesOptions): Route[] {
  const files = new Map<string, Promise<Buffer>>();
  const asset = (module: string): Promise<Buffer> => {
    const known = files.get(module) ?? readFile(locate(module));
    files.set(module, known);
    return known;
  };
  const explorers: Route[] = [
    {
      method: 'GET',
      path: '/',
      async handler(request, response) {
        response.setHeader('vary', 'Accept');
        if (!request.headers.accept?.includes('text/html'))
          return sendJson(response, 200, { graphql: path, explorer: '/explorer' });
        sendText(response, HTML, await sandboxPage(path));
      },
    },
    { method: 'GET', path: '/explorer', handler: (_request, response) => sendExplorer(response, path) },
    {
      method: 'GET',
      path: '/explorer/:file',
      async handler(_request, response, { file = '' }) {
        const found = Object.hasOwn(assets, file) ? assets[file] : undefined;
        if (!found) return sendJson(response, 404, { error: 'not found' });
        response.setHeader('cache-control', 'public, max-age=3600');
        sendText(response, found.type, await asset(found.module));
      },
    },
    schemaPage('/schema.graphql', schema),
  ];
  const keys: Route = {
    method: 'GET',
    path: '/.well-known/jwks.json',
    async handler(_request, response) {
      if (!keySet) return sendJson(response, 404, { error: 'not found' });
      try {
        const current = await keySet.current();
        response.setHeader('cache-control', 'public, max-age=300');
        sendJson(response, 200, current);
      } catch {
        // the issuer has never answered; why is in its own log, and callers try again
        sendJson(response, 503, { error: 'the keys cannot be had at the moment' });
      }
    },
  };
  return introspection ? [...explorers, keys] : [keys];
}

/** A schema to read, as SDL. */
export const schemaPage = (path: string, schema: () => GraphQLSchema): Route => ({
  method: 'GET',
  path,
  handler: (_request, response) =>
    sendText(response, 'text/plain; charset=utf-8', `${printSchema(schema())}\n`),
});

/** Finds a file in a package that may not export it. */
function locate(module: string): string {
  const [name = '', ...rest] = module.split('/');
  return `${require.resolve(`${name}/package.json`).slice(0, -'package.json'.length)}${rest.join('/')}`;
}

/** Everything inline is ours; scripts and connections go to our own origin only. */
const EXPLORER_POLICY =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws: wss:";

function sendExplorer(response: ServerResponse, path: string): void {
  response.setHeader('content-security-policy', EXPLORER_POLICY);
  sendText(response, HTML, explorerPage(path));
}

/** Apollo Sandbox, which comes from Apollo's servers; offline it shows a way to our own explorer. */
async function sandboxPage(path: string): Promise<string> {
  const plugin = ApolloServerPluginLandingPageLocalDefault({
    embed: { runTelemetry: false },
    includeCookies: false,
  });
  const listener = await plugin.serverWillStart?.({} as never);
  const page = await listener?.renderLandingPage?.();
  const html = typeof page?.html === 'function' ? await page.html() : (page?.html ?? '');
  return html
    .replace(
      'var initialEndpoint = window.location.href;',
      `var initialEndpoint = new URL(${JSON.stringify(path)}, window.location.href).href;`,
    )
    .replaceAll('Welcome to Apollo Server', 'Marquee')
    .replace(
      /(it appears that you might be offline\.)/,
      '$1 <a href="/explorer">The explorer at /explorer</a> works without a network.',
    );
}
