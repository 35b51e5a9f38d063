import { createTransport, type Transporter } from 'nodemailer';
import { newId } from '../../platform/ids.ts';
import type { Logger } from '../../platform/logger.ts';
import { createPeriodic } from '../../platform/periodic.ts';
import { digest, newCode } from './codes.ts';
import type { Mail, MailKind, Prisma, PrismaClient } from './generated/prisma/client.ts';
import { writeLetter } from './letters.ts';

/** How long a mailed code is good for. */
const codeMinutes: Partial<Record<MailKind, number>> = { CONFIRM_EMAIL: 2 * 24 * 60, RESET_PASSWORD: 60 };

/** Twice the longest that one attempt takes: nobody else tries before. */
const CLAIM_SECONDS = 60;
/** About a day and a half with the waits below. */
const MOST_ATTEMPTS = 40;
const longestWaitSeconds = 3600;
const POLL_MILLISECONDS = 5_000;

/** Mails that are to be sent, kept in the database until the mail server took them. */
export interface MailQueue {
  /** Notes a mail in the transaction of what it tells of: both happen or neither does. */
  enqueue(tx: Prisma.TransactionClient, kind: MailKind, recipient: string): Promise<void>;
  /** Says that there may be new ones; call it after the commit. */
  wake(): void;
  /** Begins to send: what a crash left over first. */
  start(): void;
  /** Stops after the mail that is under way. What is left is sent by the next start. */
  close(): Promise<void>;
}

/**
 * Sends mails at least once: a crash between the server's yes and our note of it sends one again. The code that goes
 * into a mail is made when it is sent and only its hash is kept, so that the queue holds nothing worth stealing.
 */
export function createMailQueue(options: {
  readonly prisma: PrismaClient;
  readonly logger: Logger;
  readonly smtpUrl: string;
  readonly from: string;
  readonly publicUrl: string;
}): MailQueue {
  const { prisma, logger, smtpUrl, from, publicUrl } = options;
  const transport: Transporter = createTransport({
    url: smtpUrl,
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: 10_000,
  });
  let closed = false;

  const sending = createPeriodic('send mails', POLL_MILLISECONDS, logger, async () => {
    try {
      for (
        let mail = await claim(prisma);
        mail !== undefined;
        mail = closed ? undefined : await claim(prisma)
      )
        await attempt(mail);
    } catch (error) {
      // the database is away: the next poll tries again
      logger.warn({ error: String(error) }, 'the mail queue could not be read');
    }
  });

  async function attempt(mail: Mail): Promise<void> {
    try {
      const letter = await compose(prisma, mail, publicUrl);
      if (letter !== undefined) {
        const domain = /@([\w.-]+)/.exec(from)?.[1] ?? 'localhost';
        await transport.sendMail({
          from,
          to: mail.recipient,
          messageId: `<${mail.id}@${domain}>`,
          ...letter,
        });
        logger.info({ mailId: mail.id, kind: mail.kind }, 'a mail was sent');
      }
      await prisma.mail.delete({ where: { id: mail.id } });
    } catch (error) {
      await putOff(mail, error);
    }
  }

  async function putOff(mail: Mail, error: unknown): Promise<void> {
    const lastError = (error instanceof Error ? error.message : String(error)).slice(0, 500);
    const wait = Math.min(2 ** Math.min(mail.attempts - 1, 20), longestWaitSeconds);
    const failed = mail.attempts >= MOST_ATTEMPTS;
    await prisma.mail.update({
      where: { id: mail.id },
      data: {
        lastError,
        nextAttemptAt: new Date(Date.now() + wait * 1000),
        failedAt: failed ? new Date() : null,
      },
    });
    const facts = { mailId: mail.id, kind: mail.kind, attempt: mail.attempts, error: lastError };
    if (failed) logger.error(facts, 'a mail was given up');
    else logger.warn({ ...facts, retryInSeconds: wait }, 'a mail could not be sent');
  }

  return {
    async enqueue(tx, kind, recipient) {
      await tx.mail.create({ data: { id: newId('mail'), kind, recipient } });
    },
    wake: sending.wake,
    start: sending.start,
    async close() {
      closed = true;
      await sending.close();
      transport.close();
    },
  };
}

/** Takes the mail that is due longest; several processes take different ones. */
async function claim(prisma: PrismaClient): Promise<Mail | undefined> {
  const [taken] = await prisma.$queryRaw<{ id: string }[]>`
    update mail set attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => ${CLAIM_SECONDS}::float8)
    where id = (
      select id from mail where failed_at is null and next_attempt_at <= now()
      order by next_attempt_at limit 1 for update skip locked)
    returning id`;
  return taken === undefined ? undefined : prisma.mail.findUniqueOrThrow({ where: { id: taken.id } });
}

/** Writes a mail, with a fresh code where it needs one; undefined if nobody is to get it. */
async function compose(prisma: PrismaClient, mail: Mail, publicUrl: string) {
  const user = await prisma.user.findUnique({ where: { email: mail.recipient } });
  if (user === null || (mail.kind === 'CONFIRM_EMAIL' && user.emailVerifiedAt !== null)) return undefined;
  const minutes = codeMinutes[mail.kind];
  if (minutes === undefined) return writeLetter(mail.kind, publicUrl);
  const code = newCode();
  await prisma.mailedCode.create({
    data: {
      hash: digest(code),
      userId: user.id,
      kind: mail.kind,
      expiresAt: new Date(Date.now() + minutes * 60_000),
    },
  });
  return writeLetter(mail.kind, publicUrl, code);
}
