import { forbidden, unauthenticated } from '../../platform/errors.ts';
import { hasScope, type Viewer } from '../../platform/viewer.ts';
import type { Context } from './context.ts';
import type { MediaAsset, TranscodeJob } from './generated/prisma/client.ts';

export const UPLOAD_SCOPE = 'media:write';

/** Whether a viewer may upload, and so see what is not ready to be played. */
export const mayUpload = (viewer: Viewer): boolean => hasScope(viewer, UPLOAD_SCOPE);

/** The user or API key that acts. @throws UNAUTHENTICATED for a visitor */
export function actorOf(viewer: Viewer): string {
  const actor = viewer.userId ?? viewer.apiKeyId;
  if (actor === undefined) throw unauthenticated();
  return actor;
}

/** The asset if the viewer may see it: everybody what can be played, who may upload all. */
export const visibleAsset = (viewer: Viewer, asset: MediaAsset | null): MediaAsset | null =>
  asset && (asset.status === 'READY' || mayUpload(viewer)) ? asset : null;

/**
 * A transcode, for viewers who may upload and for whoever uploaded the file.
 * @throws UNAUTHENTICATED for a visitor, FORBIDDEN for anybody else
 */
export async function accessibleJob({ viewer, loaders }: Context, id: string): Promise<TranscodeJob | null> {
  const actor = actorOf(viewer);
  const job = await loaders.jobs.load(id);
  if (!job || mayUpload(viewer)) return job;
  const uploads = await loaders.uploadsOfAsset.load(job.assetId);
  if (uploads.some(({ uploaderId }) => uploaderId === actor)) return job;
  throw forbidden('Only who may upload, or uploaded the file, may follow its transcode.');
}
