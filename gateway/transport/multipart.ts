import { farewell } from './open-streams.ts';
import type { StreamFormat } from './stream-response.ts';

/**
 * Writes parts of JSON. Apollo's clients take a part for whole when they see the delimiter after it: each part brings
 * it along at once.
 */
export const jsonPart =
  (boundary: string) =>
  (json: string): string =>
    `\r\ncontent-type: application/json\r\n\r\n${json}\r\n--${boundary}`;

const part = jsonPart('graphql');

/**
 * Apollo's multipart subscription protocol
 * (https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol): each result is a
 * part `{"payload": …}`, a heartbeat is `{}`, and the closing delimiter comes last. An end that is not the
 * subscription's own is a part `{"payload": null, "errors": […]}` before it; code `RESUBSCRIBE` asks to come back.
 */
export const multipartSubscription: StreamFormat = {
  transport: 'multipart',
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  opening: `\r\n--graphql${part('{}')}`,
  heartbeat: part('{}'),
  result: (json) => part(`{"payload":${json}}`),
  ending(reason) {
    const error = farewell(reason);
    const why = error ? part(JSON.stringify({ payload: null, errors: [error] })) : '';
    return `${why}--\r\n`;
  },
  // clients look for the delimiter, and for the error before it
  breaksOff: () => false,
};
