import { folderOf, type Output } from './job-settings.ts';
import type { Source } from './probe.ts';

export interface VideoRendition {
  readonly kind: 'video';
  readonly folder: string;
  readonly width: number;
  readonly height: number;
  readonly maxBitrate: number;
  /** MediaConvert's, 1 to 10. */
  readonly quality: number;
}

export interface AudioRendition {
  readonly kind: 'audio';
  readonly folder: string;
  readonly bitrate: number;
  readonly sampleRate: number;
}

export type Rendition = VideoRendition | AudioRendition;

export interface Ladder {
  readonly renditions: readonly Rendition[];
  /** What was left out, and why. */
  readonly warnings: readonly string[];
}

/**
 * Chooses what to make of the asked outputs, as an automated ladder would: nothing larger than the source, and no
 * sound where the source has none. A source smaller than every output gets one rendition, of its own size.
 */
export function chooseLadder(outputs: readonly Output[], source: Source): Ladder {
  const warnings: string[] = [];
  const renditions: Rendition[] = [];
  const tallest = source.video.height;
  const heights = outputs.flatMap(({ videoDescription }) => videoDescription?.height ?? []);
  const lowest = Math.min(...heights);
  for (const { nameModifier, videoDescription, audioDescriptions } of outputs) {
    const folder = folderOf(nameModifier);
    const [audio] = audioDescriptions ?? [];
    if (audio && !source.audio) warnings.push(`Output ${nameModifier} is left out: the input has no sound.`);
    else if (audio) renditions.push({ kind: 'audio', folder, ...audio.codecSettings.aacSettings });
    if (!videoDescription) continue;
    if (videoDescription.height > tallest && (lowest <= tallest || videoDescription.height > lowest)) {
      warnings.push(`Output ${nameModifier} is left out: the input is only ${tallest} pixels tall.`);
      continue;
    }
    const { maxBitrate, qvbrSettings } = videoDescription.codecSettings.h264Settings;
    const size = fit(source.video, videoDescription.width, Math.min(videoDescription.height, tallest));
    renditions.push({
      kind: 'video',
      folder,
      ...size,
      maxBitrate,
      quality: qvbrSettings?.qvbrQualityLevel ?? 7,
    });
  }
  return { renditions, warnings };
}

/** The largest even size of the source's shape within the box. */
function fit(
  source: { readonly width: number; readonly height: number },
  width: number | undefined,
  height: number,
): { width: number; height: number } {
  const scale = Math.min(height / source.height, (width ?? Infinity) / source.width, 1);
  const even = (length: number): number => Math.max(2, Math.floor(length / 2 + 0.25) * 2);
  return { width: even(source.width * scale), height: even(source.height * scale) };
}
