/** Media types that answers come in (https://graphql.github.io/graphql-over-http/draft/#sec-Media-Types). */
export const GRAPHQL_RESPONSE = 'application/graphql-response+json';
export const JSON_TYPE = 'application/json';
export type ResponseType = typeof GRAPHQL_RESPONSE | typeof JSON_TYPE;

interface MediaType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

function parseMediaType(text: string): MediaType {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim());
  return {
    type: type.toLowerCase(),
    parameters: new Map(
      parameters.map((parameter) => {
        const [name = '', value = ''] = parameter.split('=');
        return [
          name.trim().toLowerCase(),
          value
            .trim()
            .replace(/^"(.*)"$/, '$1')
            .toLowerCase(),
        ];
      }),
    ),
  };
}

const isUtf8 = ({ parameters }: MediaType): boolean => /^utf-?8$/.test(parameters.get('charset') ?? 'utf-8');

/** What was read from headers, for clients send the same few again and again; a client that sends many fills nothing. */
function remembered<T>(read: (header: string | undefined) => T): (header: string | undefined) => T {
  const known = new Map<string | undefined, T>();
  return (header) => {
    const before = known.get(header);
    if (before !== undefined) return before;
    const value = read(header);
    if (known.size < 100 && (header?.length ?? 0) < 500) known.set(header, value);
    return value;
  };
}

/**
 * Chooses the type to answer in.
 * @param accept the `Accept` header; without one, and for wildcards, the answer is `application/json`
 * @returns undefined if the client accepts neither type, or only in another charset than UTF-8
 */
export const negotiate = remembered((accept): ResponseType | undefined => {
  if (accept === undefined || accept.trim() === '') return JSON_TYPE;
  let best: { type: ResponseType; quality: number } | undefined;
  for (const range of accept.split(',').map(parseMediaType)) {
    const type =
      range.type === GRAPHQL_RESPONSE
        ? GRAPHQL_RESPONSE
        : range.type === JSON_TYPE || range.type === 'application/*' || range.type === '*/*'
          ? JSON_TYPE
          : undefined;
    const quality = Number(range.parameters.get('q') ?? 1);
    if (type !== undefined && quality > 0 && isUtf8(range) && quality > (best?.quality ?? 0))
      best = { type, quality };
  }
  return best?.type;
});

/** How a stream of results is written into a response: server-sent events, or Apollo's multipart protocol. */
export type StreamType = 'sse' | 'multipart';

/** The first way to send a stream that an `Accept` header names; undefined if it names none. */
export function negotiateStream(accept: string | undefined): StreamType | undefined {
  if (accept === undefined || accept === JSON_TYPE) return undefined;
  for (const { type, parameters } of accept.split(',').map(parseMediaType)) {
    if (Number(parameters.get('q') ?? 1) === 0) continue;
    if (type === 'text/event-stream') return 'sse';
    if (type === 'multipart/mixed' && parameters.get('subscriptionspec') === '1.0') return 'multipart';
  }
  return undefined;
}

/** Whether a client takes its answer in parts, as Apollo's clients read them. */
export const acceptsParts = remembered((accept): boolean =>
  (accept ?? '')
    .split(',')
    .map(parseMediaType)
    .some(
      ({ type, parameters }) =>
        type === 'multipart/mixed' &&
        parameters.get('deferspec') === '20220824' &&
        Number(parameters.get('q') ?? 1) > 0,
    ),
);

/** Whether a body of this `Content-Type` is JSON in UTF-8, the only charset that JSON has (RFC 8259, 8.1). */
export const isJsonBody = remembered((contentType): boolean => {
  if (contentType === undefined) return false;
  const media = parseMediaType(contentType);
  return media.type === JSON_TYPE && isUtf8(media);
});
