import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Why a request is refused, as S3 words it. */
export interface Refusal {
  readonly code: 'AccessDenied' | 'InvalidAccessKeyId' | 'SignatureDoesNotMatch' | 'RequestTimeTooSkewed';
  readonly message: string;
}

/** What a signature says, wherever it stands: in the query of a presigned URL or in the Authorization header. */
interface Claim {
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  /** `YYYYMMDDTHHMMSSZ` */
  readonly date: string;
  readonly payloadHash: string;
  /** seconds; only a presigned URL has it */
  readonly expires?: number;
}

const algorithm = 'AWS4-HMAC-SHA256';
const toleranceSeconds = 15 * 60;
const longestExpirySeconds = 7 * 24 * 60 * 60;

/**
 * Checks a request's signature, version 4, in both its forms
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html).
 * The hash of the body is taken as the client states it: the transport between two processes of one machine needs
 * no second check.
 * @param now milliseconds since 1970
 * @returns nothing if the request is good
 */
export function refusalOf(
  request: IncomingMessage,
  credentials: Credentials,
  now: number,
): Refusal | undefined {
  const [path, search] = splitOnce(request.url ?? '/', '?');
  const query = parseQuery(search);
  const claim = claimInQuery(query) ?? claimInHeader(request);
  if (!claim) return { code: 'AccessDenied', message: 'Access Denied: the request carries no signature.' };

  const [accessKeyId, day = '', region = '', service = '', terminator] = claim.credential.split('/');
  if (accessKeyId !== credentials.accessKeyId)
    return { code: 'InvalidAccessKeyId', message: 'The access key id is not known here.' };
  const late = refusalByTime(claim, now);
  if (late) return late;

  const canonicalRequest = [
    request.method,
    path,
    canonicalQuery(query),
    ...claim.signedHeaders.split(';').map((name) => `${name}:${headerValue(request, name)}`),
    '',
    claim.signedHeaders,
    claim.payloadHash,
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = [
    algorithm,
    claim.date,
    scope,
    createHash('sha256').update(canonicalRequest).digest('hex'),
  ].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<Buffer>(
    (previous, part) => hmac(previous, part),
    Buffer.from(`AWS4${credentials.secretAccessKey}`),
  );
  const expected = hmac(key, text);
  const given = Buffer.from(claim.signature, 'hex');
  const signed =
    terminator === 'aws4_request' &&
    service === 's3' &&
    claim.date.startsWith(day) &&
    claim.signedHeaders.split(';').includes('host') &&
    given.length === expected.length &&
    timingSafeEqual(given, expected);
  if (signed) return undefined;
  return {
    code: 'SignatureDoesNotMatch',
    message:
      'The signature does not match the request: its method, path, query or signed headers are others.',
  };
}

function refusalByTime(claim: Claim, now: number): Refusal | undefined {
  const signedAt = Date.parse(
    claim.date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  );
  const age = (now - signedAt) / 1000;
  if (claim.expires === undefined) {
    if (Math.abs(age) <= toleranceSeconds) return undefined;
    return { code: 'RequestTimeTooSkewed', message: 'The clocks of client and server are too far apart.' };
  }
  if (!(claim.expires > 0 && claim.expires <= longestExpirySeconds && age > -toleranceSeconds))
    return {
      code: 'AccessDenied',
      message: 'The request is not valid yet, or X-Amz-Expires is over a week.',
    };
  if (age > claim.expires) return { code: 'AccessDenied', message: 'Request has expired' };
  return undefined;
}

function claimInQuery(query: readonly (readonly [string, string])[]): Claim | undefined {
  const values = new Map(query);
  if (values.get('X-Amz-Algorithm') !== algorithm) return undefined;
  return {
    credential: values.get('X-Amz-Credential') ?? '',
    signedHeaders: values.get('X-Amz-SignedHeaders') ?? '',
    signature: values.get('X-Amz-Signature') ?? '',
    date: values.get('X-Amz-Date') ?? '',
    expires: Number(values.get('X-Amz-Expires')),
    payloadHash: values.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
  };
}

function claimInHeader(request: IncomingMessage): Claim | undefined {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]+)$/.exec(
      request.headers.authorization ?? '',
    );
  if (!match) return undefined;
  const [, credential = '', signedHeaders = '', signature = ''] = match;
  return {
    credential,
    signedHeaders,
    signature,
    date: headerValue(request, 'x-amz-date'),
    payloadHash: headerValue(request, 'x-amz-content-sha256'),
  };
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

const headerValue = (request: IncomingMessage, name: string): string =>
  String(request.headers[name] ?? '')
    .trim()
    .replace(/ +/g, ' ');

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

function canonicalQuery(query: readonly (readonly [string, string])[]): string {
  return query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

function parseQuery(search: string): [string, string][] {
  return search
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name, value] = splitOnce(pair, '=');
      return [decode(name), decode(value)];
    });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // a malformed escape is compared as it stands: no signature covers it, so the request is refused
    return text;
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
