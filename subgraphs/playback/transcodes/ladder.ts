import type { CreateJobCommandInput, Output } from '@aws-sdk/client-mediaconvert';

/** A quality of the picture. */
interface Rung {
  readonly height: number;
  readonly width: number;
  /** bits per second */
  readonly maxBitrate: number;
  /** of QVBR, 1 to 10 */
  readonly quality: number;
}

/** The ladder of AWS's own video-on-demand solution. */
export const ladder: readonly Rung[] = [
  { height: 1080, width: 1920, maxBitrate: 8_500_000, quality: 8 },
  { height: 720, width: 1280, maxBitrate: 6_000_000, quality: 8 },
  { height: 540, width: 960, maxBitrate: 3_500_000, quality: 7 },
  { height: 360, width: 640, maxBitrate: 1_500_000, quality: 7 },
  { height: 270, width: 480, maxBitrate: 400_000, quality: 7 },
];

const SEGMENT_SECONDS = 4;
const SOUND = 'Audio Selector 1';

const picture = ({ height, maxBitrate, quality }: Rung): Output => ({
  NameModifier: `_${height}p`,
  ContainerSettings: { Container: 'CMFC' },
  VideoDescription: {
    // without a width the picture keeps its shape
    Height: height,
    CodecSettings: {
      Codec: 'H_264',
      H264Settings: {
        RateControlMode: 'QVBR',
        MaxBitrate: maxBitrate,
        QvbrSettings: { QvbrQualityLevel: quality },
        GopSize: 2,
        GopSizeUnits: 'SECONDS',
        GopClosedCadence: 1,
        SceneChangeDetect: 'TRANSITION_DETECTION',
        QualityTuningLevel: 'SINGLE_PASS_HQ',
      },
    },
  },
});

const sound: Output = {
  NameModifier: '_audio',
  ContainerSettings: { Container: 'CMFC' },
  AudioDescriptions: [
    {
      AudioSourceName: SOUND,
      CodecSettings: {
        Codec: 'AAC',
        AacSettings: { Bitrate: 128_000, CodingMode: 'CODING_MODE_2_0', SampleRate: 48_000 },
      },
    },
  ],
};

export interface JobOrder {
  /** Our id of the job: what de-duplicates it at MediaConvert, and comes back in its events. */
  readonly jobId: string;
  readonly assetId: string;
  /** `s3://bucket/key` */
  readonly source: string;
  /** `s3://bucket/folder/` */
  readonly destination: string;
  readonly role: string;
  readonly queue: string | undefined;
}

/** A job that makes one CMAF output group: a picture for each rung and one sound track, for HLS and DASH alike. */
export const jobSettings = (order: JobOrder): CreateJobCommandInput => ({
  ClientRequestToken: order.jobId,
  Role: order.role,
  ...(order.queue !== undefined && { Queue: order.queue }),
  UserMetadata: { jobId: order.jobId, assetId: order.assetId },
  StatusUpdateInterval: 'SECONDS_10',
  Settings: {
    TimecodeConfig: { Source: 'ZEROBASED' },
    Inputs: [
      {
        FileInput: order.source,
        TimecodeSource: 'ZEROBASED',
        VideoSelector: { Rotate: 'AUTO' },
        AudioSelectors: { [SOUND]: { DefaultSelection: 'DEFAULT' } },
      },
    ],
    OutputGroups: [
      {
        Name: 'CMAF',
        OutputGroupSettings: {
          Type: 'CMAF_GROUP_SETTINGS',
          CmafGroupSettings: {
            Destination: order.destination,
            SegmentControl: 'SEGMENTED_FILES',
            SegmentLength: SEGMENT_SECONDS,
            FragmentLength: SEGMENT_SECONDS / 2,
            WriteHlsManifest: 'ENABLED',
            WriteDashManifest: 'ENABLED',
          },
        },
        Outputs: [...ladder.map(picture), sound],
      },
    ],
  },
});
