import type { UserError, UserErrorCode } from './generated/resolvers.ts';

/** The answer of a mutation that changed nothing. */
export interface Refused {
  readonly userErrors: [UserError, ...UserError[]];
}

/** What a mutation answers besides its entity when all went well. */
export const done: { userErrors: UserError[] } = Object.freeze({ userErrors: [] });

export const userError = (code: UserErrorCode, message: string, field?: string[]): UserError => ({
  code,
  message,
  field: field ?? null,
});

/**
 * Refuses as data, for outcomes that clients handle.
 * @param message what was wrong and how to put it right
 * @param field path of the input field at fault, outermost first
 */
export const refused = (code: UserErrorCode, message: string, field?: string[]): Refused => ({
  userErrors: [userError(code, message, field)],
});

export const isRefused = (outcome: object): outcome is Refused =>
  'userErrors' in outcome && Array.isArray(outcome.userErrors) && outcome.userErrors.length > 0;
