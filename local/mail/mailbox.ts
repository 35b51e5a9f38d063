import { createFileStore } from '../file-store.ts';

export interface Message {
  /** Sorts by age. */
  id: string;
  from: string;
  /** Addresses that it was delivered to, hidden copies included, in lower case. */
  to: string[];
  subject: string;
  /** The plain text, made from the HTML where the mail has none. */
  text: string;
  /** As it was sent, inline pictures included; not to be trusted. */
  html: string | null;
  attachments: { name: string; contentType: string; size: number }[];
  receivedAt: string;
}

export interface Mailbox {
  add(message: Message): void;
  get(id: string): Message | undefined;
  /** Newest first; all, or those to one address. */
  list(to?: string): Message[];
  /**
   * The message that came to an address after another, or the newest if no other is named. Waits for it if it is
   * not here yet.
   * @returns undefined if `signal` aborts first
   */
  next(to: string | undefined, after: string | undefined, signal: AbortSignal): Promise<Message | undefined>;
}

/**
 * Keeps the last messages, over restarts.
 * @param limit how many
 */
export function createMailbox(directory: string, limit: number): Mailbox {
  const store = createFileStore<Message>(directory);
  const waiting = new Set<() => void>();
  const sentTo = (to: string | undefined) => (message: Message) =>
    to === undefined || message.to.includes(to.toLowerCase());

  const find = (to: string | undefined, after: string | undefined): Message | undefined => {
    const messages = store.list().filter(sentTo(to));
    if (after === undefined) return messages.at(-1);
    // what is no longer kept was older than everything that is
    const position = messages.findIndex(({ id }) => id === after);
    return position === -1 ? messages.find(({ id }) => id > after) : messages[position + 1];
  };

  return {
    add(message) {
      store.put(message.id, message);
      for (const { id } of store.list().slice(0, -limit)) store.delete(id);
      for (const look of waiting) look();
    },
    get: (id) => store.get(id),
    list: (to) => store.list().filter(sentTo(to)).reverse(),
    next: (to, after, signal) =>
      new Promise((resolve) => {
        const look = (): void => {
          const message = find(to, after);
          if (!message && !signal.aborted) return;
          waiting.delete(look);
          signal.removeEventListener('abort', look);
          resolve(message);
        };
        waiting.add(look);
        signal.addEventListener('abort', look);
        look();
      }),
  };
}
