import type * as z from 'zod';
import type { Transaction } from './state.ts';

export interface RequestContext {
  readonly tx: Transaction;
}

/** One operation of the API. */
export interface Endpoint<Schema extends z.ZodType = z.ZodType> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With at most one parameter, `:id`. */
  readonly path: string;
  readonly parameters: Schema;
  /**
   * Does the work inside a transaction, which is kept if this returns.
   * @returns the body of the answer
   * @throws {StripeFailure}
   */
  answer(context: RequestContext, parameters: z.output<Schema>, id: string): unknown;
}

/** Ties an endpoint's parameters to its schema. */
export const endpoint = <Schema extends z.ZodType>(definition: Endpoint<Schema>): Endpoint =>
  definition as unknown as Endpoint;
