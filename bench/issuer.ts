import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One who issues access tokens, and publishes the key to check them with. */
export interface Issuer {
  /** Variables that make our gateway believe it. */
  readonly variables: Readonly<Record<string, string>>;
  /** Value of `Authorization`, good for a day. */
  readonly authorization: string;
  stop(): Promise<void>;
}

export async function startIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = { ...publicKey.export({ format: 'jwk' }), kid: 'bench', alg: 'EdDSA', use: 'sig' };
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const now = Math.floor(Date.now() / 1000);
  const parts = [
    { alg: 'EdDSA', kid: key.kid, typ: 'at+jwt' },
    { iss: issuer, aud: 'bench', sub: 'usr_1', sid: 'ses_1', scope: 'catalog:read', exp: now + 86_400 },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const signature = sign(undefined, Buffer.from(parts.join('.')), privateKey).toString('base64url');
  return {
    variables: { JWKS_URL: `${issuer}/jwks.json`, TOKEN_ISSUER: issuer, TOKEN_AUDIENCE: 'bench' },
    authorization: `Bearer ${[...parts, signature].join('.')}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
