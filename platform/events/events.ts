import type { AnyDomainEvent, DomainEvent, EventType } from '../domain-events.ts';

/** Gets each event at least once, in the order of its source. A throw means "again later". */
export type EventHandler<Type extends EventType> = (
  event: { [T in Type]: DomainEvent<T> }[Type],
) => Promise<void>;

export interface EventBus {
  /**
   * Hands an event to every group that consumes its type. Resolves when it is safe: the memory bus waits until all
   * groups have handled it, Redis until it is in the stream. The outbox forgets an event only then.
   */
  publish(event: AnyDomainEvent): Promise<void>;
  /**
   * Begins to consume as one of a group: each event goes to one member of each group.
   * A handler that throws is called again with backoff; after `maxAttempts` the event is set aside and logged as an
   * error, so that one poisoned event does not stop the rest.
   * @param group name of the consuming service
   * @returns stops consuming, after the running handler has ended
   */
  consume<Type extends EventType>(
    group: string,
    types: readonly Type[],
    handler: EventHandler<Type>,
  ): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Messages to whoever listens right now: nothing is kept for those who do not. */
export interface PubSub {
  /** @param message plain JSON */
  publish(channel: string, message: unknown): Promise<void>;
  /**
   * Listens to a channel. The iterator is listening when the promise resolves. It buffers up to `limit` messages and
   * then drops the oldest; it ends on `return()` or when the hub closes.
   */
  subscribe<Message>(channel: string, limit?: number): Promise<AsyncIterableIterator<Message>>;
  close(): Promise<void>;
}
