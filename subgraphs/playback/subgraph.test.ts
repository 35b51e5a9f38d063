import { readFileSync } from 'node:fs';
import { parse, visit } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setPlaybackStage, visitor, type PlaybackStage } from '../../tests/support/playback-stage.ts';
import { readPlaybackEnv } from './env.ts';

let stage: PlaybackStage;
beforeAll(async () => {
  stage = await setPlaybackStage();
});
afterAll(() => stage.close());

describe('the playback service', () => {
  it('is ready while its database answers', async () => {
    expect((await fetch(`${stage.subgraph.url}/health/ready`)).status).toBe(200);
    await expect(stage.subgraph.ready()).resolves.toBeUndefined();
  });

  it('answers nobody but the gateway', async () => {
    const response = await fetch(`${stage.subgraph.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ _service { sdl } }' }),
    });
    expect(response.status).toBe(403);
    expect(
      (await stage.ask<{ _service: { sdl: string } }>(visitor, '{ _service { sdl } }')).data?._service.sdl,
    ).toContain('type MediaAsset');
  });

  it('describes every type, field, argument and enum value', () => {
    const undescribed: string[] = [];
    const look = (node: { name: { value: string }; description?: unknown }): void => {
      if (!node.description) undescribed.push(node.name.value);
    };
    visit(parse(readFileSync(new URL('schema.graphql', import.meta.url), 'utf8')), {
      ObjectTypeDefinition: look,
      FieldDefinition: look,
      InputValueDefinition: look,
      InputObjectTypeDefinition: look,
      EnumTypeDefinition: look,
      EnumValueDefinition: look,
      ScalarTypeDefinition: look,
    });
    expect(undescribed).toEqual([]);
  });
});

describe('the environment', () => {
  it('is refused with every variable at fault', () => {
    expect(() => readPlaybackEnv({ PORT: '4004', CDN_PRIVATE_KEY: '/nowhere.pem' })).toThrow(
      /DATABASE_URL[\s\S]*WEBHOOK_API_KEY[\s\S]*CDN_URL[\s\S]*CDN_PRIVATE_KEY: is neither a PEM/,
    );
  });

  it('takes a key in one line, as variables often are', () => {
    const pem = '-----BEGIN PRIVATE KEY-----\\nabc\\n-----END PRIVATE KEY-----';
    const env = readPlaybackEnv({
      PORT: '4004',
      DATABASE_URL: 'postgresql://postgres@127.0.0.1/playback',
      GATEWAY_SECRET: 'x'.repeat(32),
      WEBHOOK_API_KEY: 'x'.repeat(16),
      ORIGIN_SECRET: 'x'.repeat(16),
      CDN_URL: 'https://cdn.example/',
      CDN_KEY_PAIR_ID: 'K1',
      CDN_PRIVATE_KEY: pem,
    });
    expect(env.CDN_PRIVATE_KEY.split('\n')).toHaveLength(3);
    expect(env.CDN_URL).toBe('https://cdn.example');
    expect(env.S3_ENDPOINT).toBeUndefined();
  });
});
