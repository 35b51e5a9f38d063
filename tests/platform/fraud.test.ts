import { parse } from 'graphql';
import { SignJWT, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '../../clients/demo/api.ts';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';

interface Answer {
  status: number;
  data?: any;
  errors?: { message: string; path?: string[]; extensions: { code: string } }[];
}

/** What must not work on a whole platform, and the code that says so. */
describe('fraud', () => {
  let platform: TestPlatform;
  let viewer: string;
  let stranger: string;

  const ask = async (query: string, variables: object, token?: string): Promise<Answer> => {
    const response = await fetch(`${platform.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, ...((await response.json()) as object) };
  };
  const start = (token: string | undefined, input: object) =>
    ask(
      `mutation ($input: StartPlaybackInput!) { startPlayback(input: $input) { session { id } userErrors { code } } }`,
      { input: { titleId: 'demo-colour-bars', deviceId: 'tv', ...input } },
      token,
    );
  const codes = ({ errors }: Answer): string[] => (errors ?? []).map(({ extensions }) => extensions.code);

  beforeAll(async () => {
    platform = await startTestPlatform({ DEMO_CLIPS: 'true', TRANSCODES_AT_ONCE: '2' });
    const login = await ask(
      'mutation ($input: LoginInput!) { login(input: $input) { tokens { accessToken } } }',
      { input: { email: 'viewer@marquee.test', password: 'marquee-demo-1' } },
    );
    viewer = login.data.login.tokens.accessToken;
    const register = await ask(
      'mutation ($input: RegisterInput!) { register(input: $input) { tokens { accessToken } } }',
      { input: { email: 'stranger@example.test', password: 'a long enough password' } },
    );
    stranger = register.data.register.tokens.accessToken;
    await untilPlayable();
  }, 240_000);
  afterAll(() => platform.close());

  /** Follows the first clip's transcode to its end, as the editor who uploaded it may. */
  async function untilPlayable(): Promise<void> {
    const { data } = await ask(
      'mutation ($input: LoginInput!) { login(input: $input) { tokens { accessToken } } }',
      { input: { email: 'editor@marquee.test', password: 'marquee-demo-1' } },
    );
    const token: string = data.login.tokens.accessToken;
    const editor = createApi(platform.url).as(token);
    for (;;) {
      const look = await ask(
        '{ title(id: "demo-colour-bars") { playable asset { transcodeJob { id } } } }',
        {},
        token,
      );
      if (look.data.title.playable) break;
      const jobId = look.data.title.asset?.transcodeJob?.id;
      if (jobId === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 200)); // the clip is still being made
        continue;
      }
      const job = parse('subscription ($id: ID!) { transcodeProgress(jobId: $id) { status } }');
      for await (const _state of editor.follow(job as never, { id: jobId } as never));
    }
    await editor.close();
  }

  it('lets nobody play without a membership', async () => {
    const { data } = await ask('{ me { profiles { id } entitlements { active } } }', {}, stranger);
    expect(data.me.entitlements.active).toBe(false);
    const answer = await start(stranger, { profileId: data.me.profiles[0].id });
    expect(answer.data.startPlayback).toEqual({ session: null, userErrors: [{ code: 'NO_MEMBERSHIP' }] });
  });

  it('lets nobody in with a token of another signer, or of none', async () => {
    const { privateKey } = await generateKeyPair('EdDSA');
    const sign = (key: Parameters<SignJWT['sign']>[0], kid: string, expires: string) =>
      new SignJWT({ sid: 'ses_x', scope: 'admin' })
        .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'at+jwt' })
        .setIssuer(platform.url)
        .setAudience('marquee')
        .setSubject('usr_demo_viewer')
        .setIssuedAt('-1h')
        .setExpirationTime(expires)
        .sign(key);
    const { keys } = (await (await fetch(`${platform.url}/.well-known/jwks.json`)).json()) as {
      keys: { kid: string }[];
    };
    const forged = await ask('{ me { id } }', {}, await sign(privateKey, keys[0]?.kid ?? '', '1h'));
    expect(forged).toMatchObject({ status: 401 });
    expect(forged.data ?? null).toBeNull();
    expect(codes(forged)).toEqual(['UNAUTHENTICATED']);
    const unsigned = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${viewer.split('.')[1]}.`;
    expect(codes(await ask('{ me { id } }', {}, unsigned))).toEqual(['UNAUTHENTICATED']);
  });

  it("shows nobody another account's profile, and plays nothing on it", async () => {
    const seen = await ask(
      '{ profile(id: "prf_demo_viewer") { name home { headline } continueWatching { edges { cursor } } myList { totalCount } } }',
      {},
      stranger,
    );
    expect(seen.data.profile).toBeNull();
    expect(codes(seen)).toEqual(['FORBIDDEN']);
    const played = await start(stranger, { profileId: 'prf_demo_viewer' });
    expect(played.data).toBeNull();
    expect(codes(played)).toEqual(['FORBIDDEN']);
    const visitor = await ask('{ profile(id: "prf_demo_viewer") { name } }', {});
    expect(codes(visitor)).toEqual(['UNAUTHENTICATED']);
  });

  it('plays no third stream on a plan of two, and the same device again', async () => {
    const on = async (deviceId: string) =>
      (await start(viewer, { profileId: 'prf_demo_viewer', deviceId })).data.startPlayback;
    const first = await on('tv');
    expect(first.userErrors).toEqual([]);
    expect((await on('phone')).userErrors).toEqual([]);
    expect(await on('tablet')).toEqual({ session: null, userErrors: [{ code: 'STREAM_LIMIT' }] });
    const again = await on('tv');
    expect(again.userErrors).toEqual([]);
    await ask(
      'mutation ($id: ID!) { stopPlayback(sessionId: $id) { userErrors { code } } }',
      { id: again.session.id },
      viewer,
    );
    expect((await on('tablet')).userErrors).toEqual([]);
  });

  it('keeps a kids profile from what is not for kids', async () => {
    const { data } = await start(viewer, {
      profileId: 'prf_demo_viewer_kids',
      titleId: 'demo-night-gradients',
      deviceId: 'tv',
    });
    expect(data.startPlayback.userErrors).toEqual([{ code: 'MATURITY_BLOCKED' }]);
  });

  it('C28 believes no identity that a client sends', async () => {
    const response = await fetch(`${platform.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-user-id': 'usr_demo_admin',
        'marquee-viewer': 'e30.e30',
      },
      body: JSON.stringify({ query: '{ me { id } }' }),
    });
    expect(((await response.json()) as Answer).data.me).toBeNull();
  });
});
