import * as z from 'zod';

const s3Address = z
  .string()
  .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/.+$/, 'is not an address such as s3://bucket/key');

const videoDescription = z.object({
  width: z.int().min(32).max(8192).multipleOf(2).optional(),
  height: z.int().min(32).max(8192).multipleOf(2),
  codecSettings: z.object({
    codec: z.literal('H_264', 'only H_264 is encoded here'),
    h264Settings: z.object({
      rateControlMode: z.literal('QVBR', 'only QVBR is encoded here'),
      maxBitrate: z.int().min(1000).max(1_152_000_000),
      qvbrSettings: z.object({ qvbrQualityLevel: z.int().min(1).max(10).optional() }).optional(),
    }),
  }),
});

const audioDescription = z.object({
  codecSettings: z.object({
    codec: z.literal('AAC', 'only AAC is encoded here'),
    aacSettings: z.object({
      bitrate: z.int().min(6000).max(1_024_000).default(128_000),
      sampleRate: z.int().min(8000).max(96_000).default(48_000),
    }),
  }),
});

const output = z
  .object({
    nameModifier: z
      .string()
      .regex(
        /^[_-]?[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/,
        'is not a name such as _720p, of letters, digits, _ and -',
      ),
    containerSettings: z.object({ container: z.literal('CMFC', 'a CMAF output is in container CMFC') }),
    videoDescription: videoDescription.optional(),
    audioDescriptions: z.array(audioDescription).length(1).optional(),
  })
  .refine(
    ({ videoDescription: video, audioDescriptions: audio }) =>
      (video === undefined) !== (audio === undefined),
    'a CMAF output has either a videoDescription or one of audioDescriptions',
  );

const flag = z.enum(['ENABLED', 'DISABLED']).default('ENABLED');

const cmafGroupSettings = z
  .object({
    destination: s3Address.refine((address) => address.endsWith('/'), 'must end with / here'),
    segmentLength: z.int().min(1).max(60).default(10),
    fragmentLength: z.int().min(1).max(60).default(2),
    writeHlsManifest: flag,
    writeDashManifest: flag,
    encryption: z.undefined('encryption is not done here: encrypt when a session plays').optional(),
  })
  .refine(({ segmentLength, fragmentLength }) => segmentLength % fragmentLength === 0, {
    path: ['segmentLength'],
    message: 'must be a multiple of fragmentLength',
  });

const outputGroup = z.object({
  outputGroupSettings: z.object({
    type: z.literal('CMAF_GROUP_SETTINGS', 'only CMAF_GROUP_SETTINGS is made here'),
    cmafGroupSettings,
  }),
  outputs: z
    .array(output)
    .min(1)
    .max(20)
    .refine((outputs) => outputs.some((one) => one.videoDescription), 'has no video')
    .refine(
      (outputs) => new Set(outputs.map((one) => folderOf(one.nameModifier))).size === outputs.length,
      'two outputs have one nameModifier',
    ),
});

const jobRequest = z.object({
  role: z.string().min(1),
  queue: z.string().optional(),
  clientRequestToken: z.string().min(1).max(200).optional(),
  userMetadata: z.record(z.string(), z.string()).optional(),
  settings: z.object({
    inputs: z.array(z.object({ fileInput: s3Address })).length(1),
    outputGroups: z.array(outputGroup).length(1),
  }),
});

/** What this stand-in understands of a job; the rest is kept and given back as it came. */
export type JobRequest = z.infer<typeof jobRequest>;
export type OutputGroup = JobRequest['settings']['outputGroups'][number];
export type Output = OutputGroup['outputs'][number];

/**
 * Reads the body of CreateJob, or of a job that was stored.
 * @returns the request, or one sentence a fault that names the setting
 */
export function parseJobRequest(body: unknown): { request: JobRequest } | { faults: string[] } {
  const result = jobRequest.safeParse(body);
  if (result.success) return { request: result.data };
  return { faults: result.error.issues.map(({ path, message }) => `${settingName(path)}: ${message}`) };
}

/** The folder of an output below the destination: `_720p` becomes `720p`. */
export const folderOf = (nameModifier: string): string => nameModifier.replace(/^[_-]/, '');

/** `['outputs', 0, 'height']` as `outputs[0].height`. */
const settingName = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .slice(1) || 'body';
