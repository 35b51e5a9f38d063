import * as z from 'zod';
import { isSecret } from '../../../platform/secrets.ts';
import { readBody, sendJson, type Route } from '../../../platform/serve.ts';
import type { TranscodeJob } from '../generated/prisma/client.ts';
import { applyReport, statusOf, type TranscodeParts } from './transcode-jobs.ts';

/**
 * A "MediaConvert Job State Change" as EventBridge delivers it
 * (https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_event_list.html). Fields that are not used here
 * may be anything.
 */
const stateChange = z.object({
  'detail-type': z.literal('MediaConvert Job State Change'),
  detail: z.object({
    jobId: z.string().min(1),
    status: z.string(),
    userMetadata: z.record(z.string(), z.string()).nullish(),
    jobProgress: z
      .object({ jobPercentComplete: z.number().nullish(), currentPhase: z.string().nullish() })
      .nullish(),
    outputGroupDetails: z.array(z.object({ playlistFilePaths: z.array(z.string()).nullish() })).nullish(),
    errorCode: z.union([z.string(), z.number()]).nullish(),
    errorMessage: z.string().nullish(),
  }),
});
type StateChange = z.infer<typeof stateChange>['detail'];

const MAX_EVENT_BYTES = 512 * 1024;

/**
 * `POST /webhooks/mediaconvert`: where EventBridge's API destination delivers job events. It answers 202 once an event
 * is taken; anything of 500 and more makes EventBridge deliver it again.
 * @param apiKey what the API destination's connection sends as `x-api-key`
 */
export const webhookRoute = (parts: TranscodeParts, apiKey: string): Route => ({
  method: 'POST',
  path: '/webhooks/mediaconvert',
  async handler(request, response) {
    if (!isSecret(request.headers['x-api-key'], apiKey))
      return sendJson(response, 401, { error: 'x-api-key is missing or wrong' });
    const body = (await readBody(request, MAX_EVENT_BYTES)).toString();
    const event = stateChange.safeParse(parsed(body));
    if (!event.success) return sendJson(response, 400, { error: z.prettifyError(event.error) });
    await takeEvent(parts, event.data.detail);
    sendJson(response, 202, { status: 'taken' });
  },
});

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // no event either way: the schema says what is wrong
  }
}

async function takeEvent(parts: TranscodeParts, detail: StateChange): Promise<void> {
  const job = await findJob(parts, detail);
  if (!job) {
    parts.logger.warn({ externalId: detail.jobId }, 'an event of a job that is not ours was let go');
    return;
  }
  const status = statusOf(detail.status, detail.jobProgress?.currentPhase);
  if (!status) return;
  const bucket = `s3://${parts.media.name}/`;
  const playlists = (detail.outputGroupDetails ?? [])
    .flatMap(({ playlistFilePaths }) => playlistFilePaths ?? [])
    .filter((path) => path.startsWith(bucket))
    .map((path) => path.slice(bucket.length));
  const report = {
    status,
    percent: detail.jobProgress?.jobPercentComplete ?? undefined,
    errorCode: detail.errorCode == null ? undefined : String(detail.errorCode),
    errorMessage: detail.errorMessage ?? undefined,
  };
  await applyReport(parts, job.id, report, playlists);
}

/** The job of an event: by MediaConvert's id, or by ours where the answer that told us that id has not come yet. */
async function findJob({ prisma }: TranscodeParts, detail: StateChange): Promise<TranscodeJob | null> {
  const known = await prisma.transcodeJob.findUnique({ where: { externalId: detail.jobId } });
  const ours = detail.userMetadata?.['jobId'];
  if (known || ours === undefined) return known;
  await prisma.transcodeJob.updateMany({
    where: { id: ours, externalId: null },
    data: { externalId: detail.jobId },
  });
  return prisma.transcodeJob.findUnique({ where: { id: ours, externalId: detail.jobId } });
}
