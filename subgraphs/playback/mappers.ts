import type {
  MediaAsset,
  PlaybackSession,
  Rendition,
  TranscodeJob,
  WatchProgress,
} from './generated/prisma/client.ts';
import type { PartUrl } from './uploads/create-upload.ts';

/** What the resolvers of a GraphQL type get as parent: the row behind it. */
export type MediaAssetMapper = MediaAsset;
export type RenditionMapper = Rendition;
export type TranscodeJobMapper = TranscodeJob;
export type PlaybackSessionMapper = PlaybackSession;
export type WatchProgressMapper = WatchProgress;

/** Entities of other services, by id alone. */
export type TitleMapper = { __typename: 'Title'; id: string };
export type ProfileMapper = { __typename: 'Profile'; id: string };

/** An upload just begun: its URLs exist in this answer only. */
export type UploadMapper = { id: string; assetId: string; parts: PartUrl[]; expiresAt: Date };
