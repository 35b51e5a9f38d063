import { getSignedUrl } from '@aws-sdk/cloudfront-signer';
import { LRUCache } from 'lru-cache';

export interface Signer {
  /**
   * The query that opens every URL which `resource` matches, until `expiresAt`: `Policy=…&Key-Pair-Id=…&Signature=…`.
   * @param resource a URL in which `*` stands for any characters
   */
  query(resource: string, expiresAt: Date): string;
  /** A URL that opens itself and nothing else. */
  url(url: string, expiresAt: Date): string;
}

/** How many signatures are kept: a session needs two for each rendition. */
const KEPT = 20_000;

/**
 * Signs URLs as CloudFront wants them: a custom policy with one resource and an expiry, signed with RSA
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html).
 * A signature costs most of a millisecond of CPU, so equal ones are made once.
 * @param keyPairId id under which the edge holds the public key
 * @param privateKey RSA key in PEM
 */
export function createSigner(keyPairId: string, privateKey: string): Signer {
  const queries = new LRUCache<string, string>({ max: KEPT });
  const query = (resource: string, expiresAt: Date): string => {
    const epoch = Math.floor(expiresAt.getTime() / 1000);
    const policy = JSON.stringify({
      Statement: [{ Resource: resource, Condition: { DateLessThan: { 'AWS:EpochTime': epoch } } }],
    });
    const known = queries.get(policy);
    if (known !== undefined) return known;
    const signed = getSignedUrl({ url: 'https://any/', policy, keyPairId, privateKey });
    const made = signed.slice(signed.indexOf('?') + 1);
    queries.set(policy, made);
    return made;
  };
  return { query, url: (url, expiresAt) => `${url}?${query(url, expiresAt)}` };
}
