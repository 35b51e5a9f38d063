import type { UserErrorCode } from './generated/resolvers.ts';

/** An expected refusal, as a mutation's payload carries it. */
export interface Refusal {
  code: UserErrorCode;
  message: string;
  field?: string[];
}

/** What a domain function gives back: what was asked for, or why not. */
export type Outcome<Value> = { value: Value; refusal?: undefined } | { value?: undefined; refusal: Refusal };

export const refused = (code: UserErrorCode, message: string, field?: string[]): { refusal: Refusal } => ({
  refusal: { code, message, ...(field && { field }) },
});
