import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readGatewayEnv } from '../../gateway/env.ts';
import { gatewayPolicy } from '../../local/service-env.ts';
import { readBillingEnv } from '../../subgraphs/billing/env.ts';
import { readCatalogEnv } from '../../subgraphs/catalog/env.ts';
import { readPlaybackEnv } from '../../subgraphs/playback/env.ts';
import { readRecommendationEnv } from '../../subgraphs/recommendation/env.ts';
import { readUserEnv } from '../../subgraphs/user/env.ts';

interface ComposeService {
  image: string;
  command?: string[];
  environment?: Record<string, string | number>;
  healthcheck?: { test?: string[]; disable?: boolean };
  depends_on?: Record<string, { condition: string }>;
  read_only?: boolean;
  cap_drop?: string[];
  volumes?: string[];
}

const root = path.join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const { services, volumes } = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, ComposeService>;
  volumes: Record<string, null>;
};

/** What an operator would write into .env, for every variable that compose insists on. */
const dotEnv: Record<string, string> = {
  CDN_PRIVATE_KEY: '-----BEGIN PRIVATE KEY-----\\nabc\\n-----END PRIVATE KEY-----',
  CDN_URL: 'https://media.example.com',
  PUBLIC_URL: 'https://api.example.com',
  SMTP_URL: 'smtps://name:word@mail.example.com:465',
};
const long = 'something-of-forty-characters-and-no-less';

/** Expands `${NAME}`, `${NAME:-default}` and `${NAME:?message}` as compose does. */
const expand = (value: string): string =>
  value.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind?: string, rest = '') =>
    kind === '-' ? (dotEnv[name] ?? rest) : (dotEnv[name] ?? long),
  );
const environmentOf = (name: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(services[name]?.environment ?? {}).map(([key, value]) => [key, expand(String(value))]),
  );

describe('docker-compose.yml', () => {
  it('gives every service an environment that the service itself accepts', () => {
    const readers = {
      user: readUserEnv,
      billing: readBillingEnv,
      catalog: readCatalogEnv,
      playback: readPlaybackEnv,
      recommendation: readRecommendationEnv,
      gateway: readGatewayEnv,
    };
    for (const [name, reader] of Object.entries(readers)) {
      const env = reader(environmentOf(name));
      expect(env.HOST, name).toBe('0.0.0.0');
      expect(env.REDIS_URL, name).toBe('redis://redis:6379');
    }
    expect(readGatewayEnv(environmentOf('gateway')).SUBGRAPH_URLS).toEqual({
      USER: 'http://user:4001/graphql',
      BILLING: 'http://billing:4002/graphql',
      CATALOG: 'http://catalog:4003/graphql',
      PLAYBACK: 'http://playback:4004/graphql',
      RECOMMENDATION: 'http://recommendation:4005/graphql',
    });
  });

  it('grants and keeps at the gateway what a local platform does', () => {
    expect(environmentOf('gateway')).toMatchObject(gatewayPolicy);
    expect(readGatewayEnv(environmentOf('gateway'))).toMatchObject({
      VARIANTS: [{ name: 'partner', include: ['partner'], exclude: [] }],
      MAX_COST: 10_000,
      COST_MAX_LIST_SIZE: 100,
      RATE_LIMIT_BY_COST: true,
      CACHE: 'on',
      CACHE_BYPASS_SCOPES: ['catalog:write', 'media:write'],
    });
  });

  it('runs files that the build makes, from one image', () => {
    const [, ofImage = ''] = /^CMD (\[.*\])$/m.exec(read('Dockerfile')) ?? [];
    expect(services['gateway']).not.toHaveProperty('command');
    for (const [name, { image, command = JSON.parse(ofImage) as string[] }] of Object.entries(services)) {
      if (image !== 'marquee') continue;
      const source = command.at(-1)?.replace(/\.js$/, '.ts') ?? '';
      expect(source, name).toMatch(/\.ts$/);
      expect(existsSync(path.join(root, source)), `${name}: ${source}`).toBe(true);
    }
  });

  it('runs the gateway with the flags that npm run gateway has', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const image = read('Dockerfile');
    const flags = scripts['gateway']?.match(/--max-\S+|\w+=glibc\S+/g) ?? [];
    expect(flags.length).toBeGreaterThan(3);
    for (const flag of flags) expect(image).toContain(flag);
  });

  it('looks after the health of what others wait for', () => {
    const image = read('Dockerfile');
    expect(image).toMatch(/^HEALTHCHECK /m);
    expect(image).toMatch(/^USER node$/m);
    for (const [name, service] of Object.entries(services)) {
      if (service.image === 'marquee')
        expect(service, name).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
      else expect(service.healthcheck?.test?.length, name).toBeGreaterThan(1);
      for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
        expect(services[other], `${name} waits for ${other}`).toBeDefined();
        if (services[other]?.healthcheck?.disable) expect(condition).toBe('service_completed_successfully');
        else expect(condition).toBe('service_healthy');
      }
      for (const volume of service.volumes ?? [])
        if (!volume.startsWith('.')) expect(volumes).toHaveProperty(volume.split(':')[0] ?? '');
    }
  });

  it('makes a database for every service', () => {
    const sql = read('deploy/postgres/create-databases.sql');
    for (const [name, { environment }] of Object.entries(services)) {
      const database = /\/(\w+)$/.exec(String(environment?.['DATABASE_URL'] ?? ''))?.[1];
      if (database) expect(sql, name).toMatch(new RegExp(`create database "?${database}"?;`));
    }
  });
});
