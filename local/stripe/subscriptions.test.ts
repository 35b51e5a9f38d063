import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { day } from './clocks.ts';
import {
  advance,
  createCatalogue,
  createPayer,
  startBench,
  type Bench,
  type Catalogue,
} from './test-bench.ts';

/** 1 January 2027, 00:00 UTC */
const newYear = Date.UTC(2027, 0, 1) / 1000;

describe('subscriptions', () => {
  let bench: Bench;
  let prices: Catalogue;
  beforeAll(async () => {
    bench = await startBench();
    prices = await createCatalogue(bench.stripe);
  });
  afterAll(() => bench.close());

  const startClock = async () =>
    (await bench.stripe.testHelpers.testClocks.create({ frozen_time: newYear })).id;
  const subscribe = async (
    options: { card?: string; clock?: string; trialDays?: number; price?: string } = {},
  ) => {
    const customer = await createPayer(bench.stripe, options.card, options.clock);
    return bench.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: options.price ?? prices.basic.id }],
      ...(options.trialDays !== undefined && { trial_period_days: options.trialDays }),
    });
  };
  const invoicesOf = async (subscription: string) =>
    (await bench.stripe.invoices.list({ subscription })).data.map(
      ({ status, total, billing_reason: reason }) => ({
        status,
        total,
        reason,
      }),
    );
  const receives = (type: string, id: string) =>
    bench.receiver.receives(type, (object) => object['id'] === id);

  it('begin active with a paid invoice, in the shape of the pinned version', async () => {
    const clock = await startClock();
    const subscription = await subscribe({ clock });
    expect(subscription.status).toBe('active');
    expect(subscription.items.data[0]).toMatchObject({
      current_period_start: newYear,
      current_period_end: Date.UTC(2027, 1, 1) / 1000,
      price: { id: prices.basic.id },
      plan: { id: prices.basic.id, interval: 'month' },
    });
    const invoice = await bench.stripe.invoices.retrieve(subscription.latest_invoice as string);
    expect(invoice).toMatchObject({
      status: 'paid',
      total: 1_000,
      billing_reason: 'subscription_create',
      parent: { subscription_details: { subscription: subscription.id } },
      lines: { data: [{ amount: 1_000, description: '1 × Standard (at $10.00 / month)' }] },
    });
    expect(String(subscription.items.data[0]!.price.unit_amount_decimal)).toBe('1000');
    for (const type of ['invoice.created', 'invoice.finalized', 'invoice.paid'])
      await receives(type, invoice.id);
    await receives('customer.subscription.created', subscription.id);
    await bench.receiver.receives(
      'customer.subscription.updated',
      ({ id, status }) => id === subscription.id && status === 'active',
    );
  });

  it('renew at the end of each period, on the day that they began on', async () => {
    const clock = await startClock();
    await advance(bench, clock, newYear + 30 * day);
    // begun on 31 January: February has no such day, March has
    const subscription = await subscribe({ clock });
    const endOf = async () => {
      const { items } = await bench.stripe.subscriptions.retrieve(subscription.id);
      return new Date(items.data[0]!.current_period_end * 1000).toISOString().slice(0, 10);
    };
    expect(await endOf()).toBe('2027-02-28');
    await advance(bench, clock, newYear + 60 * day);
    expect(await endOf()).toBe('2027-03-31');
    await advance(bench, clock, newYear + 185 * day);
    expect(await endOf()).toBe('2027-07-31');
    expect(await invoicesOf(subscription.id)).toEqual([
      ...Array.from({ length: 5 }, () => ({ status: 'paid', total: 1_000, reason: 'subscription_cycle' })),
      { status: 'paid', total: 1_000, reason: 'subscription_create' },
    ]);
  });

  it('credit and charge the rest of the period at once when a change is to be invoiced', async () => {
    const clock = await startClock();
    const subscription = await subscribe({ clock });
    await advance(bench, clock, newYear + (31 / 2) * day);
    const item = subscription.items.data[0]!.id;
    const change = {
      items: [{ id: item, price: prices.premium.id }],
      proration_behavior: 'always_invoice' as const,
    };
    const preview = await bench.stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: change,
    });
    const changed = await bench.stripe.subscriptions.update(subscription.id, {
      ...change,
      expand: ['latest_invoice'],
    });
    expect(changed.items.data[0]!.price.id).toBe(prices.premium.id);
    expect(changed.latest_invoice).toMatchObject({
      status: 'paid',
      billing_reason: 'subscription_update',
      total: 500,
      lines: {
        data: [
          { amount: -500, description: 'Unused time on Standard after 16 Jan 2027' },
          { amount: 1_000, description: 'Remaining time on Standard after 16 Jan 2027' },
        ],
      },
    });
    expect(preview).toMatchObject({ total: 500, billing_reason: 'upcoming' });
    await advance(bench, clock, newYear + 32 * day);
    expect((await invoicesOf(subscription.id))[0]).toEqual({
      status: 'paid',
      total: 2_000,
      reason: 'subscription_cycle',
    });
  });

  it('add the difference to the next invoice by default', async () => {
    const clock = await startClock();
    const subscription = await subscribe({ clock });
    await advance(bench, clock, newYear + (31 / 2) * day);
    await bench.stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0]!.id, price: prices.premium.id }],
    });
    expect(await invoicesOf(subscription.id)).toHaveLength(1);
    const preview = await bench.stripe.invoices.createPreview({ subscription: subscription.id });
    expect(preview.total).toBe(2_500);
    await advance(bench, clock, newYear + 32 * day);
    const [latest] = (await bench.stripe.invoices.list({ subscription: subscription.id })).data;
    expect(latest!.lines.data.map(({ amount }) => amount)).toEqual([-500, 1_000, 2_000]);
    expect(latest).toMatchObject({ status: 'paid', amount_paid: 2_500 });
  });

  it('change for nothing when that is asked for', async () => {
    const clock = await startClock();
    const subscription = await subscribe({ clock });
    await advance(bench, clock, newYear + 10 * day);
    await bench.stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0]!.id, price: prices.premium.id }],
      proration_behavior: 'none',
    });
    await advance(bench, clock, newYear + 32 * day);
    expect((await invoicesOf(subscription.id)).map(({ total }) => total)).toEqual([2_000, 1_000]);
  });

  it('keep a downgrade as credit, which pays the next invoices', async () => {
    const clock = await startClock();
    const subscription = await subscribe({ clock, price: prices.premium.id });
    await advance(bench, clock, newYear + (31 / 4) * day);
    await bench.stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0]!.id, price: prices.basic.id }],
      proration_behavior: 'always_invoice',
    });
    const customer = await bench.stripe.customers.retrieve(subscription.customer as string);
    expect(customer).toMatchObject({ balance: -750 });
    await advance(bench, clock, newYear + 32 * day);
    const [latest] = (await bench.stripe.invoices.list({ subscription: subscription.id })).data;
    expect(latest).toMatchObject({
      total: 1_000,
      amount_paid: 250,
      starting_balance: -750,
      ending_balance: 0,
    });
  });

  it('begin a new period when monthly becomes yearly', async () => {
    const clock = await startClock();
    const subscription = await subscribe({ clock });
    await advance(bench, clock, newYear + (31 / 2) * day);
    const changed = await bench.stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0]!.id, price: prices.yearly.id }],
      expand: ['latest_invoice'],
    });
    expect(changed.items.data[0]).toMatchObject({
      current_period_start: newYear + (31 / 2) * day,
      current_period_end: newYear + (365 + 31 / 2) * day,
    });
    expect(changed.latest_invoice).toMatchObject({ total: 11_500, status: 'paid' });
  });

  it('run out at the end of the period, unless they are resumed', async () => {
    const clock = await startClock();
    const one = await subscribe({ clock });
    const other = await subscribe({ clock });
    for (const { id } of [one, other]) {
      const canceled = await bench.stripe.subscriptions.update(id, { cancel_at_period_end: true });
      expect(canceled).toMatchObject({
        status: 'active',
        cancel_at_period_end: true,
        cancel_at: Date.UTC(2027, 1, 1) / 1000,
        cancellation_details: { reason: 'cancellation_requested' },
      });
    }
    await expect(bench.stripe.invoices.createPreview({ subscription: one.id })).rejects.toMatchObject({
      code: 'invoice_upcoming_none',
    });
    const resumed = await bench.stripe.subscriptions.update(other.id, { cancel_at_period_end: false });
    expect(resumed).toMatchObject({ cancel_at_period_end: false, cancel_at: null, canceled_at: null });
    await advance(bench, clock, newYear + 32 * day);
    expect(await bench.stripe.subscriptions.retrieve(one.id)).toMatchObject({
      status: 'canceled',
      ended_at: Date.UTC(2027, 1, 1) / 1000,
    });
    expect((await bench.stripe.subscriptions.retrieve(other.id)).status).toBe('active');
    const event = await receives('customer.subscription.deleted', one.id);
    expect(event.created).toBe(Date.UTC(2027, 1, 1) / 1000);
    await expect(
      bench.stripe.subscriptions.update(one.id, { cancel_at_period_end: false }),
    ).rejects.toMatchObject({ statusCode: 400 });
  });

  it('end at once when they are deleted, with the rest as credit if that is asked for', async () => {
    const clock = await startClock();
    const subscription = await subscribe({ clock });
    await advance(bench, clock, newYear + (31 / 2) * day);
    const ended = await bench.stripe.subscriptions.cancel(subscription.id, { prorate: true });
    expect(ended).toMatchObject({ status: 'canceled' });
    await receives('customer.subscription.deleted', subscription.id);
    expect(await bench.stripe.customers.retrieve(subscription.customer as string)).toMatchObject({
      balance: -500,
    });
    await expect(bench.stripe.subscriptions.cancel(subscription.id)).rejects.toMatchObject({
      statusCode: 404,
    });
  });

  it('invoice at their end what had waited for the next invoice, if that is asked for', async () => {
    const clock = await startClock();
    const subscription = await subscribe({ clock });
    await advance(bench, clock, newYear + (31 / 2) * day);
    await bench.stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0]!.id, price: prices.premium.id }],
    });
    await bench.stripe.subscriptions.cancel(subscription.id, { invoice_now: true });
    expect((await invoicesOf(subscription.id))[0]).toEqual({
      status: 'paid',
      total: 500,
      reason: 'subscription_update',
    });
  });

  it('tell three days before a trial ends, and charge when it does', async () => {
    const clock = await startClock();
    const subscription = await subscribe({ clock, trialDays: 14 });
    expect(subscription).toMatchObject({ status: 'trialing', trial_end: newYear + 14 * day });
    expect(await invoicesOf(subscription.id)).toEqual([
      { status: 'paid', total: 0, reason: 'subscription_create' },
    ]);
    await advance(bench, clock, newYear + 12 * day);
    const warned = await receives('customer.subscription.trial_will_end', subscription.id);
    expect(warned.created).toBe(newYear + 11 * day);
    await advance(bench, clock, newYear + 15 * day);
    const after = await bench.stripe.subscriptions.retrieve(subscription.id);
    expect(after).toMatchObject({
      status: 'active',
      items: { data: [{ current_period_start: newYear + 14 * day, current_period_end: newYear + 45 * day }] },
    });
    expect((await invoicesOf(subscription.id))[0]).toEqual({
      status: 'paid',
      total: 1_000,
      reason: 'subscription_cycle',
    });
  });

  it('are past due when a charge fails, and are canceled after the last try', async () => {
    const clock = await startClock();
    const subscription = await subscribe({ clock, trialDays: 7, card: 'pm_card_chargeCustomerFail' });
    await advance(bench, clock, newYear + 7 * day);
    const late = await bench.stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    expect(late).toMatchObject({
      status: 'past_due',
      latest_invoice: { status: 'open', attempt_count: 1, next_payment_attempt: newYear + 10 * day },
    });
    await bench.receiver.receives(
      'invoice.payment_failed',
      ({ id }) => id === (late.latest_invoice as { id: string }).id,
    );
    await advance(bench, clock, newYear + 30 * day);
    expect(await bench.stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      status: 'canceled',
      ended_at: newYear + 22 * day,
      cancellation_details: { reason: 'payment_failed' },
    });
    const failures = bench.receiver.events.filter(
      ({ type, data }) =>
        type === 'invoice.payment_failed' &&
        (data.object as { id?: string }).id === (late.latest_invoice as { id: string }).id,
    );
    expect(failures).toHaveLength(4);
  });

  it('recover when a good card pays what is owed', async () => {
    const clock = await startClock();
    const subscription = await subscribe({ clock, trialDays: 7, card: 'pm_card_chargeCustomerFail' });
    await advance(bench, clock, newYear + 8 * day);
    const [open] = (await bench.stripe.invoices.list({ subscription: subscription.id, status: 'open' })).data;
    await expect(bench.stripe.invoices.pay(open!.id!)).rejects.toMatchObject({
      type: 'StripeCardError',
      code: 'card_declined',
      decline_code: 'generic_decline',
      statusCode: 402,
    });
    expect((await bench.stripe.invoices.retrieve(open!.id!)).attempt_count).toBe(2);
    const card = await bench.stripe.paymentMethods.attach('pm_card_visa', {
      customer: subscription.customer as string,
    });
    const paid = await bench.stripe.invoices.pay(open!.id!, { payment_method: card.id });
    expect(paid).toMatchObject({ status: 'paid', amount_remaining: 0 });
    expect((await bench.stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
  });

  it('are incomplete when their first charge fails, and expire within a day', async () => {
    const clock = await startClock();
    const subscription = await subscribe({ clock, card: 'pm_card_chargeCustomerFail' });
    expect(subscription.status).toBe('incomplete');
    await advance(bench, clock, newYear + day);
    expect((await bench.stripe.subscriptions.retrieve(subscription.id)).status).toBe('incomplete_expired');
    expect(await invoicesOf(subscription.id)).toEqual([
      { status: 'void', total: 1_000, reason: 'subscription_create' },
    ]);
  });

  it('come to nothing when a failed charge is to be an error', async () => {
    const customer = await createPayer(bench.stripe, 'pm_card_chargeCustomerFail');
    await expect(
      bench.stripe.subscriptions.create({
        customer: customer.id,
        items: [{ price: prices.basic.id }],
        payment_behavior: 'error_if_incomplete',
      }),
    ).rejects.toMatchObject({ statusCode: 402, code: 'card_declined' });
    expect((await bench.stripe.subscriptions.list({ customer: customer.id, status: 'all' })).data).toEqual(
      [],
    );
  });

  it('keep the old price when the charge for a new one fails and that is to be an error', async () => {
    const clock = await startClock();
    const subscription = await subscribe({ clock });
    const card = await bench.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
      customer: subscription.customer as string,
    });
    await bench.stripe.subscriptions.update(subscription.id, { default_payment_method: card.id });
    await expect(
      bench.stripe.subscriptions.update(subscription.id, {
        items: [{ id: subscription.items.data[0]!.id, price: prices.premium.id }],
        proration_behavior: 'always_invoice',
        payment_behavior: 'error_if_incomplete',
      }),
    ).rejects.toMatchObject({ statusCode: 402 });
    const after = await bench.stripe.subscriptions.retrieve(subscription.id);
    expect(after.items.data[0]!.price.id).toBe(prices.basic.id);
    expect(after.status).toBe('active');
  });

  it('live by real time where no test clock is', async () => {
    const customer = await createPayer(bench.stripe);
    const soon = Math.floor(Date.now() / 1000) + 1;
    const { id } = await bench.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: prices.basic.id }],
      trial_end: soon,
    });
    await bench.receiver.receives(
      'customer.subscription.updated',
      (object) => object['id'] === id && object['status'] === 'active',
    );
    expect((await bench.stripe.subscriptions.retrieve(id)).billing_cycle_anchor).toBe(soon);
  });
});
