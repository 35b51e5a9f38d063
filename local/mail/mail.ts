import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../../platform/logger.ts';
import { createHttpService, sendJson, type RouteHandler } from '../../platform/serve.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import { framePage, framePolicy, listPage, messagePage, pagePolicy } from './pages.ts';
import { createSmtp } from './smtp.ts';

export interface MailOptions {
  readonly host: string;
  /** Where mail is sent to; 0 takes a free one. */
  readonly smtpPort: number;
  /** Where it is read; 0 takes a free one. */
  readonly httpPort: number;
  /** Where it is kept; made if it is missing. For one process at a time. */
  readonly directory: string;
  readonly logger: Logger;
  /** How many mails are kept. */
  readonly limit: number;
}

export interface Mail {
  /** Address of the page, known once it listens. */
  readonly url: string;
  readonly smtpPort: number;
  listen(): Promise<void>;
  close(): Promise<void>;
}

/** Catches what is sent by SMTP, and shows it on a page and as JSON. */
export function createMail(options: MailOptions): Mail {
  const { host, httpPort, smtpPort, directory, logger, limit } = options;
  const mailbox = createMailbox(directory, limit);
  const smtp = createSmtp({ host, port: smtpPort, logger, receive: (message) => mailbox.add(message) });
  const stopping = new AbortController();
  const service = createHttpService({
    host,
    port: httpPort,
    logger,
    ready: async () => {},
    drainMilliseconds: 2_000,
    routes: [
      { method: 'GET', path: '/', handler: showList(mailbox) },
      { method: 'GET', path: '/messages/:id', handler: showMessage(mailbox) },
      { method: 'GET', path: '/messages/:id/html', handler: showFrame(mailbox) },
      { method: 'GET', path: '/api/messages', handler: answerList(mailbox) },
      { method: 'GET', path: '/api/messages/next', handler: answerNext(mailbox, stopping.signal) },
      { method: 'GET', path: '/api/messages/:id', handler: answerMessage(mailbox) },
    ],
  });
  return {
    get url() {
      return service.url;
    },
    get smtpPort() {
      return smtp.port;
    },
    async listen() {
      await service.listen();
      await smtp.listen();
    },
    async close() {
      // those who wait for a mail would hold the stop up
      stopping.abort();
      await Promise.all([smtp.close(), service.close()]);
    },
  };
}

const showList =
  (mailbox: Mailbox): RouteHandler =>
  (request, response) => {
    const to = queryOf(request).get('to') ?? undefined;
    sendPage(response, listPage(mailbox.list(to), to), pagePolicy);
  };

const showMessage =
  (mailbox: Mailbox): RouteHandler =>
  (_request, response, { id = '' }) => {
    const message = mailbox.get(id);
    if (!message) return sendJson(response, 404, { error: 'There is no such message.' });
    sendPage(response, messagePage(message), pagePolicy);
  };

const showFrame =
  (mailbox: Mailbox): RouteHandler =>
  (_request, response, { id = '' }) => {
    const message = mailbox.get(id);
    if (!message) return sendJson(response, 404, { error: 'There is no such message.' });
    sendPage(response, framePage(message), framePolicy);
  };

/** `?to=` */
const answerList =
  (mailbox: Mailbox): RouteHandler =>
  (request, response) =>
    sendJson(response, 200, { messages: mailbox.list(queryOf(request).get('to') ?? undefined) });

const answerMessage =
  (mailbox: Mailbox): RouteHandler =>
  (_request, response, { id = '' }) => {
    const message = mailbox.get(id);
    if (message) sendJson(response, 200, message);
    else sendJson(response, 404, { error: 'There is no such message.' });
  };

const longestWait = 60;

/**
 * `?to=ADDRESS&after=ID&timeout=SECONDS`, all optional: the message that came after ID, or without it the newest;
 * if it is not here yet the answer waits for it. 404 if it does not come in time.
 */
const answerNext =
  (mailbox: Mailbox, stopping: AbortSignal): RouteHandler =>
  async (request, response) => {
    const query = queryOf(request);
    const timeout = Number(query.get('timeout') ?? 30);
    if (!(timeout >= 0 && timeout <= longestWait))
      return sendJson(response, 400, { error: `timeout is from 0 to ${longestWait} seconds.` });
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const message = await mailbox.next(
      query.get('to') ?? undefined,
      query.get('after') ?? undefined,
      AbortSignal.any([AbortSignal.timeout(timeout * 1000), gone.signal, stopping]),
    );
    if (gone.signal.aborted) return;
    if (message) sendJson(response, 200, message);
    else if (stopping.aborted) sendJson(response, 503, { error: 'The mail catcher is stopping.' });
    else sendJson(response, 404, { error: `No message came within ${timeout} seconds.` });
  };

const queryOf = (request: IncomingMessage): URLSearchParams =>
  new URL(request.url ?? '/', 'http://mail.local').searchParams;

function sendPage(response: ServerResponse, page: string, policy: string): void {
  response
    .writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    })
    .end(page);
}
