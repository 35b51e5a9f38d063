import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWTHeaderParameters,
  type JWTPayload,
} from 'jose';
import { startServer } from './subgraphs.ts';

export const ISSUER = 'https://issuer.test';
export const AUDIENCE = 'marquee';

export interface Issuer {
  readonly privateKey: CryptoKey;
  /** Variables that make a gateway trust it. */
  readonly variables: Record<string, string>;
  /** How often its keys were asked for. */
  readonly asked: () => number;
  /** Signs a token that is good for ten minutes, but for what is said otherwise. */
  sign(
    claims?: JWTPayload & { scope?: string },
    header?: Partial<JWTHeaderParameters>,
    key?: CryptoKey | Uint8Array,
  ): Promise<string>;
  stop(): Promise<void>;
}

/** One who issues access tokens, and publishes the key to check them with. */
export async function startIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'EdDSA', use: 'sig' };
  let asked = 0;
  const server = await startServer((_request, response) => {
    asked += 1;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [jwk] }));
  });
  return {
    privateKey,
    variables: { JWKS_URL: `${server.url}/jwks.json`, TOKEN_ISSUER: ISSUER, TOKEN_AUDIENCE: AUDIENCE },
    asked: () => asked,
    sign: (claims = {}, header = {}, key = privateKey) =>
      new SignJWT({
        iss: ISSUER,
        aud: AUDIENCE,
        sub: 'usr_1',
        sid: 'ses_1',
        scope: 'catalog:read',
        exp: Math.floor(Date.now() / 1000) + 600,
        ...claims,
      })
        .setProtectedHeader({ alg: 'EdDSA', kid: 'k1', typ: 'at+jwt', ...header })
        .sign(key),
    stop: server.stop,
  };
}
