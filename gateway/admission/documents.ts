import { LRUCache } from 'lru-cache';
import { networkOf } from '../../platform/addresses.ts';
import { afterwards } from '../../platform/afterwards.ts';
import type { Cache } from '../../platform/cache.ts';
import { codedError } from '../../platform/errors.ts';
import type { Limits } from '../../platform/limits.ts';
import { shortened, type Logger } from '../../platform/logger.ts';
import type { OperationRequest } from '../operation/operation.ts';
import { sha256 } from './manifest.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

/**
 * What becomes of texts that are not trusted documents: `off` runs them, `log` runs them and tells of each, `safelist`
 * refuses them.
 */
export type TrustMode = 'off' | 'log' | 'safelist';

export interface DocumentsOptions {
  readonly logger: Logger;
  /** Whether clients may register texts under their hash (Apollo's automatic persisted queries). */
  readonly automatic: boolean;
  /** Where registered texts are shared with other gateways. */
  readonly cache: Cache;
  /** Where what addresses register is counted. */
  readonly limits: Limits;
  /** Characters of new texts that one address may register in an hour; more are run and not kept. */
  readonly perAddress: number;
  /** undefined where there is no manifest */
  readonly trusted: TrustedDocuments | undefined;
  readonly mode: TrustMode;
  /** Told of each text that is not trusted, in the modes `log` and `safelist`. */
  readonly onUntrusted: () => void;
}

/** A request with its text, and what is to happen once that text has proved valid. */
export interface ResolvedDocument {
  readonly query: string;
  /** Remembers the text under its hash; undefined where there is nothing to remember. */
  readonly register?: (() => void) | undefined;
}

export interface Documents {
  /**
   * Finds the text of a request that brings only its hash or id, and holds texts to the policy.
   * @param address that what is registered counts against
   * @throws `PERSISTED_QUERY_NOT_FOUND` for a hash or id that is not known: the client may send the text along
   * @throws `PERSISTED_QUERY_NOT_SUPPORTED` for hashes where none are kept
   * @throws `PERSISTED_QUERY_ONLY` for a text that is not trusted, in safelist mode
   * @throws `BAD_REQUEST` for a text that is not what its hash says
   */
  resolve(
    request: OperationRequest,
    address: string | undefined,
  ): ResolvedDocument | Promise<ResolvedDocument>;
}

/** Registered texts are shared for a day after they were last registered, and kept here while there is room. */
const LIFETIME_SECONDS = 24 * 3_600;
const MOST_TEXTS = 5_000;
const MOST_CHARACTERS = 16 * 1024 * 1024;
/** Over which it is counted what an address registers. */
const WINDOW_SECONDS = 3_600;

/** How a hash is written. What a client names otherwise can stand for nothing, and may be as long as a request. */
const HASH = /^[0-9a-f]{64}$/;

const keyOf = (hash: string): string => `gateway:document:${hash}`;

/**
 * Documents by hash and id: automatic persisted queries as Apollo's clients send them
 * (https://www.apollographql.com/docs/apollo-server/performance/apq), trusted documents from a manifest, and
 * `documentId` (https://github.com/graphql/graphql-over-http, appendix on persisted documents).
 */
export function createDocuments(options: DocumentsOptions): Documents {
  const { logger, cache, limits, perAddress, trusted, mode, onUntrusted } = options;
  // a list of what may be sent, and clients adding to it, are two different things
  const automatic = options.automatic && mode !== 'safelist';
  const texts = new LRUCache<string, string>({
    max: MOST_TEXTS,
    maxSize: MOST_CHARACTERS,
    sizeCalculation: (text) => text.length,
  });

  const register = async (hash: string, text: string, address: string | undefined): Promise<void> => {
    if (texts.has(hash)) return;
    try {
      const key = `gateway:documents:${networkOf(address)}`;
      await afterwards(limits.consume(key, text.length, perAddress, WINDOW_SECONDS), ({ allowed }) => {
        if (!allowed) return;
        texts.set(hash, text);
        return cache.set(keyOf(hash), text, LIFETIME_SECONDS);
      });
    } catch (error) {
      logger.warn({ cause: String(error) }, 'a persisted query could not be shared with other gateways');
    }
  };

  const read = async (hash: string): Promise<unknown> => {
    try {
      return await cache.get(keyOf(hash));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return undefined;
    }
  };

  const registered = async (hash: string): Promise<string | undefined> => {
    if (!HASH.test(hash)) return undefined;
    const near = texts.get(hash);
    if (near !== undefined) return near;
    const far = await read(hash);
    // what others may write there is believed as little as what clients send
    if (typeof far !== 'string' || far === '' || sha256(far) !== hash) return undefined;
    texts.set(hash, far);
    return far;
  };

  const checked = (query: string, operationName: string | undefined): string => {
    if (mode === 'off' || trusted === undefined || trusted.current.lists(query)) return query;
    onUntrusted();
    // its text would tell what users typed
    logger.warn(
      { operation: shortened(operationName), document: sha256(query), mode },
      'a document is not trusted',
    );
    if (mode === 'log') return query;
    throw codedError(
      'PERSISTED_QUERY_ONLY',
      'Only documents that were registered beforehand are run here. Send the id of one of them.',
    );
  };

  const byId = async (id: string, operationName: string | undefined): Promise<ResolvedDocument> => {
    const listed = trusted?.current.byId(id);
    if (listed !== undefined) return { query: listed };
    if (!automatic && trusted === undefined)
      throw codedError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
    const text = automatic ? await registered(id) : undefined;
    if (text === undefined) throw codedError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
    return { query: checked(text, operationName) };
  };

  return {
    resolve({ query, operationName, documentId, extensions }, address) {
      const hash = hashOf(extensions);
      if (query === undefined) {
        const id = documentId?.replace(/^sha256:/, '') ?? hash;
        if (id === undefined) throw codedError('BAD_REQUEST', '"query" must be a string.');
        const exact = documentId === undefined ? undefined : trusted?.current.byId(documentId);
        return exact === undefined ? byId(id, operationName) : { query: exact };
      }
      if (hash === undefined) return { query: checked(query, operationName) };
      if (sha256(query) !== hash) throw codedError('BAD_REQUEST', 'provided sha does not match query');
      return {
        query: checked(query, operationName),
        register: automatic ? () => void register(hash, query, address) : undefined,
      };
    },
  };
}

/** The hash in `extensions.persistedQuery`. @throws `BAD_REQUEST` if it is not of the protocol's first version */
function hashOf(extensions: Record<string, unknown> | undefined): string | undefined {
  const persisted = extensions?.['persistedQuery'];
  if (persisted === undefined || persisted === null) return undefined;
  const { version, sha256Hash } = persisted as { version?: unknown; sha256Hash?: unknown };
  if (version !== 1) throw codedError('BAD_REQUEST', 'Unsupported persisted query version');
  if (typeof sha256Hash !== 'string' || sha256Hash === '' || sha256Hash.length > 200)
    throw codedError('BAD_REQUEST', '"extensions.persistedQuery.sha256Hash" must be a string.');
  return sha256Hash;
}
