import { readFileSync } from 'node:fs';
import { ApolloServer, HeaderMap, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  createSourceEventStream,
  execute,
  parse,
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLError,
  type GraphQLFormattedError,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { isUnstorableText } from './database.ts';
import { maskedError } from './errors.ts';
import type { Logger } from './logger.ts';
import { createHttpService, readBody, sendJson, type HttpService, type Route } from './serve.ts';
import { currentTrace, inTrace, traceFrom, type Trace } from './trace.ts';
import { verifyViewer, VIEWER_HEADER, type Viewer } from './viewer.ts';

type Resolvers = NonNullable<
  Extract<Parameters<typeof buildSubgraphSchema>[0], { typeDefs: unknown }>['resolvers']
>;

export interface SubgraphServerOptions<Context extends object> {
  readonly host: string;
  readonly port: number;
  readonly logger: Logger;
  /** Path or URL of the subgraph's `schema.graphql`. */
  readonly schema: URL;
  readonly resolvers: object;
  /** Key with which the gateway signs the viewer. */
  readonly secret: string;
  /** Makes what resolvers get, once for each request: the viewer, fresh loaders, the domain's parts. */
  readonly context: (viewer: Viewer) => Context;
  /** Rejects while the service cannot do its work. */
  readonly ready: () => Promise<void>;
  /** Routes besides `/graphql`: webhooks, keys, manifests. */
  readonly routes?: readonly Route[];
}

const UNSTORABLE_TEXT = 'A text holds the character U+0000, which no text may hold: leave it out.';
/** Size that no request of the gateway reaches. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** How long a stop waits for the other ends of streams to say goodbye. */
const FAREWELL_MILLISECONDS = 1_000;

/**
 * Serves a subgraph at `/graphql`: queries and mutations over HTTP, subscriptions over graphql-ws on the same path.
 * A request that the gateway did not sign is refused, `_service` and `_entities` included. Over a WebSocket each
 * operation brings its own signed viewer in `extensions`, since one connection carries the streams of many viewers.
 */
export async function createSubgraphServer<Context extends object>(
  options: SubgraphServerOptions<Context>,
): Promise<HttpService> {
  const { logger, secret, context } = options;
  const schema = buildSubgraphSchema({
    typeDefs: parse(readFileSync(options.schema, 'utf8')),
    resolvers: options.resolvers as Resolvers,
  });
  const formatError = (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const traceId = currentTrace()?.traceId ?? 'none';
    const told = isUnstorableText((error as { originalError?: unknown } | null)?.originalError)
      ? { ...formatted, message: UNSTORABLE_TEXT, extensions: { code: 'BAD_USER_INPUT' } }
      : formatted;
    const masked = maskedError(told, traceId);
    if (masked.extensions?.['code'] === 'INTERNAL_SERVER_ERROR')
      logger.error({ error, path: formatted.path }, 'a resolver failed');
    return masked;
  };
  const apollo = new ApolloServer<Context>({
    schema,
    introspection: true,
    formatError,
    csrfPrevention: false, // only the gateway's signature opens this door, and no browser has it
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    logger: { debug: () => {}, info: () => {}, warn: (m) => logger.warn(m), error: (m) => logger.error(m) },
    // the gateway reads `@cacheControl` from the supergraph, and nobody else asks
    plugins: [requestLog(logger), ApolloServerPluginCacheControlDisabled()],
  });
  await apollo.start();

  const service = createHttpService({
    ...options,
    routes: [
      ...(options.routes ?? []),
      {
        method: 'POST',
        path: '/graphql',
        async handler(request, response) {
          let viewer: Viewer;
          try {
            viewer = verifyViewer(request.headers[VIEWER_HEADER] as string | undefined, secret);
          } catch (error) {
            const { message, extensions } = error as GraphQLFormattedError;
            return sendJson(response, 403, { errors: [{ message, extensions }] });
          }
          const headers = new HeaderMap();
          for (const [name, value] of Object.entries(request.headers))
            if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
          let body: unknown;
          try {
            body = JSON.parse((await readBody(request, MAX_BODY_BYTES)).toString());
          } catch (error) {
            if ((error as { status?: number }).status === 413) throw error;
            return sendJson(response, 400, {
              errors: [{ message: 'The body is not JSON.', extensions: { code: 'BAD_REQUEST' } }],
            });
          }
          const answer = await apollo.executeHTTPGraphQLRequest({
            httpGraphQLRequest: { method: 'POST', headers, search: '', body },
            context: async () => context(viewer),
          });
          response.statusCode = answer.status ?? 200;
          for (const [name, value] of answer.headers) response.setHeader(name, value);
          if (answer.body.kind === 'complete') return void response.end(answer.body.string);
          for await (const chunk of answer.body.asyncIterator) response.write(chunk);
          response.end();
        },
      },
    ],
  });

  const masked = (
    error: GraphQLError | GraphQLFormattedError,
    payload: SubscribePayload,
  ): GraphQLFormattedError =>
    inTrace(traceFrom(extensionOf(payload, 'traceparent')), () =>
      formatError('toJSON' in error ? error.toJSON() : error, error),
    );
  const sockets = new WebSocketServer({ server: service.server, path: '/graphql' });
  const subscriptions = useServer(
    {
      schema,
      // each event gets loaders of its own: those of a stream that lasts would answer with what they once read
      context: (_connection, _id, payload): StreamContext => ({
        viewer: verifyViewer(extensionOf(payload, VIEWER_HEADER), secret),
        trace: traceFrom(extensionOf(payload, 'traceparent')),
      }),
      onSubscribe(_connection, _id, payload) {
        try {
          verifyViewer(extensionOf(payload, VIEWER_HEADER), secret);
          return undefined;
        } catch (error) {
          return [error as GraphQLError];
        }
      },
      execute(args) {
        const { viewer, trace } = args.contextValue as StreamContext;
        return inTrace(trace, () => execute({ ...args, contextValue: context(viewer) }));
      },
      subscribe: (args) => subscribeWithFreshContexts(args as StreamArgs, context),
      onNext(_connection, _id, payload, _args, result) {
        if (!result.errors) return;
        const errors = result.errors.map((error) => masked(error, payload));
        return { ...result, errors } as FormattedExecutionResult;
      },
      onError: (_connection, _id, payload, errors) => errors.map((error) => masked(error, payload)),
    },
    sockets,
  );

  return {
    server: service.server,
    get url() {
      return service.url;
    },
    listen: service.listen,
    async close() {
      const open = [...sockets.clients];
      const force = setTimeout(() => open.forEach((socket) => socket.terminate()), FAREWELL_MILLISECONDS);
      await subscriptions.dispose();
      clearTimeout(force);
      await service.close();
      await apollo.stop();
    },
  };
}

/** Who listens to a stream, and under which trace. */
interface StreamContext {
  readonly viewer: Viewer;
  readonly trace: Trace;
}
type StreamArgs = ExecutionArgs & { readonly contextValue: StreamContext };

const extensionOf = (payload: SubscribePayload, name: string): string | undefined => {
  const value = payload.extensions?.[name];
  return typeof value === 'string' ? value : undefined;
};

/** As graphql-js's `subscribe`, but every event is executed with a context of its own, inside the stream's trace. */
async function subscribeWithFreshContexts<Context extends object>(
  args: StreamArgs,
  context: (viewer: Viewer) => Context,
): Promise<AsyncGenerator<ExecutionResult> | ExecutionResult> {
  const { viewer, trace } = args.contextValue;
  const source = await inTrace(trace, () =>
    createSourceEventStream({ ...args, contextValue: context(viewer) }),
  );
  if (!(Symbol.asyncIterator in source)) return source;
  const events = source[Symbol.asyncIterator]() as AsyncIterator<unknown>;
  const done: IteratorResult<ExecutionResult> = { done: true, value: undefined };
  // not a generator function: the `return` of one waits for the event that it waits for
  const stream: AsyncGenerator<ExecutionResult> = {
    async next() {
      const event = await inTrace(trace, () => events.next());
      if (event.done) return done;
      const value = await inTrace(trace, () =>
        execute({ ...args, rootValue: event.value, contextValue: context(viewer) }),
      );
      return { done: false, value };
    },
    async return() {
      await events.return?.();
      return done;
    },
    async throw(error: unknown) {
      await events.return?.();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  return stream;
}

const requestLog = (logger: Logger): ApolloServerPlugin<object> => ({
  async requestDidStart({ request }) {
    const start = performance.now();
    return {
      async willSendResponse({ response }) {
        const { body } = response;
        const errors = body.kind === 'single' ? (body.singleResult.errors?.length ?? 0) : 0;
        logger.debug(
          { operation: request.operationName, milliseconds: Math.round(performance.now() - start), errors },
          'request',
        );
      },
    };
  },
});
