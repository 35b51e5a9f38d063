import { XMLParser } from 'fast-xml-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readyFilm, uploadFilm, type StartedJob } from '../../../tests/support/playback-film.ts';
import {
  opens,
  originSecret,
  setPlaybackStage,
  viewerOf,
  type PlaybackStage,
} from '../../../tests/support/playback-stage.ts';

const START = `mutation ($input: StartPlaybackInput!) { startPlayback(input: $input) { session { id manifestUrl expiresAt } userErrors { code } } }`;

let stage: PlaybackStage;
let film: StartedJob;
beforeAll(async () => {
  stage = await setPlaybackStage();
  film = await readyFilm(stage, 'film');
});
afterAll(() => stage.close());

let viewers = 0;
async function begin(maxHeight: number, format = 'HLS', titleId = 'film') {
  const userId = `usr_${++viewers}`;
  await stage.tellProfile(`prf_${viewers}`, userId);
  await stage.tellEntitlement(userId, { maxHeight });
  const { data } = await stage.ask<{ startPlayback: { session: { id: string; manifestUrl: string } } }>(
    viewerOf(userId),
    START,
    {
      input: { titleId, profileId: `prf_${viewers}`, deviceId: 'tv', format },
    },
  );
  return { userId, ...(data?.startPlayback.session as { id: string; manifestUrl: string }) };
}

/** Fetches from the origin as the edge does after it has verified a URL. */
const origin = (url: string, secret: string | undefined = originSecret) =>
  fetch(stage.subgraph.url + new URL(url).pathname, {
    headers: secret === undefined ? {} : { 'x-origin-secret': secret },
  });
const text = async (url: string): Promise<string> => {
  const response = await origin(url);
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('private, no-store');
  return response.text();
};
const urls = (playlist: string): string[] => [
  ...playlist.split('\n').filter((line) => line.startsWith('http')),
  ...[...playlist.matchAll(/URI="([^"]+)"/g)].map(([, url]) => url ?? ''),
];
const pathOf = (url: string): string => new URL(url).pathname;

describe('an HLS session', () => {
  it('lists only what the plan allows, each with its own signature', async () => {
    const { id, manifestUrl } = await begin(720);
    const playlists = urls(await text(manifestUrl));
    expect(new Set(playlists.map(pathOf))).toEqual(
      new Set(['360p', '720p', 'audio'].map((name) => `/manifests/${id}/${name}.m3u8`)),
    );
    for (const one of playlists)
      for (const other of playlists)
        expect(opens(stage, other.split('?')[0] + new URL(one).search)).toBe(one === other);
  });

  it('leads to signed segments, and a rendition’s signature opens no other’s', async () => {
    const { manifestUrl } = await begin(1080);
    const playlists = urls(await text(manifestUrl));
    const files = await Promise.all(
      playlists.map(async (url) => ({
        name: pathOf(url).split('/').at(-1)?.replace('.m3u8', ''),
        files: urls(await text(url)),
      })),
    );
    expect(new Set(files.map(({ name }) => name))).toEqual(new Set(['1080p', '720p', '360p', 'audio']));
    for (const rendition of files) {
      expect(rendition.files.map(pathOf)).toContain(`/media/${film.prefix}${rendition.name}/seg_00010.m4s`);
      expect(rendition.files.map(pathOf)).toContain(`/media/${film.prefix}${rendition.name}/init.mp4`);
      const signature = new URL(rendition.files[0] ?? '').search;
      for (const other of files)
        for (const url of other.files) {
          expect(opens(stage, url)).toBe(true);
          expect(opens(stage, url.split('?')[0] + signature)).toBe(other === rendition);
        }
      expect(opens(stage, `http://cdn.test/media/other/${rendition.name}/init.mp4${signature}`)).toBe(false);
    }
  });

  it('always has one quality, however small the plan', async () => {
    const { manifestUrl } = await begin(144);
    expect(urls(await text(manifestUrl)).map((url) => pathOf(url).split('/').at(-1))).toEqual([
      '360p.m3u8',
      'audio.m3u8',
    ]);
  });

  it('gives no playlist that the plan does not allow, nor one of nothing', async () => {
    const { id } = await begin(720);
    for (const file of ['1080p.m3u8', 'none.m3u8', 'none', '..%2fmaster.m3u8'])
      expect((await origin(`http://cdn.test/manifests/${id}/${file}`)).status).toBe(403);
  });
});

