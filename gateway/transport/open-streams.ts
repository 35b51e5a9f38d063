import type { GraphQLError } from 'graphql';
import { networkOf } from '../../platform/addresses.ts';
import { codedError, signedOut } from '../../platform/errors.ts';
import type { Viewer } from '../../platform/viewer.ts';
import type { Identity } from '../admission/identity.ts';
import type { Counted } from '../admission/rate-limit.ts';
import type { UpstreamEnd } from '../execution/upstream.ts';
import { createCounts } from './counts.ts';

/**
 * Why a stream ended: what happened upstream, or the client left (`client`), or we ended it. `recheck` is for API
 * keys, which have no expiry of their own and might be revoked; `slow` for a client that took nothing, or answered no
 * ping, for too long; `failed` for a fault of ours.
 */
export type EndReason =
  | UpstreamEnd
  | 'client'
  | 'token_expired'
  | 'signed_out'
  | 'recheck'
  | 'reload'
  | 'shutdown'
  | 'slow'
  | 'failed';

/** One connection with a client: a WebSocket with any number of streams, or a response that is one stream. */
export interface StreamConnection {
  readonly identity: Identity;
  /** Ends it with all its streams, and tells the client why in the way of its transport. */
  end(reason: EndReason): void;
  /** Called every now and then: shows the client that we live, and ends what shows no life itself. */
  beat(): void;
}

/** One stream that a client follows. */
export interface OpenStream {
  readonly connection: StreamConnection;
  /** Id of the supergraph that it runs on. */
  readonly supergraph: string;
}

export interface OpenStreamsOptions {
  /** Streams that one user, key, or (for visitors) address may follow at once. */
  readonly perViewer: number;
  /** Milliseconds between two heartbeats of a connection. */
  readonly heartbeat: number;
  /** Milliseconds over which the streams of a supergraph that was replaced are ended. */
  readonly reloadSpread: number;
  /** Id of the supergraph that new streams run on. */
  readonly supergraph: () => string;
  /** Whether a sign-in has ended before its tokens expire. */
  readonly isRevoked: (sessionId: string) => boolean;
  readonly onBegin: () => void;
  readonly onEnd: (reason: EndReason) => void;
}

/** All streams that clients follow, over whichever transport, and what ends them from our side. */
export interface OpenStreams {
  /** From now on the connection beats, and ends when its token expires or its session is revoked. */
  connect(connection: StreamConnection): void;
  disconnect(connection: StreamConnection): void;
  /** @throws `RATE_LIMITED` if the viewer has as many streams as it may */
  check(viewer: Viewer): void;
  begin(connection: StreamConnection, supergraph: string): OpenStream;
  /** Once for each that began; a second time does nothing. */
  finish(stream: OpenStream, reason: EndReason): void;
  /** Ends all connections of a sign-in. */
  endSession(sessionId: string): void;
  /** Ends everything. */
  close(): void;
}

/** Milliseconds. One clock serves all streams: ten thousand timers of their own would cost more than the streams do. */
const TICK = 250;
/** Milliseconds after which an API key is shown again. */
const KEY_LIFETIME = 15 * 60_000;

