import type { AnyDomainEvent, EventType } from '../domain-events.ts';
import { codedError } from '../errors.ts';
import { deliver, type DeliveryOptions, type Outcome } from './delivery.ts';
import type { EventBus, PubSub } from './events.ts';
import { BoundedQueue } from '../bounded-queue.ts';

interface Member {
  readonly types: ReadonlySet<EventType>;
  readonly handler: (event: AnyDomainEvent) => Promise<void>;
  readonly stopping: AbortController;
  running: Promise<Outcome> | undefined;
}

interface Group {
  readonly name: string;
  /** the one whose turn is next comes first */
  readonly members: Member[];
  /** every type that a member has ever consumed */
  readonly types: Set<EventType>;
  /** settles when all events handed over so far are done with */
  turn: Promise<void>;
}

const closed = () => codedError('SERVICE_UNAVAILABLE', 'The service is stopping; try again shortly.');

/**
 * An event bus inside this process. `publish` resolves when each group that consumes the type has handled the event
 * or set it aside. A group handles one event at a time, in the order of publishing, each by the next of its members.
 *
 * Nothing is kept here, so nothing is promised that would need keeping: an event whose type a group consumed until
 * its last member stopped is refused with SERVICE_UNAVAILABLE, and so is all that waits when the bus closes. The
 * outbox then keeps it. An event that no group has asked for so far is forgotten.
 *
 * A handler must not await `publish` of a type that its own group consumes: each would wait for the other.
 */
export function createMemoryEventBus(options: DeliveryOptions): EventBus {
  const groups = new Map<string, Group>();
  let closing = false;

  async function handOver(group: Group, event: AnyDomainEvent): Promise<void> {
    for (;;) {
      const member = takeTurn(group, event.type);
      if (!member) throw closed();
      const { signal } = member.stopping;
      member.running = deliver(event, member.handler, { ...options, group: group.name, signal });
      const outcome = await member.running;
      if (outcome.status !== 'stopped') return;
    }
  }

  function queue(group: Group, event: AnyDomainEvent): Promise<void> {
    const done = group.turn.then(() => handOver(group, event));
    group.turn = done.catch(() => undefined); // the publisher is told; the next event has its own turn
    return done;
  }

  return {
    async publish(event) {
      if (closing) throw closed();
      const interested = [...groups.values()].filter((group) => group.types.has(event.type));
      // each group gets its own copy, in the shape that it would have after a journey through Redis
      const json = JSON.stringify(event);
      const results = await Promise.allSettled(
        interested.map((group) => queue(group, JSON.parse(json) as AnyDomainEvent)),
      );
      const failure = results.find((result) => result.status === 'rejected');
      if (failure) throw failure.reason;
    },

    async consume(name, types, handler) {
      if (closing) throw closed();
      const group: Group = groups.get(name) ?? {
        name,
        members: [],
        types: new Set(),
        turn: Promise.resolve(),
      };
      groups.set(name, group);
      for (const type of types) group.types.add(type);
      const member: Member = {
        types: new Set(types),
        handler: handler as Member['handler'],
        stopping: new AbortController(),
        running: undefined,
      };
      group.members.push(member);
      return async () => {
        const index = group.members.indexOf(member);
        if (index >= 0) group.members.splice(index, 1);
        member.stopping.abort();
        await member.running;
      };
    },

    async close() {
      closing = true;
      const members = [...groups.values()].flatMap((group) => group.members.splice(0));
      for (const member of members) member.stopping.abort();
      await Promise.all(members.map(async (member) => await member.running));
      await Promise.all([...groups.values()].map((group) => group.turn));
    },
  };
}

/** The first member that handles the type; it goes to the end of the line. */
function takeTurn(group: Group, type: EventType): Member | undefined {
  const index = group.members.findIndex((member) => member.types.has(type));
  if (index < 0) return undefined;
  const [member] = group.members.splice(index, 1) as [Member];
  group.members.push(member);
  return member;
}

/** Messages between parts of this process. After `close`, both functions reject with SERVICE_UNAVAILABLE. */
export function createMemoryPubSub(): PubSub {
  const channels = new Map<string, Set<BoundedQueue<unknown>>>();
  let closing = false;

  return {
    async publish(channel, message) {
      if (closing) throw closed();
      const json = JSON.stringify(message);
      for (const queue of channels.get(channel) ?? []) queue.push(JSON.parse(json));
    },

    async subscribe<Message>(channel: string, limit = 100) {
      if (closing) throw closed();
      const queues = channels.get(channel) ?? new Set();
      const queue = new BoundedQueue<unknown>(limit, () => {
        queues.delete(queue);
        if (queues.size === 0 && channels.get(channel) === queues) channels.delete(channel);
      });
      channels.set(channel, queues.add(queue));
      return queue as BoundedQueue<Message>;
    },

    async close() {
      closing = true;
      for (const queues of channels.values()) for (const queue of queues) queue.end();
      channels.clear();
    },
  };
}
