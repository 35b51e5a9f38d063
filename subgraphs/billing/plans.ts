import type Stripe from 'stripe';
import type { Plan, PrismaClient } from './generated/prisma/client.ts';

/** A plan as it is offered; the price is Stripe's as soon as it is synchronised. */
interface Offer {
  readonly id: string;
  readonly name: string;
  /** minor units */
  readonly amount: number;
  readonly intervalMonths: 1 | 12;
  readonly trialDays: number;
  readonly maxStreams: number;
  /** pixels */
  readonly maxHeight: number;
}

const CURRENCY = 'usd';

const offers: readonly Offer[] = [
  {
    id: 'basic-monthly',
    name: 'Basic',
    amount: 699,
    intervalMonths: 1,
    trialDays: 7,
    maxStreams: 1,
    maxHeight: 720,
  },
  {
    id: 'standard-monthly',
    name: 'Standard',
    amount: 1199,
    intervalMonths: 1,
    trialDays: 0,
    maxStreams: 2,
    maxHeight: 1080,
  },
  {
    id: 'premium-monthly',
    name: 'Premium',
    amount: 1799,
    intervalMonths: 1,
    trialDays: 0,
    maxStreams: 4,
    maxHeight: 2160,
  },
  {
    id: 'standard-yearly',
    name: 'Standard, by the year',
    amount: 11_990,
    intervalMonths: 12,
    trialDays: 0,
    maxStreams: 2,
    maxHeight: 1080,
  },
];

/** The plans on offer, cheapest first within an interval. */
export const listPlans = (prisma: PrismaClient): Promise<Plan[]> =>
  prisma.plan.findMany({ where: { active: true }, orderBy: { position: 'asc' } });

/**
 * Makes Stripe and the database agree with the offers: a product and a price for each, found again by the lookup key.
 * Prices cannot be changed at Stripe, so a changed amount makes a new price that takes the key over; who pays the old
 * one goes on paying it. Safe to run at every deployment.
 */
export async function syncPlans(stripe: Stripe, prisma: PrismaClient): Promise<Plan[]> {
  for (const [position, offer] of offers.entries()) {
    const price = await syncPrice(stripe, offer);
    const { id, ...terms } = offer;
    const row = {
      ...terms,
      currency: CURRENCY.toUpperCase(),
      position,
      active: true,
      stripePriceId: price.id,
    };
    await prisma.plan.upsert({ where: { id }, create: { id, ...row }, update: row });
  }
  await prisma.plan.updateMany({
    where: { id: { notIn: offers.map(({ id }) => id) } },
    data: { active: false },
  });
  return listPlans(prisma);
}

async function syncPrice(stripe: Stripe, offer: Offer): Promise<Stripe.Price> {
  const { data } = await stripe.prices.list({ lookup_keys: [offer.id], active: true, limit: 1 });
  const [price] = data;
  if (price?.unit_amount === offer.amount && price.currency === CURRENCY) return price;
  return stripe.prices.create({
    currency: CURRENCY,
    unit_amount: offer.amount,
    recurring: offer.intervalMonths === 12 ? { interval: 'year' } : { interval: 'month' },
    lookup_key: offer.id,
    transfer_lookup_key: true,
    product_data: { name: `Marquee ${offer.name}`, metadata: { planId: offer.id } },
  });
}
