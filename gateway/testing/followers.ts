import { request as httpRequest, type IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { FormattedExecutionResult } from 'graphql';

/** One who follows a subscription, over whichever transport, and keeps what it is told. */
export interface Follower {
  readonly results: FormattedExecutionResult<Record<string, any>>[];
  /** Signs of life beside results: comments, empty parts, pings. */
  readonly heartbeats: () => number;
  readonly ended: Promise<End>;
  /** Stops reading, as a client does that has no time. */
  pause(): void;
  resume(): void;
  leave(): void;
}

/** How a stream ended. */
export interface End {
  /** Status of a refusal. */
  readonly status?: number;
  /** Whether it was said to be complete. */
  readonly complete: boolean;
  /** Whether a response came to its end, as HTTP has it. */
  readonly whole?: boolean;
  /** The close code and reason of a WebSocket. */
  readonly close?: { readonly code: number; readonly reason: string };
  /** Codes of the errors that came last, or of the refusal. */
  readonly codes: readonly unknown[];
  /** The comment that came last in server-sent events. */
  readonly comment?: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface Following {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly token?: string;
  readonly headers?: Record<string, string>;
}

export type Transport = 'websocket' | 'sse' | 'multipart';
export const transports: readonly Transport[] = ['websocket', 'sse', 'multipart'];

/** @param url of `/graphql` */
export const follow = (transport: Transport, url: string, following: Following): Follower =>
  transport === 'websocket' ? followSocket(url, following) : followResponse(transport, url, following);

const codes = (result: FormattedExecutionResult | undefined): unknown[] =>
  result?.errors?.map((error) => error.extensions?.['code']) ?? [];

function followSocket(url: string, { query, variables, token, headers }: Following): Follower {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', { headers });
  const results: Follower['results'] = [];
  let heartbeats = 0;
  let last: FormattedExecutionResult | undefined;
  let complete = false;
  socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { token } })));
  socket.on('ping', () => (heartbeats += 1));
  socket.on('message', (data) => {
    const message = JSON.parse((data as Buffer).toString()) as { type: string; payload: never };
    if (message.type === 'connection_ack')
      socket.send(JSON.stringify({ id: '"1"', type: 'subscribe', payload: { query, variables } }));
    if (message.type === 'next') results.push((last = message.payload));
    if (message.type === 'error') last = { errors: message.payload };
    if (message.type !== 'complete' && message.type !== 'error') return;
    complete = message.type === 'complete';
    socket.close();
  });
  const ended = new Promise<End>((resolve) => {
    socket.on('error', () => {}); // its close comes right after
    socket.on('close', (code, reason) =>
      resolve({ complete, close: { code, reason: String(reason) }, codes: codes(last), at: Date.now() }),
    );
  });
  return {
    results,
    heartbeats: () => heartbeats,
    ended,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    leave: () => socket.terminate(),
  };
}

const accept = {
  sse: 'text/event-stream',
  multipart: 'multipart/mixed;subscriptionSpec="1.0", application/json',
};

function followResponse(transport: 'sse' | 'multipart', url: string, following: Following): Follower {
  const { query, variables, token, headers } = following;
  const results: Follower['results'] = [];
  const state = {
    heartbeats: 0,
    complete: false,
    comment: '',
    last: undefined as FormattedExecutionResult | undefined,
  };
  const onMessage = (message: string): void => {
    if (transport === 'sse') readEvent(message, results, state);
    else readPart(message, results, state);
  };
  let response: IncomingMessage | undefined;
  const request = httpRequest(url, {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': 'application/json',
      accept: accept[transport],
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
  });
  const ended = new Promise<End>((resolve) => {
    const end = (status?: number): void =>
      resolve({
        ...(status !== undefined && { status }),
        complete: state.complete,
        ...(response && { whole: response.complete }),
        codes: codes(state.last),
        comment: state.comment,
        at: Date.now(),
      });
    request.on('error', () => end());
    request.on('response', (answer) => {
      response = answer;
      let text = '';
      const isStream = /event-stream|multipart/.test(answer.headers['content-type'] ?? '');
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        // a message is whole when the delimiter after it has come, as Apollo's client and EventSource read
        const delimiter = transport === 'sse' ? '\n\n' : '\r\n--graphql';
        for (let at = text.indexOf(delimiter); isStream && at >= 0; at = text.indexOf(delimiter)) {
          onMessage(text.slice(0, at));
          text = text.slice(at + delimiter.length);
        }
        if (isStream && transport === 'multipart' && text.startsWith('--\r\n')) state.complete = true;
      });
      answer.on('close', () => {
        if (!isStream) state.last = JSON.parse(text) as FormattedExecutionResult;
        end(answer.statusCode);
      });
      answer.on('error', () => end());
    });
  });
  request.end(JSON.stringify({ query, variables }));
  return {
    results,
    heartbeats: () => state.heartbeats,
    ended,
    pause: () => response?.pause(),
    resume: () => response?.resume(),
    leave: () => request.destroy(),
  };
}

interface ReadState {
  heartbeats: number;
  complete: boolean;
  comment: string;
  last: FormattedExecutionResult | undefined;
}

function readEvent(message: string, results: Follower['results'], state: ReadState): void {
  if (message.startsWith(':')) {
    state.heartbeats += 1;
    state.comment = message.slice(1).trim();
    return;
  }
  const fields = new Map(
    message.split('\n').map((line) => [line.split(':')[0], line.replace(/^\w+: ?/, '')]),
  );
  if (fields.get('event') === 'complete') state.complete = true;
  else results.push((state.last = JSON.parse(fields.get('data') ?? '') as FormattedExecutionResult));
}

function readPart(message: string, results: Follower['results'], state: ReadState): void {
  if (message === '') return;
  const [, body = ''] = message.split('\r\n\r\n');
  const { payload, errors } = JSON.parse(body) as {
    payload?: FormattedExecutionResult | null;
    errors?: never;
  };
  if (payload) results.push((state.last = payload));
  else if (errors) state.last = { errors };
  else state.heartbeats += 1;
}
