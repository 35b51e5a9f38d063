import type Stripe from 'stripe';
import type { EventBus } from '../../platform/events/events.ts';
import { once } from '../../platform/outbox.ts';
import type { Prisma, PrismaClient } from './generated/prisma/client.ts';

/** Keeps the address of every user, for their customer at Stripe. */
export const consumeUsers = (events: EventBus, prisma: PrismaClient): Promise<() => Promise<void>> =>
  events.consume('billing', ['user.changed'], (event) =>
    once(prisma, event, async (transaction: Prisma.TransactionClient) => {
      const { userId, email } = event.payload;
      await transaction.$executeRaw`
        insert into customer (user_id, email, email_sequence) values (${userId}, ${email}, ${event.sequence})
        on conflict (user_id) do update set email = excluded.email, email_sequence = excluded.email_sequence
        where customer.email_sequence < excluded.email_sequence`;
    }),
  );

/**
 * The id of a user's customer at Stripe, made when first needed. The idempotency key makes it one customer, also
 * when a crash comes between Stripe's answer and our note of it.
 */
export async function ensureCustomer(stripe: Stripe, prisma: PrismaClient, userId: string): Promise<string> {
  const known = await prisma.customer.findUnique({ where: { userId } });
  if (known?.stripeCustomerId) return known.stripeCustomerId;
  const { id } = await stripe.customers.create(
    { metadata: { userId }, ...(known?.email && { email: known.email }) },
    { idempotencyKey: `customer-${userId}-${known?.email ?? ''}` },
  );
  const { stripeCustomerId } = await prisma.customer.upsert({
    where: { userId },
    create: { userId, stripeCustomerId: id },
    update: { stripeCustomerId: id },
  });
  return stripeCustomerId ?? id;
}

/** The user behind a customer of Stripe's; undefined for one that is not ours. */
export async function userOfCustomer(
  prisma: Prisma.TransactionClient | PrismaClient,
  stripeCustomerId: string,
): Promise<string | undefined> {
  const customer = await prisma.customer.findUnique({ where: { stripeCustomerId } });
  return customer?.userId;
}
