import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Keys of one local platform: made at its first start and kept with its data. */
export interface Secrets {
  readonly gateway: string;
  readonly keyEncryption: string;
  readonly origin: string;
  readonly mediaConvertWebhook: string;
  readonly stripeKey: string;
  readonly stripeWebhook: string;
  readonly cdnKeyPairId: string;
  /** PEM */
  readonly cdnPrivateKey: string;
  readonly cdnPublicKey: string;
  readonly objectStore: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const random = (bytes: number): string => randomBytes(bytes).toString('hex');

function makeSecrets(): Secrets {
  const cdn = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    gateway: random(32),
    keyEncryption: random(32),
    origin: random(24),
    mediaConvertWebhook: random(24),
    stripeKey: `sk_test_${random(16)}`,
    stripeWebhook: `whsec_${random(24)}`,
    cdnKeyPairId: `K${random(7).toUpperCase()}`,
    cdnPrivateKey: cdn.privateKey,
    cdnPublicKey: cdn.publicKey,
    objectStore: { accessKeyId: `AK${random(9).toUpperCase()}`, secretAccessKey: random(20) },
  };
}

/** Reads the platform's keys, or makes them at the first start. */
export function loadSecrets(dataDir: string): Secrets {
  const file = path.join(dataDir, 'secrets.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  mkdirSync(dataDir, { recursive: true });
  const secrets = makeSecrets();
  writeFileSync(`${file}.new`, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return secrets;
}
