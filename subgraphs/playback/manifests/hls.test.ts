import { describe, expect, it } from 'vitest';
import { isMaster, readMaster, readMedia, rewriteMaster, rewriteMedia } from './hls.ts';

const master = `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Deutsch, Stereo",DEFAULT=YES,URI="audio/index.m3u8"
#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="English",INSTREAM-ID="CC1"
#EXT-X-STREAM-INF:BANDWIDTH=5000000,AVERAGE-BANDWIDTH=3000000,CODECS="avc1.640028,mp4a.40.2",RESOLUTION=1920x1080,AUDIO="audio"
1080p/index.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=900000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=640x360,AUDIO="audio"
360p/index.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=90000,URI="1080p/iframes.m3u8"
`;

describe('a master playlist', () => {
  it('tells its variants and tracks, commas within quotes and all', () => {
    expect(isMaster(master)).toBe(true);
    expect(readMaster(master.replaceAll('\n', '\r\n'))).toEqual({
      variants: [
        {
          uri: '1080p/index.m3u8',
          bandwidth: 5_000_000,
          codecs: 'avc1.640028,mp4a.40.2',
          width: 1920,
          height: 1080,
        },
        {
          uri: '360p/index.m3u8',
          bandwidth: 900_000,
          codecs: 'avc1.64001e,mp4a.40.2',
          width: 640,
          height: 360,
        },
      ],
      tracks: [{ uri: 'audio/index.m3u8', type: 'AUDIO', name: 'Deutsch, Stereo' }],
    });
  });

  it('loses what is not allowed, with the tag before it, and keeps all else', () => {
    const rewritten = rewriteMaster(master, (uri) =>
      uri.startsWith('1080p') ? undefined : `https://cdn/$&/${uri}?a=b`,
    );
    expect(rewritten).toBe(`#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Deutsch, Stereo",DEFAULT=YES,URI="https://cdn/$&/audio/index.m3u8?a=b"
#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="English",INSTREAM-ID="CC1"
#EXT-X-STREAM-INF:BANDWIDTH=900000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=640x360,AUDIO="audio"
https://cdn/$&/360p/index.m3u8?a=b
`);
  });
});

describe('a media playlist', () => {
  const media = `#EXTM3U
#EXT-X-TARGETDURATION:4
#EXT-X-MAP:URI="init.mp4",BYTERANGE="800@0"
#EXTINF:4.0,
seg_1.m4s
#EXTINF:2.5,the end
seg_2.m4s
#EXT-X-ENDLIST
`;
  it('tells its files and its length', () => {
    expect(isMaster(media)).toBe(false);
    expect(readMedia(media)).toEqual({ uris: ['init.mp4', 'seg_1.m4s', 'seg_2.m4s'], durationSeconds: 6.5 });
  });

  it('leads elsewhere with every file', () => {
    const rewritten = rewriteMedia(media, (uri) => `https://cdn/${uri}?q`);
    expect(rewritten).toContain('#EXT-X-MAP:URI="https://cdn/init.mp4?q",BYTERANGE="800@0"\n');
    expect(rewritten).toContain('\nhttps://cdn/seg_2.m4s?q\n#EXT-X-ENDLIST\n');
    expect(rewritten).not.toMatch(/^seg_/m);
  });
});
