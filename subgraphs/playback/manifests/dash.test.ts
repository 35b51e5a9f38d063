import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { rewriteMpd } from './dash.ts';

interface Template {
  initialization?: string;
  media?: string;
  timescale?: string;
  SegmentTimeline?: { S: { d: string } };
}
interface Representation {
  id: string;
  SegmentTemplate?: Template;
  BaseURL?: string;
}
interface Mpd {
  MPD: { Period: { AdaptationSet: { Representation: Representation[]; maxHeight?: string }[] } };
}

const read = (text: string): Mpd['MPD'] => {
  const arrays = new Set(['AdaptationSet', 'Representation']);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    isArray: (name) => arrays.has(name),
  });
  return (parser.parse(text) as Mpd).MPD;
};

const mpd = (period: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><BaseURL>video/</BaseURL><Period id="0">${period}</Period></MPD>`;

const inherited = mpd(`<AdaptationSet contentType="video" maxHeight="1080">
  <SegmentTemplate timescale="1000" initialization="$RepresentationID$/init.mp4" media="$RepresentationID$/seg_$Number%05d$.m4s">
    <SegmentTimeline><S t="0" d="4000" r="9"/></SegmentTimeline></SegmentTemplate>
  <Representation id="1080p" bandwidth="5000000"/><Representation id="360p" bandwidth="900000"/></AdaptationSet>
  <AdaptationSet contentType="text"><Representation id="gone" bandwidth="1"><BaseURL>1080p/text.vtt</BaseURL></Representation></AdaptationSet>`);

const place = (uri: string): string | undefined =>
  uri.includes('1080p') ? undefined : `https://cdn/${uri}?Policy=a&Signature=b~_`;

describe('an MPD', () => {
  it('gives each representation that is allowed a template of its own, and drops the others', () => {
    const text = rewriteMpd(inherited, place);
    const sets = read(text).Period.AdaptationSet;
    expect(sets).toHaveLength(1);
    expect(sets[0]?.maxHeight).toBeUndefined();
    expect(sets[0]?.Representation).toHaveLength(1);
    expect(sets[0]?.Representation[0]).toMatchObject({
      id: '360p',
      SegmentTemplate: {
        timescale: '1000',
        initialization: 'https://cdn/video/360p/init.mp4?Policy=a&Signature=b~_',
        media: 'https://cdn/video/360p/seg_$Number%05d$.m4s?Policy=a&Signature=b~_',
        SegmentTimeline: { S: { d: '4000' } },
      },
    });
  });

  it('is written as XML wants it: every ampersand of a signature escaped', () => {
    const text = rewriteMpd(inherited, place);
    expect(text).toContain('?Policy=a&amp;Signature=b~_');
    expect(text).not.toMatch(/&(?!amp;)/);
    expect(text).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>/);
    expect(text).not.toContain('<BaseURL>video/</BaseURL>');
  });

  it('signs the file of a representation that is a single one', () => {
    const single = mpd(
      '<AdaptationSet><Representation id="a"><BaseURL>360p/whole.mp4</BaseURL><SegmentBase indexRange="0-9"/></Representation></AdaptationSet>',
    );
    expect(read(rewriteMpd(single, place)).Period.AdaptationSet[0]?.Representation[0]?.BaseURL).toBe(
      'https://cdn/video/360p/whole.mp4?Policy=a&amp;Signature=b~_'.replace('&amp;', '&'),
    );
  });
});
