import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { createTestDatabase } from '../../tests/support/database.ts';
import { createDatabase } from '../../platform/database.ts';
import type { AnyDomainEvent, EventType } from '../../platform/domain-events.ts';
import { createInfrastructure, type Infrastructure } from '../../platform/infrastructure.ts';
import { createLogger } from '../../platform/logger.ts';
import { signViewer, VIEWER_HEADER, type Viewer } from '../../platform/viewer.ts';
import { readUserEnv } from './env.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { createUserSubgraph } from './subgraph.ts';

/** What a GraphQL server answers. */
export interface Answer {
  data?: any;
  errors?: { message: string; path?: (string | number)[]; extensions: { code: string } }[];
}

export interface SentMail {
  to: string;
  subject: string;
  text: string;
}

/** Somebody who signed in: what the gateway would make of their access token. */
export interface Person {
  id: string;
  email: string;
  password: string;
  profileId: string;
  accessToken: string;
  refreshToken: string;
  viewer: Viewer;
}

export const GATEWAY_SECRET = 'a secret of the gateway for tests, long enough';
const visitor: Viewer = { scopes: [], region: 'US' };

/** A mailbox that takes all mail. While it is shut it refuses connections. */
export async function createMailbox() {
  const mails: SentMail[] = [];
  const arrivals = new EventTarget();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, session, callback) {
      simpleParser(stream, (error: Error | null, mail) => {
        if (error) return callback(error);
        const to = session.envelope.rcptTo.map(({ address }) => address).join();
        mails.push({ to, subject: mail.subject ?? '', text: mail.text ?? '' });
        callback();
        arrivals.dispatchEvent(new Event('mail'));
      });
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    /** The first mail to an address whose subject fits, once it has come. */
    async next(to: string, subject: RegExp): Promise<SentMail> {
      for (;;) {
        const found = mails.find((mail) => mail.to === to && subject.test(mail.subject));
        if (found) return found;
        await once(arrivals, 'mail');
      }
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

export const codeIn = (mail: SentMail): string => /token=([\w-]+)/.exec(mail.text)?.[1] ?? '';

/** The user service as it is served, on a database of its own, with a real mail server behind it. */
export async function startTestService(overrides: Record<string, string> = {}) {
  const database = await createTestDatabase('user');
  const mailbox = await createMailbox();
  const logger = createLogger('user', 'silent');
  const infrastructure: Infrastructure = await createInfrastructure({ logger });
  const events: AnyDomainEvent[] = [];
  const types: EventType[] = ['user.changed', 'profile.changed', 'session.revoked'];
  await infrastructure.events.consume('test', types, async (event) => void events.push(event));
  const env = readUserEnv({
    PORT: '0',
    DATABASE_URL: database.url,
    GATEWAY_SECRET,
    KEY_ENCRYPTION_SECRET: 'a secret that encrypts keys in tests, long enough',
    TOKEN_ISSUER: 'http://127.0.0.1:4000',
    SMTP_URL: mailbox.url,
    MAIL_FROM: 'Marquee <hello@marquee.test>',
    PUBLIC_URL: 'http://127.0.0.1:4000',
    ...overrides,
  });
  const service = await createUserSubgraph({ env, infrastructure, logger });
  await service.listen();
  const inspection = createDatabase(database.url, PrismaClient, { logger, connections: 2 });

  async function ask(viewer: Viewer | undefined, query: string, variables: object = {}): Promise<Answer> {
    const response = await fetch(`${service.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [VIEWER_HEADER]: signViewer(viewer ?? visitor, GATEWAY_SECRET),
      },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer;
  }

  let people = 0;
  /** Registers somebody new. */
  async function register(scopes = ['catalog:read']): Promise<Person> {
    const email = `person-${++people}@example.test`;
    const password = `quite a password ${people}`;
    const { data, errors } = await ask(
      undefined,
      `mutation ($input: RegisterInput!) { register(input: $input) {
        user { id profiles { id } } tokens { accessToken refreshToken } userErrors { code message } } }`,
      { input: { email, password } },
    );
    if (errors || data.register.userErrors.length > 0) throw new Error(JSON.stringify({ data, errors }));
    return { ...personOf(data.register, scopes), email, password };
  }

  let stopped: Promise<void> | undefined;
  return {
    service,
    stop,
    env,
    infrastructure,
    events,
    mailbox,
    prisma: inspection.prisma,
    ask,
    register,
    close,
  };

  /** Stops the service and leaves its database, as a restart does. */
  function stop(): Promise<void> {
    stopped ??= service.close();
    return stopped;
  }
  async function close(): Promise<void> {
    await stop();
    await inspection.close();
    await infrastructure.close();
    await mailbox.close();
    await database.drop();
  }
}
export type TestService = Awaited<ReturnType<typeof startTestService>>;

/** The claims of a token, unverified. */
export const claimsOf = (token: string): Record<string, any> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

function personOf(payload: any, scopes: string[]): Omit<Person, 'email' | 'password'> {
  const { accessToken, refreshToken } = payload.tokens;
  const { sub, sid } = claimsOf(accessToken);
  return {
    id: sub,
    profileId: payload.user.profiles[0].id,
    accessToken,
    refreshToken,
    viewer: { userId: sub, sessionId: sid, scopes, region: 'US' },
  };
}
