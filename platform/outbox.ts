import type pg from 'pg';
import type { AnyDomainEvent, DomainEvents, EventType } from './domain-events.ts';
import type { EventBus } from './events/events.ts';
import { newId } from './ids.ts';
import type { Logger } from './logger.ts';
import { currentTrace } from './trace.ts';

/** The part of a Prisma transaction that the outbox and the inbox use. */
export interface Transaction {
  $executeRaw(query: TemplateStringsArray, ...values: unknown[]): Promise<number>;
}

/**
 * Notes an event in the transaction of the change it tells of: both happen or neither does. The relay that
 * {@link createOutbox} runs is told on commit.
 */
export async function enqueue<Type extends EventType>(
  transaction: Transaction,
  type: Type,
  payload: DomainEvents[Type],
): Promise<void> {
  await transaction.$executeRaw`
    insert into outbox_event (id, type, payload, trace_id)
    values (${newId('evt')}, ${type}, ${JSON.stringify(payload)}::jsonb, ${currentTrace()?.traceId ?? null})`;
  await transaction.$executeRaw`select pg_notify('outbox', '')`;
}

/**
 * Does `work` for an event unless it was done before; the memory of it is part of the same transaction.
 * @param prisma the consuming service's client
 */
export async function once<Tx extends Transaction>(
  prisma: { $transaction<Result>(work: (transaction: Tx) => Promise<Result>): Promise<Result> },
  event: AnyDomainEvent,
  work: (transaction: Tx) => Promise<void>,
): Promise<void> {
  await prisma.$transaction(async (transaction) => {
    const fresh = await transaction.$executeRaw`
      insert into consumed_event (id) values (${event.id}) on conflict do nothing`;
    if (fresh === 1) await work(transaction);
  });
}

export interface Outbox {
  /** Begins to publish: what a crash left over first, then each event as its transaction commits. */
  start(): void;
  /** Stops after the running batch. What is left is published by the next relay. */
  close(): Promise<void>;
}