export function createOpenStreams(options: OpenStreamsOptions): OpenStreams {
  const { perViewer, heartbeat, reloadSpread, supergraph, isRevoked, onBegin, onEnd } = options;
  const streams = new Set<OpenStream>();
  const counts = createCounts();
  // every tick is the turn of one slot, so that heartbeats never go out all at once
  const slots = Array.from(
    { length: Math.max(1, Math.round(heartbeat / TICK)) },
    () => new Set<StreamConnection>(),
  );
  const places = new Map<StreamConnection, { readonly slot: number; readonly ends: number | undefined }>();
  /** Connections by the second in which they end: of tokens by the time of day, of keys by a clock that nobody puts back. */
  const expiries = new Map<number, Set<StreamConnection>>();
  const rechecks = new Map<number, Set<StreamConnection>>();
  const endsOf = ({ identity }: StreamConnection): Map<number, Set<StreamConnection>> =>
    identity.expiresAt === undefined ? rechecks : expiries;
  let turn = 0;
  let serving = supergraph();
  let replaced: { streams: OpenStream[]; since: number; ended: number } | undefined;
  let closed = false;

  const endDue = (ends: Map<number, Set<StreamConnection>>, now: number, reason: EndReason): void => {
    for (const [second, due] of ends) {
      if (second * 1000 > now) continue;
      ends.delete(second);
      for (const connection of due) connection.end(reason);
    }
  };

  /** The supergraph is asked, not listened to: by the time that a new id is seen here, it is the one that serves. */
  const noticeReload = (now: number): void => {
    const id = supergraph();
    if (id === serving) return;
    serving = id;
    const old = [...streams].filter((stream) => stream.supergraph !== id);
    replaced = old.length > 0 ? { streams: old, since: now, ended: 0 } : undefined;
  };

  const endReplaced = (now: number): void => {
    if (!replaced) return;
    const { streams: old, since } = replaced;
    const share = reloadSpread === 0 ? 1 : Math.min(1, (now - since + TICK) / reloadSpread);
    const due = Math.ceil(old.length * share);
    // one that is over has no reason left to end its connection
    for (const stream of old.slice(replaced.ended, due))
      if (streams.has(stream)) stream.connection.end('reload');
    replaced.ended = due;
    if (due === old.length) replaced = undefined;
  };

  const clock = setInterval(() => {
    const now = performance.now();
    endDue(expiries, Date.now(), 'token_expired');
    endDue(rechecks, now, 'recheck');
    noticeReload(now);
    endReplaced(now);
    turn = (turn + 1) % slots.length;
    for (const connection of slots[turn] ?? []) connection.beat();
  }, TICK).unref();

  return {
    connect(connection) {
      const { expiresAt, viewer } = connection.identity;
      const ends =
        expiresAt ??
        (viewer.apiKeyId === undefined ? undefined : Math.ceil((performance.now() + KEY_LIFETIME) / 1000));
      const slot = (turn + places.size) % slots.length;
      places.set(connection, { slot, ends });
      slots[slot]?.add(connection);
      const due = endsOf(connection);
      if (ends !== undefined) due.set(ends, (due.get(ends) ?? new Set()).add(connection));
      // revoked, or stopping, while its first request was on its way through admission
      if (viewer.sessionId !== undefined && isRevoked(viewer.sessionId)) connection.end('signed_out');
      else if (closed) connection.end('shutdown');
    },

    disconnect(connection) {
      const place = places.get(connection);
      if (!place) return;
      places.delete(connection);
      slots[place.slot]?.delete(connection);
      if (place.ends === undefined) return;
      const ends = endsOf(connection);
      const due = ends.get(place.ends);
      if (due?.delete(connection) && due.size === 0) ends.delete(place.ends);
    },

    check(viewer) {
      if (counts.of(viewerKey(viewer)) >= perViewer) throw tooManyStreams(perViewer);
    },

    begin(connection, id) {
      counts.add(viewerKey(connection.identity.viewer), 1);
      const stream = { connection, supergraph: id };
      streams.add(stream);
      // prepared before a reload, and begun after that was noticed
      if (id !== serving && id !== supergraph()) {
        replaced ??= { streams: [], since: performance.now(), ended: 0 };
        replaced.streams.push(stream);
      }
      onBegin();
      return stream;
    },

    finish(stream, reason) {
      if (!streams.delete(stream)) return;
      counts.add(viewerKey(stream.connection.identity.viewer), -1);
      onEnd(reason);
    },

    endSession(sessionId) {
      for (const connection of places.keys())
        if (connection.identity.viewer.sessionId === sessionId) connection.end('signed_out');
    },

    close() {
      closed = true;
      clearInterval(clock);
      for (const connection of places.keys()) connection.end('shutdown');
    },
  };
}

/** Whom limits count for: a key, a user, or (for visitors) an address. */
export const viewerKey = ({ apiKeyId, userId, address }: Counted): string =>
  apiKeyId !== undefined
    ? `key:${apiKeyId}`
    : userId !== undefined
      ? `user:${userId}`
      : `address:${networkOf(address)}`;

/** The refusal of a stream, by its viewer or by its connection. */
export const tooManyStreams = (limit: number, here = ''): GraphQLError =>
  codedError(
    'RATE_LIMITED',
    `You follow ${limit} streams${here} already, which is as many as you may: end one first.`,
  );

/** What a client is told of an end that it did not bring about itself; undefined where its own results say it. */
export function farewell(reason: EndReason): GraphQLError | undefined {
  switch (reason) {
    case 'token_expired':
      return codedError(
        'TOKEN_EXPIRED',
        'The access token has expired: get a new one with your refresh token.',
      );
    case 'signed_out':
      return signedOut();
    case 'recheck':
    case 'reload':
    case 'shutdown':
      return codedError('RESUBSCRIBE', 'The stream ends on our side: subscribe again.');
    case 'failed':
      return codedError('INTERNAL_SERVER_ERROR', 'The stream ends by a fault on our side.');
    default:
      return undefined;
  }
}
