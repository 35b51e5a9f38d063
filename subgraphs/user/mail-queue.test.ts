import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createLogger } from '../../platform/logger.ts';
import { createMailQueue } from './mail-queue.ts';
import { codeIn, createMailbox, startTestService } from './test-service.ts';

test('a mail server that is down fails no registration, and the mail comes when it is back', async () => {
  const closed = createServer();
  closed.listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));

  const service = await startTestService({ SMTP_URL: `smtp://127.0.0.1:${port}` });
  const mailbox = await createMailbox();
  try {
    const person = await service.register();
    await expect.poll(() => service.prisma.mail.findFirst()).toMatchObject({ lastError: expect.any(String) });
    expect(await service.prisma.mailedCode.count()).toBeGreaterThan(0);
    // a restart, with the mail server back
    await service.stop();
    await service.prisma.mail.updateMany({ data: { nextAttemptAt: new Date() } });
    const queue = createMailQueue({
      prisma: service.prisma,
      logger: createLogger('user', 'silent'),
      smtpUrl: mailbox.url,
      from: 'Marquee <hello@marquee.test>',
      publicUrl: 'http://127.0.0.1:4000',
    });
    queue.start();
    const mail = await mailbox.next(person.email, /confirm/i);
    expect(mail.text).toContain('http://127.0.0.1:4000/watch?');
    expect(codeIn(mail)).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/);
    await expect.poll(() => service.prisma.mail.count()).toBe(0);
    await queue.close();
  } finally {
    await service.close();
    await mailbox.close();
  }
});

test('no code lies in the database, only hashes of those that were sent', async () => {
  const service = await startTestService();
  try {
    const person = await service.register();
    const code = codeIn(await service.mailbox.next(person.email, /confirm/i));
    const kept = JSON.stringify([
      await service.prisma.mail.findMany(),
      await service.prisma.mailedCode.findMany(),
    ]);
    expect(kept).not.toContain(code);
    expect(kept).not.toContain(code.replaceAll('-', ''));
  } finally {
    await service.close();
  }
});
