import type { UserError } from './generated/resolvers.ts';
import type { Billing } from './memberships.ts';

/** A page of Stripe's where a customer sees bills and changes the card; for those who have been customers. */
export async function openPortal(
  { prisma, stripe }: Billing,
  userId: string,
  returnUrl: string,
): Promise<{ portalUrl: string | null; userErrors: UserError[] }> {
  const customer = await prisma.customer.findUnique({ where: { userId } });
  if (!customer?.stripeCustomerId)
    return {
      portalUrl: null,
      userErrors: [
        { code: 'NO_MEMBERSHIP', message: 'There is nothing to manage yet; begin with startCheckout.' },
      ],
    };
  const session = await stripe.billingPortal.sessions.create({
    customer: customer.stripeCustomerId,
    return_url: returnUrl,
  });
  return { portalUrl: session.url, userErrors: [] };
}
