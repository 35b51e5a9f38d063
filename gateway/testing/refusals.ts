import { request } from 'undici';
import { expect } from 'vitest';
import { codeOf, type TestGateway } from './gateway.ts';
import { lowestMedian } from './medians.ts';

/** A request as it is to be sent, header by header: `fetch` would add its own. */
export interface Sent {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers?: Record<string, string>;
  readonly search?: string;
  readonly body?: string | Buffer;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
  /** Milliseconds until the whole answer was there. */
  readonly took: number;
}

export const JSON_BODY = { 'content-type': 'application/json' };

export async function send(
  { url }: Pick<TestGateway, 'url'>,
  { method = 'POST', headers = JSON_BODY, search = '', body }: Sent,
): Promise<Answered> {
  const start = performance.now();
  const answer = await request(url + search, { method, headers, body: body ?? null });
  const text = await answer.body.text();
  return { status: answer.statusCode, text, took: performance.now() - start };
}

/** Milliseconds. */
const IN_TIME = 50;

/** Stack frames, source files, addresses of this network: what is inside and stays there. */
const INSIDE =
  /\bat .+:\d+:\d+|stack|node_modules|\.[cm]?[jt]s\b|localhost|\b(?:127|10|192\.168|172\.\d+)(?:\.\d+){2,3}\b|\[?::1\b|ECONN|https?:/i;

/**
 * Holds the gateway to refusing something: with a code, and 4xx or 200 as status, without data; without a call to a
 * subgraph; without a stack frame or an internal address in the answer; within 50 ms at the median.
 * @param calls how often subgraphs have been asked, all in all
 * @returns the answer that came last
 */
export async function expectRefusal(
  gateway: Pick<TestGateway, 'url'>,
  calls: () => number,
  sent: Sent,
): Promise<Answered> {
  const before = calls();
  let last: Answered | undefined;
  const median = await lowestMedian(async () => {
    const { status, text, took } = (last = await send(gateway, sent));
    const body = JSON.parse(text) as object;
    expect(status === 200 || (status >= 400 && status < 500), `status ${status}`).toBe(true);
    expect(codeOf(body)).toMatch(/^[A-Z_]+$/);
    expect(codeOf(body)).not.toBe('INTERNAL_SERVER_ERROR');
    expect(body).not.toHaveProperty('data');
    expect(text).not.toMatch(INSIDE);
    return took;
  }, IN_TIME);
  expect(calls(), 'calls to subgraphs').toBe(before);
  expect(median).toBeLessThan(IN_TIME);
  return last as Answered;
}
