import type Stripe from 'stripe';
import { ensureCustomer } from './customers.ts';
import type { PrismaClient } from './generated/prisma/client.ts';
import { syncPlans } from './plans.ts';

/**
 * Demo data of a local platform: the plans, and a paid membership of the demo viewer. The membership is bought at
 * Stripe and arrives by webhook, as any other. Running it again changes nothing.
 * @param planId the plan that the viewer is to have
 */
export async function seedBilling(
  stripe: Stripe,
  prisma: PrismaClient,
  { userId, planId }: { userId: string; planId: string },
): Promise<{ plans: number; subscriptionId: string }> {
  const plans = await syncPlans(stripe, prisma);
  const plan = plans.find(({ id }) => id === planId);
  if (!plan) throw new Error(`there is no plan "${planId}" to seed a membership with`);
  const customer = await ensureCustomer(stripe, prisma, userId);
  const { data } = await stripe.subscriptions.list({ customer, limit: 1 });
  if (data[0]) return { plans: plans.length, subscriptionId: data[0].id };
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: card.id } });
  const { id } = await stripe.subscriptions.create(
    { customer, items: [{ price: plan.stripePriceId }], metadata: { userId, planId } },
    { idempotencyKey: `seed-${userId}-${planId}` },
  );
  return { plans: plans.length, subscriptionId: id };
}
