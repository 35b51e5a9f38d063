import { createVerify, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSigner } from './signing.ts';

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const signer = createSigner('K123', keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
const expiresAt = new Date(1_900_000_000_000);

const decoded = (value: string): Buffer =>
  Buffer.from(value.replace(/-/g, '+').replace(/_/g, '=').replace(/~/g, '/'), 'base64');

/** What CloudFront does with a URL's query before it serves anything. */
function verified(query: string): { Statement: { Resource: string; Condition: unknown }[] } {
  const parameters = new URLSearchParams(query);
  const policy = decoded(parameters.get('Policy') ?? '');
  const signature = decoded(parameters.get('Signature') ?? '');
  if (!createVerify('RSA-SHA1').update(policy).verify(keys.publicKey, signature))
    throw new Error('bad signature');
  return JSON.parse(policy.toString()) as ReturnType<typeof verified>;
}

describe('signing', () => {
  it('makes a policy of one resource and one expiry that the public key verifies', () => {
    const query = signer.query('https://cdn.example/media/a/b/720p/*', expiresAt);
    expect(new URLSearchParams(query).get('Key-Pair-Id')).toBe('K123');
    expect(verified(query)).toEqual({
      Statement: [
        {
          Resource: 'https://cdn.example/media/a/b/720p/*',
          Condition: { DateLessThan: { 'AWS:EpochTime': 1_900_000_000 } },
        },
      ],
    });
  });

  it('signs a URL for itself alone', () => {
    const url = new URL(signer.url('https://cdn.example/manifests/ply_1/master.m3u8', expiresAt));
    expect(url.origin + url.pathname).toBe('https://cdn.example/manifests/ply_1/master.m3u8');
    expect(verified(url.search).Statement[0]?.Resource).toBe(
      'https://cdn.example/manifests/ply_1/master.m3u8',
    );
  });

  it('makes a different signature for another resource or expiry, and the same one once', () => {
    const one = signer.query('https://cdn.example/a/*', expiresAt);
    expect(signer.query('https://cdn.example/a/*', expiresAt)).toBe(one);
    expect(signer.query('https://cdn.example/b/*', expiresAt)).not.toBe(one);
    expect(signer.query('https://cdn.example/a/*', new Date(1_900_000_001_000))).not.toBe(one);
  });
});
