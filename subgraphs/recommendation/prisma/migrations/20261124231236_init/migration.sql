-- CreateTable
CREATE TABLE "title" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "maturity_rank" INTEGER NOT NULL,
    "release_date" DATE,
    "popularity" DOUBLE PRECISION NOT NULL,
    "published" BOOLEAN NOT NULL,
    "genre_ids" TEXT[],
    "genre_names" TEXT[],
    "director_ids" TEXT[],
    "series_id" TEXT,
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "title_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "playable_title" (
    "title_id" TEXT NOT NULL,
    "playable" BOOLEAN NOT NULL,
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "playable_title_pkey" PRIMARY KEY ("title_id")
);

-- CreateTable
CREATE TABLE "profile" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "maturity_rank" INTEGER NOT NULL,
    "deleted" BOOLEAN NOT NULL,
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "profile_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "watch" (
    "profile_id" TEXT NOT NULL,
    "title_id" TEXT NOT NULL,
    "position_seconds" DOUBLE PRECISION NOT NULL,
    "duration_seconds" DOUBLE PRECISION NOT NULL,
    "finished" BOOLEAN NOT NULL,
    "watched_at" TIMESTAMPTZ(3) NOT NULL,
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "watch_pkey" PRIMARY KEY ("profile_id","title_id")
);

-- CreateTable
CREATE TABLE "rating" (
    "profile_id" TEXT NOT NULL,
    "title_id" TEXT NOT NULL,
    "thumb" TEXT NOT NULL,
    "rated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "rating_pkey" PRIMARY KEY ("profile_id","title_id")
);

-- CreateTable
CREATE TABLE "list_item" (
    "profile_id" TEXT NOT NULL,
    "title_id" TEXT NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "list_item_pkey" PRIMARY KEY ("profile_id","title_id")
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
CREATE INDEX "title_sequence_idx" ON "title"("sequence");

-- CreateIndex
CREATE INDEX "playable_title_sequence_idx" ON "playable_title"("sequence");

-- CreateIndex
CREATE INDEX "watch_watched_at_idx" ON "watch"("watched_at");

-- CreateIndex
CREATE INDEX "list_item_profile_id_added_at_title_id_idx" ON "list_item"("profile_id", "added_at" DESC, "title_id");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_event_id_key" ON "outbox_event"("id");
