import { createHash } from 'node:crypto';
import type { SubscriptionNode } from '@apollo/query-planner';
import { GraphQLError, type ExecutionResult } from 'graphql';
import { BoundedQueue } from '../../platform/bounded-queue.ts';
import type { PreparedOperation } from '../operation/operation.ts';
import type { Executed, ExecutionRequest, Executor } from './executor.ts';
import { ClientLeft, neverLeaves } from './leave-signal.ts';
import { openUpstream, type UpstreamEnd, type UpstreamOptions } from './upstream.ts';

export interface SharedStreamsOptions extends UpstreamOptions {
  readonly executor: Executor;
  /** Events kept for a client that is slower than its stream. */
  readonly queueLimit: number;
  /** Told of each event that a slow client will not get. */
  readonly onDrop?: () => void;
  /** Told of each stream that is opened at a subgraph (1) and closed there (-1). */
  readonly onUpstreams?: (change: 1 | -1) => void;
}

/** Nobody aborts a subscription's request: its stream is returned. */
export type SubscriptionRequest = Omit<ExecutionRequest, 'signal'>;

/** The results of one client's subscription. */
export class EventStream extends BoundedQueue<Executed> {
  readonly #source: SharedStream;

  constructor(source: SharedStream, limit: number, onDrop: (() => void) | undefined) {
    super(limit, () => source.leave(this), onDrop);
    this.#source = source;
  }

  /** Why there are no more; undefined while it runs. */
  get ended(): UpstreamEnd | undefined {
    return this.#source.ended;
  }
}

/** Opens the streams behind subscriptions, or shares those that are open. */
export interface SharedStreams {
  /**
   * Equal subscriptions share one stream of the subgraph, and each event is completed once for all of them. Equal
   * means: the same operation of the same supergraph, and the same of all else that a subgraph gets to see (viewer,
   * variables, and whatever else the request brings; only the trace may differ, and is the first one's).
   *
   * A stream is joined only until its first event has come. Whether a subgraph greets a newcomer with the present
   * state, or tells of changes only, cannot be known from outside; so one who comes later gets a stream of its own,
   * which is right in both cases. In practice those who share are the parts of one page that ask at the same time.
   */
  open(operation: PreparedOperation, request: SubscriptionRequest): EventStream;
}

export function createSharedStreams(options: SharedStreamsOptions): SharedStreams {
  // an operation that the cache has dropped takes its entry with it; its streams go on
  const joinable = new WeakMap<PreparedOperation, Map<string, SharedStream>>();
  return {
    open(operation, request) {
      const key = keyOf(request);
      let streams = joinable.get(operation);
      if (!streams) joinable.set(operation, (streams = new Map()));
      let stream = streams.get(key);
      if (!stream) {
        const open = streams;
        stream = new SharedStream(operation, request, options, () => open.delete(key));
        const first = stream.join();
        stream.start();
        open.set(key, stream);
        return first;
      }
      return stream.join();
    },
  };
}

/** All of a request but what belongs to one client alone. What is added to requests later is in it by itself. */
function keyOf(request: SubscriptionRequest): string {
  return createHash('sha256')
    .update(JSON.stringify({ ...request, trace: undefined }))
    .digest('base64');
}

/** One stream of a subgraph, and those who listen to it. */
class SharedStream {
  readonly #operation: PreparedOperation;
  readonly #request: ExecutionRequest;
  readonly #options: SharedStreamsOptions;
  readonly #members = new Set<EventStream>();
  /** Aborts what is being fetched for an event when the last listener has left; absent where nothing is fetched. */
  readonly #left: ClientLeft | undefined;
  #closeToNewcomers: (() => void) | undefined;
  #closeUpstream: (() => void) | undefined;
  /** Events that wait for the one before them to be completed. */
  #waiting: ExecutionResult[] | undefined;
  #completing = false;
  ended: UpstreamEnd | undefined;

  constructor(
    operation: PreparedOperation,
    request: SubscriptionRequest,
    options: SharedStreamsOptions,
    closeToNewcomers: () => void,
  ) {
    const { rest } = operation.plan.node as SubscriptionNode;
    this.#left = rest ? new ClientLeft() : undefined;
    this.#operation = operation;
    // an event with no more to fetch is completed at once: there is nothing to abort
    this.#request = { ...request, signal: this.#left ?? neverLeaves };
    this.#options = options;
    this.#closeToNewcomers = closeToNewcomers;
  }

  start(): void {
    const { primary } = this.#operation.plan.node as SubscriptionNode;
    const client = this.#operation.supergraph.subgraphs.get(primary.serviceName);
    if (!client) throw new Error(`The plan names the unknown subgraph "${primary.serviceName}".`);
    const variables: Record<string, unknown> = {};
    for (const name of primary.variableUsages ?? [])
      if (Object.hasOwn(this.#request.variables, name)) variables[name] = this.#request.variables[name];
    this.#options.onUpstreams?.(1);
    this.#closeUpstream = openUpstream(
      client,
      { query: primary.operation, variables, operationName: primary.operationName },
      this.#request,
      this,
      this.#options,
    );
  }

  join(): EventStream {
    const member = new EventStream(this, this.#options.queueLimit, this.#options.onDrop);
    this.#members.add(member);
    return member;
  }

  leave(member: EventStream): void {
    if (!this.#members.delete(member) || this.#members.size > 0) return;
    this.#newcomers();
    this.#waiting = undefined;
    this.#left?.abort();
    this.#close();
  }

  next(event: ExecutionResult): void {
    this.#newcomers();
    if (!this.#completing) return void this.#complete(event);
    (this.#waiting ??= []).push(event);
    if (this.#waiting.length <= this.#options.queueLimit) return;
    this.#waiting.shift();
    this.#options.onDrop?.();
  }

  end(reason: UpstreamEnd, last?: ExecutionResult): void {
    this.#newcomers();
    this.#close();
    this.ended = reason;
    if (last) this.next(last);
    if (!this.#completing) this.#endMembers();
  }

  /** Completes an event and those that wait behind it, one after the other: a newer state must not come first. */
  async #complete(first: ExecutionResult): Promise<void> {
    this.#completing = true;
    let event: ExecutionResult | undefined = first;
    while (event) {
      const executed = await this.#execute(event);
      for (const member of this.#members) member.push(executed);
      event = this.#waiting?.shift();
    }
    this.#completing = false;
    this.#waiting = undefined;
    if (this.ended) this.#endMembers();
  }

  async #execute(event: ExecutionResult): Promise<Executed> {
    // errors before any data are the stream's own end, and nothing can be fetched for them
    if (event.data === undefined) return { errors: (event.errors ?? []).map(toError) };
    try {
      return await this.#options.executor.executeEvent(this.#operation, event, this.#request);
    } catch (error) {
      // the executor's own fault: it is masked and logged for each client, and the next event may do better
      return { errors: [error as GraphQLError] };
    }
  }

  #newcomers(): void {
    this.#closeToNewcomers?.();
    this.#closeToNewcomers = undefined;
  }

  #close(): void {
    if (!this.#closeUpstream) return;
    this.#closeUpstream();
    this.#closeUpstream = undefined;
    this.#options.onUpstreams?.(-1);
  }

  #endMembers(): void {
    for (const member of this.#members) member.end();
    this.#members.clear();
  }
}

/** An error as it came over the wire, as an error object. */
function toError({ message, path, extensions }: GraphQLError): GraphQLError {
  return new GraphQLError(message, { path, extensions });
}
