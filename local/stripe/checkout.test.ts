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

describe('checkout', () => {
  let bench: Bench;
  let prices: Catalogue;
  beforeAll(async () => {
    bench = await startBench();
    prices = await createCatalogue(bench.stripe);
  });
  afterAll(() => bench.close());

  const create = (more: object = {}) =>
    bench.stripe.checkout.sessions.create({
      mode: 'subscription',
      line_items: [{ price: prices.basic.id, quantity: 1 }],
      success_url: 'http://shop.test/thanks?session={CHECKOUT_SESSION_ID}',
      cancel_url: 'http://shop.test/back',
      client_reference_id: 'usr_1',
      ...more,
    });

  it('sells a subscription on its page', async () => {
    const session = await create({
      customer_email: 'new@example.test',
      subscription_data: { metadata: { userId: 'usr_1' } },
    });
    expect(session).toMatchObject({ status: 'open', payment_status: 'unpaid', amount_total: 1_000 });
    const page = await (await fetch(session.url!)).text();
    expect(page).toContain('Subscribe to Standard');
    expect(page).toContain('4242 4242 4242 4242');

    const answer = await submit(session.url!, goodCard);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`http://shop.test/thanks?session=${session.id}`);

    const event = await bench.receiver.receives('checkout.session.completed', ({ id }) => id === session.id);
    expect(event.data.object).toMatchObject({ client_reference_id: 'usr_1', payment_status: 'paid' });
    const done = await bench.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['subscription.latest_invoice', 'line_items', 'customer'],
    });
    expect(done).toMatchObject({
      status: 'complete',
      customer: { email: 'new@example.test' },
      subscription: {
        status: 'active',
        metadata: { userId: 'usr_1' },
        latest_invoice: { status: 'paid', amount_paid: 1_000, parent: { type: 'subscription_details' } },
      },
      line_items: { data: [{ price: { id: prices.basic.id }, quantity: 1 }] },
    });
  });

  it('pays once however often the form is sent', async () => {
    const customer = await bench.stripe.customers.create({});
    const session = await create({ customer: customer.id });
    const answers = await Promise.all(Array.from({ length: 20 }, () => submit(session.url!, goodCard)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
    const { data } = await bench.stripe.subscriptions.list({ customer: customer.id });
    expect(data).toHaveLength(1);
  });

  it.each([
    ['4000000000000002', 'Your card was declined.'],
    ['4000000000009995', 'Your card has insufficient funds.'],
    ['4000000000000069', 'Your card has expired.'],
    ['4000000000000341', 'Your card was declined.'],
    ['4242424242424241', 'Your card number is incorrect.'],
    ['4111111111111111', 'non test card'],
  ])('shows why it does not take the card %s, and keeps nothing of the try', async (number, message) => {
    const customer = await bench.stripe.customers.create({});
    const session = await create({ customer: customer.id });
    const answer = await submit(session.url!, { ...goodCard, card_number: number });
    expect(answer.status).toBe(402);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(await answer.text()).toContain(message);
    expect((await bench.stripe.subscriptions.list({ customer: customer.id })).data).toEqual([]);
    expect((await bench.stripe.invoices.list({ customer: customer.id })).data).toEqual([]);
    expect((await submit(session.url!, goodCard)).status).toBe(303);
  });

  it.each([
    ['1/20', '123', 'expiration year'],
    ['13/40', '123', 'expiration month'],
    ['', '123', 'expiration month'],
    ['12/40', '1', 'security code'],
  ])('refuses the expiry "%s" with the code "%s"', async (exp, cvc, message) => {
    const session = await create();
    const answer = await submit(session.url!, { ...goodCard, exp, cvc });
    expect(answer.status).toBe(402);
    expect(await answer.text()).toContain(message);
  });

  it('begins with a trial that costs nothing', async () => {
    const customer = await createPayer(bench.stripe);
    const session = await create({
      customer: customer.id,
      subscription_data: { trial_period_days: 14, metadata: {} },
    });
    expect(session.amount_total).toBe(0);
    await submit(session.url!, goodCard);
    const done = await bench.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['subscription', 'invoice'],
    });
    expect(done).toMatchObject({
      payment_status: 'no_payment_required',
      subscription: { status: 'trialing' },
      invoice: { status: 'paid', total: 0 },
    });
  });

  it('can be expired, and then takes no card', async () => {
    const session = await create();
    await bench.stripe.checkout.sessions.expire(session.id);
    await bench.receiver.receives('checkout.session.expired', ({ id }) => id === session.id);
    expect((await fetch(session.url!)).status).toBe(410);
    expect((await submit(session.url!, goodCard)).status).toBe(410);
    await expect(bench.stripe.checkout.sessions.expire(session.id)).rejects.toMatchObject({
      statusCode: 400,
    });
  });

  it('escapes what it shows, and links to web pages only', async () => {
    const product = await bench.stripe.products.create({ name: '<script>alert(1)</script>' });
    const price = await bench.stripe.prices.create({
      product: product.id,
      currency: 'usd',
      unit_amount: 500,
      recurring: { interval: 'month' },
    });
    const session = await create({ line_items: [{ price: price.id, quantity: 2 }] });
    const page = await (await fetch(session.url!)).text();
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;');
    await expect(create({ cancel_url: 'javascript:alert(1)' })).rejects.toMatchObject({
      code: 'url_invalid',
    });
  });

  it('answers 404 for a page that there is not', async () => {
    expect((await fetch(`${bench.standIn.url}/c/pay/cs_test_none`)).status).toBe(404);
  });

  it.each([
    [{ line_items: [] }, 'line_items'],
    [{ success_url: 'nowhere' }, 'success_url'],
    [{ customer: 'cus_none' }, 'customer'],
    [{ customer_email: 'a@b.test', customer: 'cus_none' }, 'customer'],
    [{ line_items: [{ price: 'price_none' }] }, 'line_items[0][price]'],
    [{ line_items: [{ quantity: 1 }] }, 'line_items[0][price]'],
    [{ line_items: [{ price: 'x', quantity: 'many' }] }, 'line_items[0][quantity]'],
    [{ shipping_options: [{ shipping_rate: 'x' }] }, 'shipping_options'],
  ])('refuses %o, naming the parameter', async (more, param) => {
    await expect(create(more)).rejects.toMatchObject({ type: 'StripeInvalidRequestError', param });
  });
});
