-- CreateEnum
CREATE TYPE "asset_status" AS ENUM ('UPLOADING', 'TRANSCODING', 'READY', 'FAILED');

-- CreateEnum
CREATE TYPE "upload_status" AS ENUM ('OPEN', 'COMPLETE', 'REFUSED', 'EXPIRED');

-- CreateEnum
CREATE TYPE "transcode_status" AS ENUM ('QUEUED', 'PROBING', 'TRANSCODING', 'UPLOADING', 'COMPLETE', 'ERROR', 'CANCELED');

-- CreateEnum
CREATE TYPE "rendition_kind" AS ENUM ('VIDEO', 'AUDIO', 'TEXT');

-- CreateEnum
CREATE TYPE "manifest_format" AS ENUM ('HLS', 'DASH');

-- CreateEnum
CREATE TYPE "session_end_reason" AS ENUM ('STOPPED', 'REPLACED', 'TAKEN_OVER', 'EXPIRED', 'NO_MEMBERSHIP');

-- CreateTable
CREATE TABLE "media_asset" (
    "id" TEXT NOT NULL,
    "title_id" TEXT NOT NULL,
    "status" "asset_status" NOT NULL,
    "source_key" TEXT NOT NULL,
    "duration_seconds" DOUBLE PRECISION,
    "output_prefix" TEXT,
    "master_key" TEXT,
    "mpd_key" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "replaced_at" TIMESTAMPTZ(3),

    CONSTRAINT "media_asset_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "upload" (
    "id" TEXT NOT NULL,
    "asset_id" TEXT NOT NULL,
    "uploader_id" TEXT NOT NULL,
    "multipart_id" TEXT NOT NULL,
    "file_name" TEXT NOT NULL,
    "content_type" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "sha256" TEXT,
    "part_size" BIGINT NOT NULL,
    "part_count" INTEGER NOT NULL,
    "status" "upload_status" NOT NULL DEFAULT 'OPEN',
    "claimed_until" TIMESTAMPTZ(3),
    "refusal_code" TEXT,
    "refusal" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "upload_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "transcode_job" (
    "id" TEXT NOT NULL,
    "asset_id" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "status" "transcode_status" NOT NULL DEFAULT 'QUEUED',
    "percent" INTEGER NOT NULL DEFAULT 0,
    "external_id" TEXT,
    "dispatches" INTEGER NOT NULL DEFAULT 0,
    "claimed_until" TIMESTAMPTZ(3),
    "error_code" TEXT,
    "error_message" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_heard_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "transcode_job_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rendition" (
    "asset_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "rendition_kind" NOT NULL,
    "height" INTEGER NOT NULL,
    "width" INTEGER NOT NULL,
    "bandwidth" INTEGER NOT NULL,
    "codecs" TEXT NOT NULL,
    "playlist_key" TEXT NOT NULL,
    "media_prefix" TEXT NOT NULL,

    CONSTRAINT "rendition_pkey" PRIMARY KEY ("asset_id","name")
);

-- CreateTable
CREATE TABLE "playback_session" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "profile_id" TEXT NOT NULL,
    "title_id" TEXT NOT NULL,
    "asset_id" TEXT NOT NULL,
    "device_id" TEXT NOT NULL,
    "format" "manifest_format" NOT NULL,
    "max_height" INTEGER NOT NULL,
    "max_streams" INTEGER NOT NULL,
    "duration_seconds" DOUBLE PRECISION NOT NULL,
    "position_seconds" DOUBLE PRECISION NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "end_reason" "session_end_reason",

    CONSTRAINT "playback_session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "watch_progress" (
    "profile_id" TEXT NOT NULL,
    "title_id" TEXT NOT NULL,
    "position_seconds" DOUBLE PRECISION NOT NULL,
    "duration_seconds" DOUBLE PRECISION NOT NULL,
    "finished" BOOLEAN NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "watch_progress_pkey" PRIMARY KEY ("profile_id","title_id")
);

-- CreateTable
CREATE TABLE "profile_facts" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "maturity_limit" TEXT NOT NULL,
    "pin_hash" TEXT,
    "deleted" BOOLEAN NOT NULL,
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "profile_facts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "entitlement_facts" (
    "user_id" TEXT NOT NULL,
    "active" BOOLEAN NOT NULL,
    "max_streams" INTEGER NOT NULL,
    "max_height" INTEGER NOT NULL,
    "valid_until" TIMESTAMPTZ(3),
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "entitlement_facts_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "title_facts" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "maturity_rating" TEXT NOT NULL,
    "published" BOOLEAN NOT NULL,
    "available_from" TIMESTAMPTZ(3),
    "available_until" TIMESTAMPTZ(3),
    "regions" JSONB,
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "title_facts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox_event" (
    "sequence" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "trace_id" TEXT,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "outbox_event_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "consumed_event" (
    "id" TEXT NOT NULL,
    "consumed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "consumed_event_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "media_asset_title_id_created_at_idx" ON "media_asset"("title_id", "created_at");

-- CreateIndex
CREATE INDEX "upload_asset_id_idx" ON "upload"("asset_id");

-- CreateIndex
CREATE INDEX "upload_status_expires_at_idx" ON "upload"("status", "expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "transcode_job_external_id_key" ON "transcode_job"("external_id");

-- CreateIndex
CREATE INDEX "transcode_job_status_last_heard_at_idx" ON "transcode_job"("status", "last_heard_at");

-- CreateIndex
CREATE UNIQUE INDEX "transcode_job_asset_id_attempt_key" ON "transcode_job"("asset_id", "attempt");

-- CreateIndex
CREATE INDEX "playback_session_user_id_ended_at_idx" ON "playback_session"("user_id", "ended_at");

-- CreateIndex
CREATE INDEX "watch_progress_profile_id_finished_updated_at_title_id_idx" ON "watch_progress"("profile_id", "finished", "updated_at" DESC, "title_id");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_event_id_key" ON "outbox_event"("id");

-- AddForeignKey
ALTER TABLE "upload" ADD CONSTRAINT "upload_asset_id_fkey" FOREIGN KEY ("asset_id") REFERENCES "media_asset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "transcode_job" ADD CONSTRAINT "transcode_job_asset_id_fkey" FOREIGN KEY ("asset_id") REFERENCES "media_asset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rendition" ADD CONSTRAINT "rendition_asset_id_fkey" FOREIGN KEY ("asset_id") REFERENCES "media_asset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's schema has no words for: a title has one asset that plays, a device of a user one open session.
CREATE UNIQUE INDEX "media_asset_one_plays" ON "media_asset"("title_id") WHERE "status" = 'READY' AND "replaced_at" IS NULL;
CREATE UNIQUE INDEX "playback_session_one_open" ON "playback_session"("user_id", "device_id") WHERE "ended_at" IS NULL;
