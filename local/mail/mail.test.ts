import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../platform/logger.ts';
import type { Message } from './mailbox.ts';
import { createMail, type Mail } from './mail.ts';

describe('mail catcher', () => {
  let directory: string;
  let mail: Mail;
  const start = async (limit = 50): Promise<void> => {
    mail = createMail({
      host: '127.0.0.1',
      smtpPort: 0,
      httpPort: 0,
      directory,
      logger: createLogger('mail', 'silent'),
      limit,
    });
    await mail.listen();
  };
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'mail-'));
    await start();
  });
  afterEach(async () => {
    await mail.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const send = async (options: SendMailOptions): Promise<void> => {
    const transport = createTransport({ host: '127.0.0.1', port: mail.smtpPort, secure: false });
    await transport.sendMail({ from: 'Marquee <no-reply@marquee.test>', subject: 'Hello', ...options });
    transport.close();
  };
  const ask = async <Body = { messages: Message[] }>(path: string): Promise<Body> =>
    (await (await fetch(`${mail.url}${path}`)).json()) as Body;

  it('keeps what is sent, newest first, and tells it by recipient', async () => {
    await send({ to: 'Ann@Example.test', subject: 'One', text: 'first' });
    await send({ to: 'bob@example.test', bcc: 'ann@example.test', subject: 'Two', html: '<b>second</b>' });
    await send({ to: 'bob@example.test', subject: 'Three', text: 'third' });
    const subjects = async (path: string): Promise<string[]> =>
      (await ask(path)).messages.map(({ subject }) => subject);
    expect(await subjects('/api/messages')).toEqual(['Three', 'Two', 'One']);
    expect(await subjects('/api/messages?to=ann@example.test')).toEqual(['Two', 'One']);
    const [two] = (await ask('/api/messages?to=ANN@example.test')).messages;
    expect(await ask(`/api/messages/${two!.id}`)).toMatchObject({
      from: '"Marquee" <no-reply@marquee.test>',
      to: ['bob@example.test', 'ann@example.test'],
      text: 'second',
      html: '<b>second</b>\n',
    });
    expect((await fetch(`${mail.url}/api/messages/msg_none`)).status).toBe(404);
  });

  it('keeps the last mails over a restart, and no more than its limit', async () => {
    for (const subject of ['1', '2', '3', '4']) await send({ to: 'a@b.test', subject, text: subject });
    await mail.close();
    await start(3);
    await send({ to: 'a@b.test', subject: '5', text: '5' });
    expect((await ask('/api/messages')).messages.map(({ subject }) => subject)).toEqual(['5', '4', '3']);
  });

  it('lets a client wait for the next mail to an address', async () => {
    const waiting = ask<Message>('/api/messages/next?to=ann@example.test&timeout=20');
    await send({ to: 'bob@example.test', subject: 'Not hers', text: 'x' });
    await send({
      to: 'ann@example.test',
      subject: 'Confirm',
      text: 'https://marquee.test/confirm?token=abc',
    });
    const first = await waiting;
    expect(first.subject).toBe('Confirm');
    // without `after` what is already there is an answer
    expect((await ask<Message>('/api/messages/next?to=ann@example.test')).id).toBe(first.id);
    const next = ask<Message>(`/api/messages/next?to=ann@example.test&after=${first.id}&timeout=20`);
    await send({ to: 'ann@example.test', subject: 'Welcome', text: 'x' });
    expect((await next).subject).toBe('Welcome');
  });

  it('says so when no mail comes in time', async () => {
    expect((await fetch(`${mail.url}/api/messages/next?to=nobody@b.test&timeout=0.05`)).status).toBe(404);
    expect((await fetch(`${mail.url}/api/messages/next?timeout=forever`)).status).toBe(400);
  });

  it('sends those who wait away when it stops', async () => {
    const waiting = fetch(`${mail.url}/api/messages/next?to=nobody@b.test&timeout=60`);
    // the page answers after the waiting request was taken: connections are served in order of arrival
    await fetch(`${mail.url}/`);
    await mail.close();
    expect((await waiting).status).toBe(503);
  });

  it('shows a mail with links that work and nothing that runs', async () => {
    await send({
      to: 'ann@example.test',
      from: '"<script>alert(1)</script>" <a@b.test>',
      subject: '<script>alert("subject")</script>',
      text: 'Go to https://marquee.test/a?b=1&c="><img src=x onerror=alert(1)>.',
      html: '<script>alert(1)</script><a href="https://marquee.test/">go</a><img src="http://spy.test/x.png">',
      attachments: [{ filename: '<b>.txt', content: 'x' }],
    });
    const [message] = (await ask('/api/messages')).messages;
    for (const path of ['/', `/messages/${message!.id}`]) {
      const response = await fetch(`${mail.url}${path}`);
      const page = await response.text();
      expect(page).not.toContain('<script');
      expect(page).not.toContain('<img');
      expect(page).toContain('&lt;script&gt;');
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
    const page = await (await fetch(`${mail.url}/messages/${message!.id}`)).text();
    expect(page).toContain('<a href="https://marquee.test/a?b=1&amp;c=" target="_blank"');
    expect(page).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
    const frame = await fetch(`${mail.url}/messages/${message!.id}/html`);
    const policy = frame.headers.get('content-security-policy')!;
    expect(policy).toMatch(/^sandbox allow-popups/);
    expect(policy).not.toContain('allow-scripts');
    expect(policy).not.toContain('allow-same-origin');
    expect(await frame.text()).toContain('<a href="https://marquee.test/">go</a>');
  });

  it('takes a client that signs in, whatever it says', async () => {
    const transport = createTransport({
      host: '127.0.0.1',
      port: mail.smtpPort,
      auth: { user: 'any', pass: 'thing' },
    });
    await transport.sendMail({ from: 'a@b.test', to: 'c@d.test', subject: 'Signed in', text: 'x' });
    transport.close();
    expect((await ask('/api/messages')).messages).toHaveLength(1);
  });

  it('refuses a mail that is too large, and goes on', async () => {
    await expect(send({ to: 'a@b.test', text: 'x'.repeat(11_000_000) })).rejects.toMatchObject({
      responseCode: 552,
    });
    await send({ to: 'a@b.test', subject: 'Small', text: 'x' });
    expect((await ask('/api/messages')).messages.map(({ subject }) => subject)).toEqual(['Small']);
  });

  it('names the port that is in use', async () => {
    const second = createMail({
      host: '127.0.0.1',
      smtpPort: mail.smtpPort,
      httpPort: 0,
      directory: join(directory, 'second'),
      logger: createLogger('mail', 'silent'),
      limit: 5,
    });
    await expect(second.listen()).rejects.toThrow(`Port ${mail.smtpPort} is in use`);
    await second.close();
  });
});
