import { createPublicKey, createVerify, type KeyObject } from 'node:crypto';
import { BlockList, isIPv4 } from 'node:net';
import * as z from 'zod';

/** Why a URL opens nothing, in CloudFront's words. */
export interface Refusal {
  readonly code: 'MissingKey' | 'InvalidKey' | 'MalformedPolicy' | 'AccessDenied';
  readonly message: string;
}

export interface SignedRequest {
  /** As the client asked for it, query and all. */
  readonly url: string;
  /** IPv4, or IPv6 as Node writes it. */
  readonly clientAddress: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const epochTime = z.strictObject({ 'AWS:EpochTime': z.int().positive() });
const policyType = z.strictObject({
  Statement: z
    .array(
      z.strictObject({
        Resource: z.string().min(1),
        Condition: z.strictObject({
          DateLessThan: epochTime,
          DateGreaterThan: epochTime.optional(),
          IpAddress: z.strictObject({ 'AWS:SourceIp': z.string() }).optional(),
        }),
      }),
    )
    .length(1),
});

type Statement = z.infer<typeof policyType>['Statement'][number];

/** Query parameters that sign a URL; a resource is the URL without them. */
const signingNames = ['Policy', 'Signature', 'Key-Pair-Id', 'Expires', 'Hash-Algorithm'] as const;
const denied: Refusal = { code: 'AccessDenied', message: 'Access denied' };
const malformed: Refusal = { code: 'MalformedPolicy', message: 'Malformed Policy' };

/**
 * Makes the check that CloudFront makes of a signed URL
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-signed-urls.html).
 * @param keys public keys in PEM by key pair id; several, so that a new one is known before the old one goes
 * @returns a function that answers nothing for a URL that is good here and now
 */
export function createUrlCheck(
  keys: Readonly<Record<string, string>>,
): (request: SignedRequest) => Refusal | undefined {
  const publicKeys = new Map(Object.entries(keys).map(([id, pem]) => [id, createPublicKey(pem)]));

  return ({ url, clientAddress, now }) => {
    const { resource, signing } = splitUrl(url);
    const keyPairId = signing.get('Key-Pair-Id');
    if (!keyPairId)
      return { code: 'MissingKey', message: 'Missing Key-Pair-Id query parameter or cookie value' };
    const key = publicKeys.get(keyPairId);
    if (!key) return { code: 'InvalidKey', message: 'Unknown Key' };
    const policy = policyOf(resource, signing);
    if (policy === undefined) return malformed;
    if (!isSigned(policy, signing, key)) return denied;
    // only now is the text known to come from somebody who may write policies
    const statement = parsePolicy(policy);
    if (!statement) return malformed;
    return allows(statement, resource, clientAddress, now / 1000) ? undefined : denied;
  };
}

/** A URL without what signs it, and what signs it. A parameter that comes twice counts as absent. */
export function splitUrl(url: string): { resource: string; signing: Map<string, string> } {
  const at = url.indexOf('?');
  if (at < 0) return { resource: url, signing: new Map() };
  const signing = new Map<string, string>();
  const twice = new Set<string>();
  const others: string[] = [];
  for (const pair of url.slice(at + 1).split('&')) {
    const name = signingNames.find((candidate) => pair.startsWith(`${candidate}=`));
    if (!name) others.push(pair);
    else if (signing.has(name)) twice.add(name);
    else signing.set(name, pair.slice(name.length + 1));
  }
  for (const name of twice) signing.delete(name);
  const query = others.join('&');
  return { resource: url.slice(0, at) + (query ? `?${query}` : ''), signing };
}

/** The text that was signed: sent along, or canned, made of the URL and its expiry. */
function policyOf(resource: string, signing: Map<string, string>): string | undefined {
  const custom = signing.get('Policy');
  const expires = signing.get('Expires');
  if (custom !== undefined && expires === undefined) return fromBase64(custom)?.toString('utf8');
  if (expires === undefined || custom !== undefined || !/^\d{1,12}$/.test(expires)) return undefined;
  const condition = { DateLessThan: { 'AWS:EpochTime': Number(expires) } };
  return JSON.stringify({ Statement: [{ Resource: resource, Condition: condition }] });
}

function isSigned(policy: string, signing: Map<string, string>, key: KeyObject): boolean {
  const algorithm = signing.get('Hash-Algorithm') ?? 'SHA1';
  const signature = fromBase64(signing.get('Signature') ?? '');
  if (!signature || (algorithm !== 'SHA1' && algorithm !== 'SHA256')) return false;
  return createVerify(`RSA-${algorithm}`).update(policy).verify(key, signature);
}

function parsePolicy(text: string): Statement | undefined {
  try {
    return policyType.parse(JSON.parse(text)).Statement[0];
  } catch {
    // not JSON, or not a policy: the caller refuses either with one answer
    return undefined;
  }
}

function allows(
  { Resource, Condition }: Statement,
  resource: string,
  clientAddress: string,
  seconds: number,
): boolean {
  const { DateLessThan, DateGreaterThan, IpAddress } = Condition;
  return (
    seconds < DateLessThan['AWS:EpochTime'] &&
    (DateGreaterThan === undefined || seconds > DateGreaterThan['AWS:EpochTime']) &&
    (IpAddress === undefined || isWithin(clientAddress, IpAddress['AWS:SourceIp'])) &&
    matches(Resource, resource)
  );
}

/** `*` stands for any run of characters, `?` for any one; in time that grows with the product of both lengths. */
export function matches(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let position = 0;
  while (position < text.length) {
    if (pattern[at] === '*') {
      star = at++;
      resume = position;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[position])) {
      at++;
      position++;
    } else if (star >= 0) {
      at = star + 1;
      position = ++resume;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

function isWithin(address: string, range: string): boolean {
  const client = address.replace(/^::ffff:/, '');
  const [network = '', bits = '32'] = range.split('/');
  if (!isIPv4(client) || !isIPv4(network) || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits));
  return list.check(client);
}

/**
 * CloudFront writes `+`, `=` and `/` as `-`, `_` and `~`.
 * @returns undefined for text that is not exactly what encoding gives: one content has one URL
 */
function fromBase64(text: string): Buffer | undefined {
  const plain = text.replace(/[-_~]/g, (sign) => ({ '-': '+', _: '=', '~': '/' })[sign] ?? sign);
  const bytes = Buffer.from(plain, 'base64');
  return bytes.toString('base64') === plain ? bytes : undefined;
}
