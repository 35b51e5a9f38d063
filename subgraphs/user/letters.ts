import type { MailKind } from './generated/prisma/client.ts';

/** A mail as a person reads it. */
export interface Letter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

interface Words {
  readonly subject: string;
  readonly opening: string;
  /** What the button says, where there is something to do. */
  readonly action?: string;
  readonly closing: string;
}

const words: Record<MailKind, Words> = {
  CONFIRM_EMAIL: {
    subject: 'Confirm your e-mail for Marquee',
    opening: 'Welcome to Marquee. Please confirm that this address is yours.',
    action: 'Confirm my e-mail',
    closing: 'It works for two days. If you did not sign up, there is nothing to do.',
  },
  RESET_PASSWORD: {
    subject: 'Reset your Marquee password',
    opening: 'Somebody, hopefully you, asked for a new password for your Marquee account.',
    action: 'Choose a new password',
    closing:
      'It works once, within the hour. If it was not you, there is nothing to do: your password stays.',
  },
  PASSWORD_CHANGED: {
    subject: 'Your Marquee password was changed',
    opening: 'The password of your Marquee account was changed, and all devices were signed out.',
    closing: 'If it was not you, reset your password at once.',
  },
};

const paths: Partial<Record<MailKind, string>> = {
  CONFIRM_EMAIL: 'confirm-email',
  RESET_PASSWORD: 'reset-password',
};

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/**
 * Writes a mail.
 * @param publicUrl where its link leads
 * @param code what the link carries, which can be typed in too; mails with nothing to do have none
 */
export function writeLetter(kind: MailKind, publicUrl: string, code?: string): Letter {
  const { subject, opening, action, closing } = words[kind];
  if (action === undefined || code === undefined)
    return { subject, text: `${opening}\n\n${closing}\n`, html: page(`<p>${opening}</p><p>${closing}</p>`) };
  const link = new URL('/watch', publicUrl);
  link.searchParams.set('do', paths[kind] ?? '');
  link.searchParams.set('token', code);
  return {
    subject,
    text: `${opening}\n\n${action}: ${link.href}\n\nOr enter this code: ${code}\n\n${closing}\n`,
    html: page(
      `<p>${opening}</p><p><a href="${escaped(link.href)}">${action}</a></p>` +
        `<p>Or enter this code: <strong>${code}</strong></p><p>${closing}</p>`,
    ),
  };
}

const page = (body: string): string =>
  `<!doctype html><html lang="en"><body style="font:16px/1.5 sans-serif;max-width:34em">${body}</body></html>`;
