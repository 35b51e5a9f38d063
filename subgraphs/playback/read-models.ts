import type { DomainEvent, DomainEvents } from '../../platform/domain-events.ts';
import type { EventBus, PubSub } from '../../platform/events/events.ts';
import { soon } from '../../platform/events/soon.ts';
import { once } from '../../platform/outbox.ts';
import type { Transaction } from './assets.ts';
import type { EntitlementFacts, PrismaClient, ProfileFacts, TitleFacts } from './generated/prisma/client.ts';

/** What this service knows of others' entities, kept up to date by their events. */
export interface ReadModels {
  /** A title, published or not. */
  title(id: string): Promise<TitleFacts | null>;
  /** A profile that is not deleted. */
  profile(id: string): Promise<ProfileFacts | null>;
  entitlement(userId: string): Promise<EntitlementFacts | null>;
  /** Applies an event; an older one than was seen of the same entity changes nothing. */
  apply(event: ConsumedEvent): Promise<void>;
  /**
   * Asks again after each change, until there is an answer or patience is over: see `soon` of the platform.
   */
  soon<Value>(ask: () => Promise<Value | null | undefined>): Promise<Value | null>;
}

const consumedTypes = ['profile.changed', 'entitlements.changed', 'titles.changed'] as const;
type ConsumedEvent = {
  [Type in (typeof consumedTypes)[number]]: DomainEvent<Type>;
}[(typeof consumedTypes)[number]];

/** Where a change of a read model is called out, so that those who wait for one ask again. */
const CHANNEL = 'playback:read-models';

/**
 * @param onLost ends what plays of a user who may watch no longer, in the transaction of that change
 */
export function createReadModels(
  prisma: PrismaClient,
  pubsub: PubSub,
  onLost: (transaction: Transaction, userId: string) => Promise<void>,
): ReadModels {
  const models: ReadModels = {
    title: (id) => models.soon(() => prisma.titleFacts.findUnique({ where: { id } })),
    profile: (id) => models.soon(() => prisma.profileFacts.findFirst({ where: { id, deleted: false } })),
    entitlement: (userId) => prisma.entitlementFacts.findUnique({ where: { userId } }),
    soon: (ask) => soon(pubsub, CHANNEL, ask),
    async apply(event) {
      await once<Transaction>(prisma, event, async (transaction) => {
        const sequence = BigInt(event.sequence);
        if (event.type === 'titles.changed') await applyTitles(transaction, event.payload, sequence);
        else if (event.type === 'profile.changed') await applyProfile(transaction, event.payload, sequence);
        else if (await applyEntitlements(transaction, event.payload, sequence))
          if (!event.payload.active) await onLost(transaction, event.payload.userId);
      });
      await pubsub.publish(CHANNEL, event.type);
    },
  };
  return models;
}

/** Begins to feed the read models. @returns stops it */
export const consumeEvents = (events: EventBus, models: ReadModels): Promise<() => Promise<void>> =>
  events.consume('playback', consumedTypes, (event) => models.apply(event));

async function applyTitles(
  transaction: Transaction,
  { titles }: DomainEvents['titles.changed'],
  sequence: bigint,
): Promise<void> {
  const rows = titles.map(
    ({ id, kind, name, maturityRating, published, availableFrom, availableUntil, regions }) => ({
      id,
      kind,
      name,
      maturity_rating: maturityRating,
      published,
      available_from: availableFrom,
      available_until: availableUntil,
      regions,
    }),
  );
  await transaction.$executeRaw`
    insert into title_facts (id, kind, name, maturity_rating, published, available_from, available_until, regions, sequence)
    select id, kind, name, maturity_rating, published, available_from, available_until,
           nullif(regions, 'null'::jsonb), ${sequence}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
      id text, kind text, name text, maturity_rating text, published boolean,
      available_from timestamptz, available_until timestamptz, regions jsonb)
    on conflict (id) do update set
      kind = excluded.kind, name = excluded.name, maturity_rating = excluded.maturity_rating,
      published = excluded.published, available_from = excluded.available_from,
      available_until = excluded.available_until, regions = excluded.regions, sequence = excluded.sequence
    where title_facts.sequence < excluded.sequence`;
}

async function applyProfile(
  transaction: Transaction,
  { profileId, userId, maturityLimit, pinHash, deleted }: DomainEvents['profile.changed'],
  sequence: bigint,
): Promise<void> {
  // a deleted profile stays as a row, so that an older event that comes late does not bring it back
  const changed = await transaction.$executeRaw`
    insert into profile_facts (id, user_id, maturity_limit, pin_hash, deleted, sequence)
    values (${profileId}, ${userId}, ${maturityLimit}, ${pinHash}, ${deleted}, ${sequence})
    on conflict (id) do update set
      user_id = excluded.user_id, maturity_limit = excluded.maturity_limit, pin_hash = excluded.pin_hash,
      deleted = excluded.deleted, sequence = excluded.sequence
    where profile_facts.sequence < excluded.sequence`;
  if (changed === 0 || !deleted) return;
  // first what still writes progress, then the progress
  await transaction.playbackSession.updateMany({
    where: { profileId, endedAt: null },
    data: { endedAt: new Date(), endReason: 'STOPPED' },
  });
  await transaction.watchProgress.deleteMany({ where: { profileId } });
}

/** @returns whether it was news */
async function applyEntitlements(
  transaction: Transaction,
  { userId, active, maxStreams, maxHeight, validUntil }: DomainEvents['entitlements.changed'],
  sequence: bigint,
): Promise<boolean> {
  const changed = await transaction.$executeRaw`
    insert into entitlement_facts (user_id, active, max_streams, max_height, valid_until, sequence)
    values (${userId}, ${active}, ${maxStreams}, ${maxHeight}, ${validUntil}::timestamptz, ${sequence})
    on conflict (user_id) do update set
      active = excluded.active, max_streams = excluded.max_streams, max_height = excluded.max_height,
      valid_until = excluded.valid_until, sequence = excluded.sequence
    where entitlement_facts.sequence < excluded.sequence`;
  return changed === 1;
}
