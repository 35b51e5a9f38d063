import type DataLoader from 'dataloader';
import type { Viewer } from '../../platform/viewer.ts';
import type { CheckoutPages } from './checkout.ts';
import type { Plan } from './generated/prisma/client.ts';
import type { Billing } from './memberships.ts';

/** What resolvers get, made once for each request. */
export interface Context {
  readonly viewer: Viewer;
  readonly billing: Billing;
  readonly pages: CheckoutPages;
  readonly portalReturnUrl: string;
  readonly plans: DataLoader<string, Plan | null>;
}
