import {
  maturityRatings,
  type AnyDomainEvent,
  type DomainEvent,
  type TitleFacts,
} from '../../platform/domain-events.ts';
import type { EventBus, PubSub } from '../../platform/events/events.ts';
import { once } from '../../platform/outbox.ts';
import type { Prisma, PrismaClient } from './generated/prisma/client.ts';

type Transaction = Prisma.TransactionClient;

/** Where a change of a read model is called out, so that those who wait for one ask again. */
export const READ_MODELS_CHANNEL = 'recommendation:read-models';

/** Keeps up to date what this service must know of others: titles, what can be played, profiles, what is watched. */
export const consumeReadModels = (
  events: EventBus,
  pubsub: PubSub,
  prisma: PrismaClient,
): Promise<() => Promise<void>> =>
  events.consume(
    'recommendation',
    ['titles.changed', 'asset.changed', 'profile.changed', 'progress.changed'],
    async (event) => {
      await once(prisma, event, (transaction: Transaction) => apply(transaction, event));
      await pubsub.publish(READ_MODELS_CHANNEL, event.type);
    },
  );

async function apply(transaction: Transaction, event: AnyDomainEvent): Promise<void> {
  switch (event.type) {
    case 'titles.changed':
      return saveTitles(transaction, event);
    case 'asset.changed':
      return savePlayable(transaction, event);
    case 'profile.changed':
      return saveProfile(transaction, event);
    case 'progress.changed':
      return saveWatch(transaction, event);
  }
}

const titleRow = (title: TitleFacts, sequence: number): object => ({
  id: title.id,
  kind: title.kind,
  name: title.name,
  maturity_rank: maturityRatings.indexOf(title.maturityRating),
  release_date: title.releaseDate,
  popularity: title.popularity,
  published: title.published,
  genre_ids: title.genres.map(({ id }) => id),
  genre_names: title.genres.map(({ name }) => name),
  director_ids: title.directorIds,
  series_id: title.seriesId,
  sequence,
});

/** Two hundred titles come in one event: they are written in one statement. */
async function saveTitles(transaction: Transaction, event: DomainEvent<'titles.changed'>): Promise<void> {
  const rows = JSON.stringify(event.payload.titles.map((title) => titleRow(title, event.sequence)));
  await transaction.$executeRaw`
    insert into title (id, kind, name, maturity_rank, release_date, popularity, published, genre_ids, genre_names,
                       director_ids, series_id, sequence)
    select *
    from jsonb_to_recordset(${rows}::jsonb)
      as r(id text, kind text, name text, maturity_rank int, release_date date, popularity float8, published boolean,
           genre_ids text[], genre_names text[], director_ids text[], series_id text, sequence bigint)
    on conflict (id) do update set
      kind = excluded.kind, name = excluded.name, maturity_rank = excluded.maturity_rank,
      release_date = excluded.release_date, popularity = excluded.popularity, published = excluded.published,
      genre_ids = excluded.genre_ids, genre_names = excluded.genre_names, director_ids = excluded.director_ids,
      series_id = excluded.series_id, sequence = excluded.sequence
    where title.sequence < excluded.sequence`;
}

async function savePlayable(transaction: Transaction, { payload, sequence }: DomainEvent<'asset.changed'>) {
  await transaction.$executeRaw`
    insert into playable_title (title_id, playable, sequence)
    values (${payload.titleId}, ${payload.playable}, ${sequence})
    on conflict (title_id) do update set playable = excluded.playable, sequence = excluded.sequence
    where playable_title.sequence < excluded.sequence`;
}

async function saveProfile(transaction: Transaction, { payload, sequence }: DomainEvent<'profile.changed'>) {
  await transaction.$executeRaw`
    insert into profile (id, user_id, maturity_rank, deleted, sequence)
    values (${payload.profileId}, ${payload.userId}, ${maturityRatings.indexOf(payload.maturityLimit)},
            ${payload.deleted}, ${sequence})
    on conflict (id) do update set
      user_id = excluded.user_id, maturity_rank = excluded.maturity_rank, deleted = excluded.deleted,
      sequence = excluded.sequence
    where profile.sequence < excluded.sequence`;
}

async function saveWatch(transaction: Transaction, { payload, sequence }: DomainEvent<'progress.changed'>) {
  await transaction.$executeRaw`
    insert into watch (profile_id, title_id, position_seconds, duration_seconds, finished, watched_at, sequence)
    values (${payload.profileId}, ${payload.titleId}, ${payload.positionSeconds}, ${payload.durationSeconds},
            ${payload.finished}, ${payload.at}::timestamptz, ${sequence})
    on conflict (profile_id, title_id) do update set
      position_seconds = excluded.position_seconds, duration_seconds = excluded.duration_seconds,
      finished = excluded.finished, watched_at = excluded.watched_at, sequence = excluded.sequence
    where watch.sequence < excluded.sequence`;
}
