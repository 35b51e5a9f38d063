import { request } from 'undici';
import { expect } from 'vitest';
import { codeOf, type TestGateway } from './gateway.ts';
import { quickest } from './quickest.ts';

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

/** An odd number, so that one of them is the median. */
const TRIES = 7;
const IN_TIME = 50;

/** Stack frames, source files, addresses of this network: what is inside and stays there. */
const INSIDE =
  /\bat .+:\d+:\d+|stack|node_modules|\.[cm]?[jt]s\b|localhost|\b(?:127|10|192\.168|172\.\d+)(?:\.\d+){2,3}\b|\[?::1\b|ECONN|https?:/i;

/**
 * Holds the gateway to refusing something: with a code, and 4xx or 200 as status, without data; without a call to a
 * subgraph; without a stack frame or an internal address in the answer; within 50 ms. That is 50 ms of work at the
 * median, ours of asking included, and of time at the quickest: whoever else works on this machine may delay the others.
 * @param calls how often subgraphs have been asked, all in all
 * @returns the answer that came last
 */
export async function expectRefusal(
  gateway: Pick<TestGateway, 'url'>,
  calls: () => number,
  sent: Sent,
): Promise<Answered> {
  const before = calls();
  const work: number[] = [];
  let last: Answered | undefined;
  const refuse = async (): Promise<number> => {
    const start = process.cpuUsage();
    last = await send(gateway, sent);
    const { user, system } = process.cpuUsage(start);
    work.push((user + system) / 1_000);
    const { status, text, took } = last;
    const body = JSON.parse(text) as object;
    expect(status === 200 || (status >= 400 && status < 500), `status ${status}`).toBe(true);
    expect(codeOf(body)).toMatch(/^[A-Z_]+$/);
    expect(codeOf(body)).not.toBe('INTERNAL_SERVER_ERROR');
    expect(body).not.toHaveProperty('data');
    expect(text).not.toMatch(INSIDE);
    return took;
  };
  expect(await quickest(refuse, IN_TIME), 'milliseconds').toBeLessThan(IN_TIME);
  while (work.length < TRIES) await refuse();
  work.sort((one, other) => one - other);
  expect(work[Math.floor(work.length / 2)], 'milliseconds of work').toBeLessThan(IN_TIME);
  expect(calls(), 'calls to subgraphs').toBe(before);
  return last as Answered;
}
