import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createCatalogue,
  createPayer,
  goodCard,
  startBench,
  submit,
  type Bench,
  type Catalogue,
} from './test-bench.ts';

describe('billing portal and invoice pages', () => {
  let bench: Bench;
  let prices: Catalogue;
  beforeAll(async () => {
    bench = await startBench();
    prices = await createCatalogue(bench.stripe);
  });
  afterAll(() => bench.close());

  const subscribe = async (card?: string) => {
    const customer = await createPayer(bench.stripe, card);
    const subscription = await bench.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: prices.basic.id }],
    });
    const session = await bench.stripe.billingPortal.sessions.create({
      customer: customer.id,
      return_url: 'http://shop.test/account',
    });
    return { customer, subscription, session };
  };
  const stateOf = (id: string) => bench.stripe.subscriptions.retrieve(id);

  it('lets a customer cancel and resume', async () => {
    const { subscription, session } = await subscribe();
    const page = await (await fetch(session.url)).text();
    expect(page).toContain('Cancel at the end of the period');
    expect(page).toContain('href="http://shop.test/account"');
    const act = (action: string) => submit(session.url, { action, subscription: subscription.id });
    expect((await act('cancel')).status).toBe(303);
    expect((await stateOf(subscription.id)).cancel_at_period_end).toBe(true);
    expect(await (await fetch(session.url)).text()).toContain('Resume');
    await act('resume');
    expect((await stateOf(subscription.id)).cancel_at_period_end).toBe(false);
  });

  it('does not let a customer touch another’s subscription', async () => {
    const { session } = await subscribe();
    const { subscription } = await subscribe();
    expect((await submit(session.url, { action: 'cancel', subscription: subscription.id })).status).toBe(400);
    expect((await stateOf(subscription.id)).cancel_at_period_end).toBe(false);
    expect((await fetch(session.url.replace(/[^/]+$/, session.id))).status).toBe(404);
  });

  it('takes a new card and pays with it what is owed', async () => {
    const { customer, subscription, session } = await subscribe('pm_card_chargeCustomerFail');
    expect(subscription.status).toBe('incomplete');
    const declined = await submit(session.url, {
      action: 'card',
      ...goodCard,
      card_number: '4000000000000002',
    });
    expect(declined.status).toBe(402);
    expect(await declined.text()).toContain('Your card was declined.');
    expect((await submit(session.url, { action: 'card', ...goodCard })).status).toBe(303);
    expect((await stateOf(subscription.id)).status).toBe('active');
    const after = await bench.stripe.customers.retrieve(customer.id, {
      expand: ['invoice_settings.default_payment_method'],
    });
    expect(after).toMatchObject({
      invoice_settings: { default_payment_method: { card: { last4: '4242' } } },
    });
  });

  it('shows an invoice on a page of its own, where an open one can be paid', async () => {
    const { subscription } = await subscribe('pm_card_chargeCustomerFail');
    const invoice = await bench.stripe.invoices.retrieve(subscription.latest_invoice as string);
    const page = await (await fetch(invoice.hosted_invoice_url!)).text();
    expect(page).toContain(invoice.number);
    expect(page).toContain('$10.00');
    const declined = await submit(invoice.hosted_invoice_url!, {
      ...goodCard,
      card_number: '4000000000000341',
    });
    expect(declined.status).toBe(402);
    expect((await submit(invoice.hosted_invoice_url!, goodCard)).status).toBe(303);
    expect((await bench.stripe.invoices.retrieve(invoice.id!)).status).toBe('paid');
    expect((await stateOf(subscription.id)).status).toBe('active');
  });
});
