import { expect, test } from 'vitest';
import { readGatewayEnv } from './env.ts';

test('all that variables lack of each other is told at once', () => {
  const environment = {
    JWKS_URL: 'http://127.0.0.1:1/jwks',
    API_KEY_INTROSPECTION_URL: 'http://127.0.0.1:1/introspect',
    TRUSTED_DOCUMENTS_MODE: 'safelist',
    TOKEN_ISSUERS: JSON.stringify(
      ['one', 'one'].map((issuer) => ({ issuer, jwksUrl: 'http://127.0.0.1:1/keys', audience: 'a' })),
    ),
    CACHE_CONFIG: 'cache.yaml',
    GATEWAY_EXECUTOR: 'apollo',
  };
  expect(() => readGatewayEnv(environment)).toThrow(
    [
      'The environment is not complete:',
      '  TOKEN_ISSUER: needed where JWKS_URL is set',
      '  GATEWAY_SECRET: needed where API_KEY_INTROSPECTION_URL is set',
      '  TRUSTED_DOCUMENTS: needed where TRUSTED_DOCUMENTS_MODE is safelist',
      '  CACHE: only compiled execution has a cache',
      '  TOKEN_ISSUERS: names an issuer twice',
    ].join('\n'),
  );
});

test('the issuer of JWKS_URL must not be among the others', () => {
  const environment = {
    JWKS_URL: 'http://127.0.0.1:1/jwks',
    TOKEN_ISSUER: 'one',
    TOKEN_ISSUERS: '[{"issuer":"one","jwksUrl":"http://127.0.0.1:1/keys","audience":"a"}]',
  };
  expect(() => readGatewayEnv(environment)).toThrow(/^ {2}TOKEN_ISSUERS: names an issuer twice$/m);
});
