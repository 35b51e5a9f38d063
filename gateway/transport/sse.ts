import { farewell } from './open-streams.ts';
import type { StreamFormat } from './stream-response.ts';

export const EVENT_STREAM = 'text/event-stream';

const complete = 'event: complete\ndata:\n\n';
const next = (json: string): string => `event: next\ndata: ${json}\n\n`;

/**
 * Server-sent events in the "distinct connections mode" of graphql-sse: one response is one operation, each result is
 * an event `next`, and `complete` comes last (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md).
 *
 * A stream that ends without `complete` was broken off, and clients (EventSource and graphql-sse alike) ask for it
 * again by themselves. That is what a reload or a restart wants, so it ends in this way, with a comment that says why;
 * and its response is broken off as well: some clients (urql's own, say) do not look for `complete`, and would take a
 * response that is whole for the end of the subscription. After an expiry or a sign-out they would come back in vain, so
 * those are a last result with an error, and complete.
 */
export const serverSentEvents: StreamFormat = {
  transport: 'sse',
  contentType: `${EVENT_STREAM}; charset=utf-8`,
  opening: ':\n\n',
  heartbeat: ':\n\n',
  result: next,
  ending(reason) {
    const error = farewell(reason);
    if (!error) return complete;
    if (error.extensions['code'] === 'RESUBSCRIBE') return ': RESUBSCRIBE\n\n';
    return next(JSON.stringify({ errors: [error] })) + complete;
  },
  breaksOff: (reason) => farewell(reason)?.extensions['code'] === 'RESUBSCRIBE',
};
