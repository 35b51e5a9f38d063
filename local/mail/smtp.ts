import type { AddressInfo } from 'node:net';
import { callbackify } from 'node:util';
import { simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { newId } from '../../platform/ids.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Message } from './mailbox.ts';

export interface SmtpOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly logger: Logger;
  readonly receive: (message: Message) => void;
}

export interface Smtp {
  /** Known once it listens. */
  readonly port: number;
  /** @throws with a sentence that names the port if it is taken */
  listen(): Promise<void>;
  close(): Promise<void>;
}

/** Bytes of one mail. */
const sizeLimit = 10_000_000;

/** Takes every mail that is sent, whoever sends it to whom, and delivers none. */
export function createSmtp({ host, port, logger, receive }: SmtpOptions): Smtp {
  // smtp-server answers 250 only after this: a mail that was accepted is on disk
  const take = callbackify(async (stream: SMTPServerDataStream, session: SMTPServerSession) => {
    const message = await read(stream, session);
    receive(message);
    logger.info({ id: message.id, to: message.to, subject: message.subject }, 'mail caught');
  });
  const server = new SMTPServer({
    banner: 'Marquee catches mail here',
    size: sizeLimit,
    authOptional: true,
    allowInsecureAuth: true,
    // there is no certificate that a client would accept
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    // at a stop, clients that keep a connection open without a word
    closeTimeout: 1_000,
    onAuth: (_auth, _session, callback) => callback(null, { user: 'anyone' }),
    onData: (stream, session, callback) => take(stream, session, callback),
  });
  server.on('error', (error) => logger.warn({ error }, 'an SMTP connection failed'));
  const address = () => server.server.address() as AddressInfo | null;

  return {
    get port() {
      return address()?.port ?? port;
    },
    listen: () =>
      new Promise((resolve, reject) => {
        const failed = (error: NodeJS.ErrnoException): void =>
          reject(
            error.code === 'EADDRINUSE'
              ? new Error(`Port ${port} is in use. Stop what uses it, or choose another with PORT.`)
              : error,
          );
        server.server.once('error', failed);
        server.listen(port, host, () => {
          server.server.off('error', failed);
          resolve();
        });
      }),
    close: () =>
      new Promise((resolve) => {
        if (address() === null) resolve();
        else server.close(() => resolve());
      }),
  };
}

async function read(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<Message> {
  const mail = await simpleParser(stream);
  if (stream.sizeExceeded)
    throw Object.assign(new Error(`The mail is larger than ${sizeLimit} bytes.`), { responseCode: 552 });
  const { mailFrom, rcptTo } = session.envelope;
  return {
    id: newId('msg'),
    from: mail.from?.text ?? (mailFrom ? mailFrom.address : ''),
    to: rcptTo.map(({ address }) => address.toLowerCase()),
    subject: mail.subject ?? '(no subject)',
    text: mail.text ?? '',
    html: typeof mail.html === 'string' ? mail.html : null,
    attachments: mail.attachments.map(({ filename, contentType, size }) => ({
      name: filename ?? 'unnamed',
      contentType,
      size,
    })),
    receivedAt: new Date().toISOString(),
  };
}
