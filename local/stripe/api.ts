import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { newId } from '../../platform/ids.ts';
import type { Logger } from '../../platform/logger.ts';
import { isSecret } from '../../platform/secrets.ts';
import { readBody, sendJson, type Route } from '../../platform/serve.ts';
import { day, wallClock } from './clocks.ts';
import type { Endpoint } from './endpoint.ts';
import { expandBody } from './expand.ts';
import { invalidRequest, StripeFailure, type FailureBody } from './failure.ts';
import { apiVersion } from './objects.ts';
import { decodeForm, readParameters } from './parameters.ts';
import { timeItself, type Cause, type State, type Transaction } from './state.ts';

interface Answer {
  status: number;
  body: unknown;
}

export interface ApiOptions {
  readonly state: State;
  readonly secretKey: string;
  readonly logger: Logger;
  readonly endpoints: readonly Endpoint[];
}

const bodyLimit = 1_000_000;
/** The version since which objects have the shapes that are answered here. */
const oldestVersion = '2025-03-31';

/**
 * The API's routes. Each request goes the same way: who asks, what for, was that answered before under the same
 * idempotency key; then the endpoint's work in one transaction, together with the answer that is kept for the key.
 */
export function apiRoutes({ state, secretKey, logger, endpoints }: ApiOptions): Route[] {
  const handle = async (
    request: IncomingMessage,
    response: ServerResponse,
    endpoint: Endpoint | null,
    id: string,
  ): Promise<void> => {
    const requestId = newId('req');
    const version = String(request.headers['stripe-version'] ?? apiVersion);
    response.setHeader('request-id', requestId);
    response.setHeader('stripe-version', version);
    try {
      authenticate(request, secretKey);
      if (version < oldestVersion) throw invalidRequest(`Invalid Stripe API version: ${version}`);
      const path = request.url!.split('?')[0]!;
      if (!endpoint)
        throw new StripeFailure(404, {
          type: 'invalid_request_error',
          message: `Unrecognized request URL (${request.method}: ${path}).`,
        });
      const body = (await readBody(request, bodyLimit)).toString();
      const values = {
        ...asObject(decodeForm(request.url!.slice(path.length))),
        ...asObject(decodeForm(body)),
      };
      const key = request.method === 'POST' ? headerOf(request, 'idempotency-key') : null;
      const cause: Cause = { id: requestId, idempotency_key: key };
      if (key === null) {
        const answer = state.transaction(cause, (tx) => answerOf(tx, endpoint, values, id));
        return sendJson(response, answer.status, answer.body);
      }
      response.setHeader('idempotency-key', key);
      const fingerprint = createHash('sha256').update(`${request.method} ${path}\n${body}`).digest('hex');
      const { answer, original } = answerOnce(state, cause, { key, fingerprint }, (tx) =>
        answerOf(tx, endpoint, values, id),
      );
      if (original !== null) {
        response.setHeader('idempotent-replayed', 'true');
        response.setHeader('original-request', original);
      }
      sendJson(response, answer.status, answer.body);
    } catch (error) {
      const { status, body } = failureAnswer(error, requestId, logger);
      // the rest of a body that was refused is not wanted
      if (!request.complete) response.setHeader('connection', 'close');
      sendJson(response, status, body);
    }
  };
  const routes = endpoints.map((endpoint): Route => ({
    method: endpoint.method,
    path: endpoint.path,
    handler: (request, response, { id = '' }) => handle(request, response, endpoint, id),
  }));
  const unknown = (method: Route['method']): Route => ({
    method,
    path: '/v1/*',
    handler: (request, response) => handle(request, response, null, ''),
  });
  return [...routes, unknown('GET'), unknown('POST'), unknown('DELETE')];
}

/** Does an endpoint's work. A refusal that is a fact to keep, such as a failed payment, is an answer too. */
function answerOf(tx: Transaction, endpoint: Endpoint, values: Record<string, unknown>, id: string): Answer {
  const parameters = readParameters(endpoint.parameters, values) as { expand?: string[] };
  try {
    const body = endpoint.answer({ tx }, parameters, id);
    return { status: 200, body: expandBody(tx, body, parameters.expand ?? []) };
  } catch (error) {
    if (error instanceof StripeFailure && error.keepsChanges)
      return { status: error.status, body: { error: error.body } };
    throw error;
  }
}

/**
 * Answers a request that carries an idempotency key (https://docs.stripe.com/api/idempotent_requests). Work is
 * synchronous, so of requests with one key that come together the first is answered before the second is looked at.
 * What was refused for its parameters is not kept: nothing was done.
 */
function answerOnce(
  state: State,
  cause: Cause,
  { key, fingerprint }: { key: string; fingerprint: string },
  work: (tx: Transaction) => Answer,
): { answer: Answer; original: string | null } {
  const keep = (tx: Transaction, { status, body }: Answer): void =>
    tx.put('kept_answers', {
      id: key,
      fingerprint,
      requestId: cause.id!,
      status,
      body,
      created: wallClock(),
    });
  try {
    return state.transaction(cause, (tx) => {
      const kept = tx.get('kept_answers', key);
      if (kept && kept.created > wallClock() - day) {
        if (kept.fingerprint !== fingerprint) throw otherRequest(key);
        return { answer: { status: kept.status, body: kept.body }, original: kept.requestId };
      }
      const answer = work(tx);
      keep(tx, answer);
      return { answer, original: null };
    });
  } catch (error) {
    if (!(error instanceof StripeFailure && error.status === 402)) throw error;
    // a decline that left nothing behind is an answer all the same: the card is not asked again
    const answer = { status: 402, body: { error: error.body } };
    state.transaction(timeItself, (tx) => keep(tx, answer));
    return { answer, original: null };
  }
}

const otherRequest = (key: string): StripeFailure =>
  new StripeFailure(400, {
    type: 'idempotency_error',
    message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
  });

/** Forgets the answers of keys that are older than a day. */
export function forgetOldAnswers(state: State): void {
  state.transaction(timeItself, (tx) => {
    const oldest = wallClock() - day;
    for (const { id } of tx.list('kept_answers', (answer) => answer.created < oldest))
      tx.remove('kept_answers', id);
  });
}

function authenticate(request: IncomingMessage, secretKey: string): void {
  const [scheme = '', credentials = ''] = (headerOf(request, 'authorization') ?? '').split(' ');
  const given =
    scheme.toLowerCase() === 'basic'
      ? Buffer.from(credentials, 'base64').toString().split(':')[0]!
      : scheme.toLowerCase() === 'bearer'
        ? credentials
        : '';
  const refused = (message: string): StripeFailure =>
    new StripeFailure(401, { type: 'invalid_request_error', message });
  if (given === '')
    throw refused(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    );
  if (!isSecret(given, secretKey))
    throw refused(
      `Invalid API Key provided: ${given.slice(0, 8)}${'*'.repeat(8)}${given.length > 16 ? given.slice(-4) : ''}`,
    );
}

function headerOf(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

const asObject = (value: unknown): Record<string, unknown> => value as Record<string, unknown>;

function failureAnswer(error: unknown, requestId: string, logger: Logger): Answer {
  if (error instanceof StripeFailure) return { status: error.status, body: { error: error.body } };
  const status = (error as { status?: unknown }).status;
  if (typeof status === 'number' && status < 500)
    return { status, body: { error: { type: 'invalid_request_error', message: (error as Error).message } } };
  logger.error({ error, requestId }, 'a request failed');
  const body: FailureBody = { type: 'api_error', message: 'An unknown error occurred' };
  return { status: 500, body: { error: body } };
}