describe('a DASH session', () => {
  it('lists only what the plan allows, each signed with its own policy', async () => {
    const { manifestUrl } = await begin(720, 'DASH');
    const mpd = await text(manifestUrl);
    const parser = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: '',
      isArray: (name) => ['AdaptationSet', 'Representation'].includes(name),
    });
    const sets = (
      parser.parse(mpd) as {
        MPD: {
          Period: {
            AdaptationSet: {
              Representation: { id: string; SegmentTemplate: { initialization: string; media: string } }[];
            }[];
          };
        };
      }
    ).MPD.Period.AdaptationSet;
    const representations = sets.flatMap(({ Representation }) => Representation);
    expect(representations.map(({ id }) => id)).toEqual(['720p', '360p', 'audio']);
    const files = representations.map(({ id, SegmentTemplate: { initialization, media } }) => {
      expect(pathOf(initialization)).toBe(`/media/${film.prefix}${id}/init.mp4`);
      expect(media).toContain(`/media/${film.prefix}${id}/seg_$Number%05d$.m4s?`);
      return [initialization, media.replace('$Number%05d$', '00007')];
    });
    for (const one of files)
      for (const other of files)
        for (const url of other)
          expect(opens(stage, url.split('?')[0] + new URL(one[0] ?? '').search)).toBe(one === other);
  });
});

describe('files side by side, as MediaConvert lays them', () => {
  it('are opened rendition by rendition too', async () => {
    const job = await uploadFilm(stage, 'flat');
    const names = ['1080p', '720p', 'audio'];
    for (const name of names)
      await stage.putMedia(
        `${job.prefix}source_${name}.m3u8`,
        `#EXTM3U\n#EXT-X-MAP:URI="source_${name}init.cmfv"\n#EXTINF:4,\nsource_${name}_000000001.cmfv\n#EXTINF:4,\nsource_${name}_000000002.cmfv\n#EXT-X-ENDLIST\n`,
      );
    await stage.putMedia(
      `${job.prefix}source.m3u8`,
      '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="a",URI="source_audio.m3u8"\n' +
        '#EXT-X-STREAM-INF:BANDWIDTH=2,CODECS="avc1",RESOLUTION=1920x1080,AUDIO="a"\nsource_1080p.m3u8\n' +
        '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1",RESOLUTION=1280x720,AUDIO="a"\nsource_720p.m3u8\n',
    );
    await stage.deliver({ jobId: job.externalId, status: 'COMPLETE' });
    const { manifestUrl } = await begin(1080, 'HLS', 'flat');
    const files = await Promise.all(urls(await text(manifestUrl)).map(async (url) => urls(await text(url))));
    expect(files.flat()).toHaveLength(9);
    for (const one of files)
      for (const other of files)
        for (const url of other)
          expect(opens(stage, url.split('?')[0] + new URL(one[0] ?? '').search)).toBe(one === other);
  });

  it('whose names do not tell them apart are not played at all', async () => {
    const job = await uploadFilm(stage, 'mixed');
    const playlist = (name: string) =>
      `#EXTM3U\n#EXT-X-MAP:URI="init_${name}.mp4"\n#EXTINF:4,\nseg_${name}.m4s\n#EXT-X-ENDLIST\n`;
    for (const name of ['a', 'b']) await stage.putMedia(`${job.prefix}${name}.m3u8`, playlist(name));
    await stage.putMedia(
      `${job.prefix}master.m3u8`,
      '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=2,RESOLUTION=1920x1080\na.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=640x360\nb.m3u8\n',
    );
    await stage.deliver({ jobId: job.externalId, status: 'COMPLETE' });
    const query = `{ asset(id: "${job.assetId}") { status } }`;
    const editor = { userId: 'usr_editor', scopes: ['media:write'], region: 'DE' };
    expect((await stage.ask(editor, query)).data).toEqual({ asset: { status: 'FAILED' } });
  });
});

describe('the manifest origin', () => {
  it('answers the edge alone', async () => {
    const { manifestUrl } = await begin(1080);
    expect((await origin(manifestUrl, 'a-wrong-secret-of-the-origin')).status).toBe(403);
    const bare = await fetch(stage.subgraph.url + pathOf(manifestUrl));
    expect(bare.status).toBe(403);
  });

  it('gives nothing of a session that is not, or not any more', async () => {
    expect((await origin('http://cdn.test/manifests/ply_none/master.m3u8')).status).toBe(403);
    const { id, userId, manifestUrl } = await begin(1080);
    expect((await origin(manifestUrl)).status).toBe(200);
    await stage.ask(
      viewerOf(userId),
      'mutation ($id: ID!) { stopPlayback(sessionId: $id) { userErrors { code } } }',
      { id },
    );
    expect((await origin(manifestUrl)).status).toBe(410);
  });
});
