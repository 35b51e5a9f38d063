import type { UserError, UserErrorCode } from './generated/resolvers.ts';

/** The answer of a mutation that changed nothing. */
export interface Refused {
  readonly userErrors: [UserError, ...UserError[]];
}

export const userError = (code: UserErrorCode, message: string, field: string[]): UserError => ({
  code,
  message,
  field,
});

/** Refuses as data, for outcomes that clients handle. */
export const refused = (first: UserError, ...more: UserError[]): Refused => ({
  userErrors: [first, ...more],
});

export const isRefused = (outcome: object): outcome is Refused => 'userErrors' in outcome;
