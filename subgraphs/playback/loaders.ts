import type DataLoader from 'dataloader';
import { loaderBy, loaderById, loaderOfLists } from '../../platform/loaders.ts';
import { currentAssets } from './assets.ts';
import type { MediaAsset, PrismaClient, Rendition, TranscodeJob, Upload } from './generated/prisma/client.ts';

/** Everything that resolvers read by key, each kind with one query for all of a request's tick. */
export interface Loaders {
  readonly assets: DataLoader<string, MediaAsset | null>;
  /** by title: the asset that plays, else the newest */
  readonly assetOfTitle: DataLoader<string, MediaAsset | null>;
  readonly jobs: DataLoader<string, TranscodeJob | null>;
  /** by asset: the newest attempt */
  readonly jobOfAsset: DataLoader<string, TranscodeJob | null>;
  /** by asset: pictures, best first */
  readonly renditionsOfAsset: DataLoader<string, Rendition[]>;
  readonly uploadsOfAsset: DataLoader<string, Upload[]>;
}

export const createLoaders = (prisma: PrismaClient): Loaders => ({
  assets: loaderById((ids) => prisma.mediaAsset.findMany({ where: { id: { in: ids } } })),
  assetOfTitle: loaderBy(
    (titleIds) => currentAssets(prisma, titleIds),
    ({ titleId }) => titleId,
  ),
  jobs: loaderById((ids) => prisma.transcodeJob.findMany({ where: { id: { in: ids } } })),
  jobOfAsset: loaderBy(
    (assetIds) =>
      prisma.transcodeJob.findMany({
        where: { assetId: { in: assetIds } },
        orderBy: { attempt: 'desc' },
        distinct: ['assetId'],
      }),
    ({ assetId }) => assetId,
  ),
  renditionsOfAsset: loaderOfLists(
    (assetIds) =>
      prisma.rendition.findMany({
        where: { assetId: { in: assetIds }, kind: 'VIDEO' },
        orderBy: [{ height: 'desc' }, { bandwidth: 'desc' }],
      }),
    ({ assetId }) => assetId,
  ),
  uploadsOfAsset: loaderOfLists(
    (assetIds) => prisma.upload.findMany({ where: { assetId: { in: assetIds } } }),
    ({ assetId }) => assetId,
  ),
});
