import { fileNames } from './encode.ts';
import type { SegmentTime } from './fragmented-mp4.ts';
import type { AudioRendition, VideoRendition } from './ladder.ts';
import type { Measured } from './measure.ts';
import type { FrameRate } from './probe.ts';

export interface Presentation {
  readonly videos: readonly Measured<VideoRendition>[];
  readonly audios: readonly Measured<AudioRendition>[];
  readonly frameRate: FrameRate;
  readonly segmentSeconds: number;
}

/** The HLS multivariant playlist (RFC 8216, 4.3.4). ffmpeg could write it too, but some builds crash. */
export function hlsMaster({ videos, audios, frameRate }: Presentation): string {
  const [sound] = [...audios].sort((a, b) => b.peakBandwidth - a.peakBandwidth);
  const media = audios.map(
    ({ rendition: { folder } }, index) =>
      `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="${folder}",DEFAULT=${index === 0 ? 'YES' : 'NO'},` +
      `AUTOSELECT=YES,CHANNELS="2",URI="${folder}/${fileNames.playlist}"`,
  );
  const variants = videos.map(
    ({ rendition: { folder, width, height }, codec, peakBandwidth, averageBandwidth }) => {
      const attributes = [
        `BANDWIDTH=${peakBandwidth + (sound?.peakBandwidth ?? 0)}`,
        `AVERAGE-BANDWIDTH=${averageBandwidth + (sound?.averageBandwidth ?? 0)}`,
        `CODECS="${[codec, ...(sound ? [sound.codec] : [])].join(',')}"`,
        `RESOLUTION=${width}x${height}`,
        `FRAME-RATE=${(frameRate.numerator / frameRate.denominator).toFixed(3)}`,
        ...(sound ? ['AUDIO="audio"'] : []),
      ];
      return `#EXT-X-STREAM-INF:${attributes.join(',')}\n${folder}/${fileNames.playlist}`;
    },
  );
  return ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS', ...media, ...variants, ''].join('\n');
}

/** The DASH manifest (ISO/IEC 23009-1) over the same segments. */
export function dashManifest({ videos, audios, frameRate, segmentSeconds }: Presentation): string {
  const duration = Math.max(...[...videos, ...audios].map(({ durationSeconds }) => durationSeconds));
  const rate = `${frameRate.numerator}/${frameRate.denominator}`;
  const videoSet = videos.map(
    (video) =>
      `<Representation id="${video.rendition.folder}" codecs="${video.codec}" bandwidth="${video.peakBandwidth}" ` +
      `width="${video.rendition.width}" height="${video.rendition.height}" frameRate="${rate}" sar="1:1">` +
      `${segmentTemplate(video)}</Representation>`,
  );
  const audioSet = audios.map(
    (audio) =>
      `<Representation id="${audio.rendition.folder}" codecs="${audio.codec}" bandwidth="${audio.peakBandwidth}" ` +
      `audioSamplingRate="${audio.rendition.sampleRate}"><AudioChannelConfiguration ` +
      'schemeIdUri="urn:mpeg:dash:23003:3:audio_channel_configuration:2011" value="2"/>' +
      `${segmentTemplate(audio)}</Representation>`,
  );
  const set = (id: number, kind: 'video' | 'audio', representations: readonly string[]): string =>
    representations.length === 0
      ? ''
      : `<AdaptationSet id="${id}" contentType="${kind}" mimeType="${kind}/mp4" segmentAlignment="true" ` +
        `startWithSAP="1">${representations.join('')}</AdaptationSet>`;
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011" type="static" ' +
    `mediaPresentationDuration="PT${duration.toFixed(3)}S" minBufferTime="PT${segmentSeconds}S">` +
    `<Period id="0" start="PT0S">${set(0, 'video', videoSet)}${set(1, 'audio', audioSet)}</Period></MPD>\n`
  );
}

function segmentTemplate({ rendition: { folder }, timescale, segments }: Measured): string {
  const media = `${folder}/${fileNames.segment.replace('%05d', '$Number%05d$')}`;
  return (
    `<SegmentTemplate timescale="${timescale}" startNumber="1" ` +
    `initialization="${folder}/${fileNames.initialization}" media="${media}">` +
    `<SegmentTimeline>${timeline(segments)}</SegmentTimeline></SegmentTemplate>`
  );
}

/** Runs of equal durations are written once, with how often they repeat. */
function timeline(segments: readonly SegmentTime[]): string {
  const runs: { start: number; duration: number; repeats: number; end: number }[] = [];
  for (const { start, duration } of segments) {
    const last = runs.at(-1);
    if (last && last.duration === duration && last.end === start) {
      last.repeats++;
      last.end += duration;
    } else runs.push({ start, duration, repeats: 0, end: start + duration });
  }
  return runs
    .map(
      ({ start, duration, repeats }) =>
        `<S t="${start}" d="${duration}"${repeats > 0 ? ` r="${repeats}"` : ''}/>`,
    )
    .join('');
}
