-- Extensions first: indexes below use their operators.
CREATE EXTENSION IF NOT EXISTS "pg_trgm";
CREATE EXTENSION IF NOT EXISTS "unaccent";
CREATE EXTENSION IF NOT EXISTS "fuzzystrmatch";

-- CreateEnum
CREATE TYPE "title_kind" AS ENUM ('MOVIE', 'SERIES', 'EPISODE');

-- CreateEnum
CREATE TYPE "maturity_rating" AS ENUM ('ALL', 'AGE_7', 'AGE_13', 'AGE_16', 'AGE_18');

-- CreateTable
CREATE TABLE "title" (
    "id" TEXT NOT NULL,
    "kind" "title_kind" NOT NULL,
    "name" TEXT NOT NULL,
    "synopsis" TEXT,
    "maturity_rating" "maturity_rating" NOT NULL,
    "release_date" DATE,
    "runtime_minutes" INTEGER,
    "popularity" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "published" BOOLEAN NOT NULL DEFAULT true,
    "available_from" TIMESTAMPTZ(3),
    "available_until" TIMESTAMPTZ(3),
    "regions" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "series_id" TEXT,
    "season_id" TEXT,
    "number" INTEGER,
    "playable" BOOLEAN NOT NULL DEFAULT false,
    "playable_sequence" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "title_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "season" (
    "id" TEXT NOT NULL,
    "series_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,

    CONSTRAINT "season_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "genre" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "genre_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "title_genre" (
    "title_id" TEXT NOT NULL,
    "genre_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "title_genre_pkey" PRIMARY KEY ("title_id","genre_id")
);

-- CreateTable
CREATE TABLE "person" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "title_director" (
    "title_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "title_director_pkey" PRIMARY KEY ("title_id","person_id")
);

-- CreateTable
CREATE TABLE "title_search" (
    "title_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "compact" TEXT NOT NULL,
    "people" TEXT NOT NULL,
    "document" tsvector NOT NULL,

    CONSTRAINT "title_search_pkey" PRIMARY KEY ("title_id")
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
CREATE INDEX "title_series_id_idx" ON "title"("series_id");

-- CreateIndex
CREATE INDEX "title_popularity_id_idx" ON "title"("popularity" DESC, "id");

-- CreateIndex
CREATE INDEX "title_release_date_id_idx" ON "title"("release_date" DESC, "id");

-- CreateIndex
CREATE UNIQUE INDEX "title_season_id_number_key" ON "title"("season_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "season_series_id_number_key" ON "season"("series_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "genre_name_key" ON "genre"("name");

-- CreateIndex
CREATE INDEX "title_genre_genre_id_idx" ON "title_genre"("genre_id");

-- CreateIndex
CREATE INDEX "title_director_person_id_idx" ON "title_director"("person_id");

-- CreateIndex
CREATE INDEX "title_search_key_title_id_idx" ON "title_search"("key", "title_id");

-- CreateIndex
CREATE INDEX "title_search_key_trgm_idx" ON "title_search" USING GIN ("key" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "title_search_compact_trgm_idx" ON "title_search" USING GIN ("compact" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "title_search_people_trgm_idx" ON "title_search" USING GIN ("people" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "title_search_document_idx" ON "title_search" USING GIN ("document");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_event_id_key" ON "outbox_event"("id");

-- AddForeignKey
ALTER TABLE "title" ADD CONSTRAINT "title_series_id_fkey" FOREIGN KEY ("series_id") REFERENCES "title"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "title" ADD CONSTRAINT "title_season_id_fkey" FOREIGN KEY ("season_id") REFERENCES "season"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "season" ADD CONSTRAINT "season_series_id_fkey" FOREIGN KEY ("series_id") REFERENCES "title"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "title_genre" ADD CONSTRAINT "title_genre_title_id_fkey" FOREIGN KEY ("title_id") REFERENCES "title"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "title_genre" ADD CONSTRAINT "title_genre_genre_id_fkey" FOREIGN KEY ("genre_id") REFERENCES "genre"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "title_director" ADD CONSTRAINT "title_director_title_id_fkey" FOREIGN KEY ("title_id") REFERENCES "title"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "title_director" ADD CONSTRAINT "title_director_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "title_search" ADD CONSTRAINT "title_search_title_id_fkey" FOREIGN KEY ("title_id") REFERENCES "title"("id") ON DELETE CASCADE ON UPDATE CASCADE;
