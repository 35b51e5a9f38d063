import type { Invoice, Membership, Plan } from './generated/prisma/client.ts';

export interface UserMapper {
  readonly id: string;
}
export type PlanMapper = Plan;
export type MembershipMapper = Membership;
export type InvoiceMapper = Invoice;
