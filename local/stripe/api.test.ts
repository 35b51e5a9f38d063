import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import Stripe from 'stripe';
import {
  clientOf,
  createCatalogue,
  createPayer,
  secretKey,
  startBench,
  type Bench,
  type Catalogue,
} from './test-bench.ts';

describe('the API', () => {
  let bench: Bench;
  let prices: Catalogue;
  beforeAll(async () => {
    bench = await startBench();
    prices = await createCatalogue(bench.stripe);
  });
  afterAll(() => bench.close());

  it('refuses a wrong key and a missing one', async () => {
    await expect(
      clientOf(bench.standIn.url, 'sk_test_wrong_0123456789').customers.list(),
    ).rejects.toMatchObject({
      type: 'StripeAuthenticationError',
      statusCode: 401,
      message: expect.stringMatching(/^Invalid API Key provided: sk_test_\*+6789$/),
    });
    const bare = await fetch(`${bench.standIn.url}/v1/customers`);
    expect(bare.status).toBe(401);
    const basic = await fetch(`${bench.standIn.url}/v1/customers`, {
      headers: { authorization: `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}` },
    });
    expect(basic.status).toBe(200);
  });

  it('answers with the headers of the real one', async () => {
    const customer = await bench.stripe.customers.create({});
    expect(customer.lastResponse).toMatchObject({
      statusCode: 200,
      requestId: expect.stringMatching(/^req_/),
      apiVersion: Stripe.API_VERSION,
      idempotencyKey: expect.any(String),
    });
  });

  it('refuses versions whose shapes it does not have', async () => {
    const old = await fetch(`${bench.standIn.url}/v1/customers`, {
      headers: { authorization: `Bearer ${secretKey}`, 'stripe-version': '2020-08-27' },
    });
    expect(old.status).toBe(400);
  });

  it('names what it does not know', async () => {
    await expect(bench.stripe.customers.retrieve('cus_none')).rejects.toMatchObject({
      type: 'StripeInvalidRequestError',
      statusCode: 404,
      code: 'resource_missing',
      param: 'id',
      message: "No such customer: 'cus_none'",
    });
    await expect(bench.stripe.coupons.list()).rejects.toMatchObject({
      statusCode: 404,
      message: 'Unrecognized request URL (GET: /v1/coupons).',
    });
    await expect(
      bench.stripe.customers.create({ nonsense: '1' } as Stripe.CustomerCreateParams),
    ).rejects.toMatchObject({ code: 'parameter_unknown', param: 'nonsense' });
    await expect(bench.stripe.customers.list({ expand: ['data.nonsense'] })).rejects.toMatchObject({
      param: 'expand',
    });
    await expect(bench.stripe.customers.list({ limit: 101 })).rejects.toMatchObject({ param: 'limit' });
  });

  it('does a request with an idempotency key once, even of fifty at once', async () => {
    const options = { idempotencyKey: 'once' };
    const customers = await Promise.all(
      Array.from({ length: 50 }, () =>
        bench.stripe.customers.create({ email: 'once@example.test' }, options),
      ),
    );
    expect(new Set(customers.map(({ id }) => id)).size).toBe(1);
    expect((await bench.stripe.customers.list({ email: 'once@example.test' })).data).toHaveLength(1);
    const replayed = await bench.stripe.customers.create({ email: 'once@example.test' }, options);
    const { headers } = replayed.lastResponse;
    expect(headers['idempotent-replayed']).toBe('true');
    expect(headers['original-request']).toMatch(/^req_/);
    await expect(
      bench.stripe.customers.create({ email: 'other@example.test' }, options),
    ).rejects.toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
    await bench.restart();
    const later = await bench.stripe.customers.create({ email: 'once@example.test' }, options);
    expect(later.id).toBe(customers[0]!.id);
  });

  it('does not keep what was refused for its parameters', async () => {
    const options = { idempotencyKey: 'mended' };
    await expect(
      bench.stripe.customers.create({ nonsense: '1' } as Stripe.CustomerCreateParams, options),
    ).rejects.toThrow();
    await bench.stripe.customers.create({ name: 'Mended' }, options);
  });

  it('answers a declined card the same way again under its key', async () => {
    const customer = await bench.stripe.customers.create({});
    const attach = () =>
      bench.stripe.paymentMethods.attach(
        'pm_card_visa_chargeDeclined',
        { customer: customer.id },
        { idempotencyKey: 'declined' },
      );
    for (const _ of [1, 2])
      await expect(attach()).rejects.toMatchObject({
        type: 'StripeCardError',
        decline_code: 'generic_decline',
      });
  });

  it('merges metadata, and unsets what is emptied', async () => {
    const { id } = await bench.stripe.customers.create({ name: 'Ann', metadata: { a: '1', b: '2' } });
    const customer = await bench.stripe.customers.update(id, { name: '', metadata: { b: '', c: 'ü&=[]' } });
    expect(customer.metadata).toEqual({ a: '1', c: 'ü&=[]' });
    expect(customer.name).toBeNull();
    const event = await bench.receiver.receives('customer.updated', (object) => object['id'] === id);
    expect(event.data.previous_attributes).toEqual({ name: 'Ann', metadata: { a: '1', b: '2' } });
  });

  it('pages through lists, newest first, forwards and backwards', async () => {
    const customer = await createPayer(bench.stripe);
    const ids: string[] = [];
    for (let number = 0; number < 5; number++) {
      const { id } = await bench.stripe.subscriptions.create({
        customer: customer.id,
        items: [{ price: prices.basic.id }],
      });
      ids.unshift(id);
    }
    const list = { customer: customer.id, limit: 2 };
    const first = await bench.stripe.subscriptions.list(list);
    expect(first).toMatchObject({ object: 'list', has_more: true, url: '/v1/subscriptions' });
    expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const last = await bench.stripe.subscriptions.list({ ...list, starting_after: ids[3]! });
    expect(last.data.map(({ id }) => id)).toEqual(ids.slice(4));
    expect(last.has_more).toBe(false);
    const before = await bench.stripe.subscriptions.list({ ...list, ending_before: ids[4]! });
    expect(before.data.map(({ id }) => id)).toEqual(ids.slice(2, 4));
    const invoices: string[] = [];
    for await (const invoice of bench.stripe.invoices.list(list)) invoices.push(invoice.id!);
    expect(new Set(invoices).size).toBe(5);
    await expect(bench.stripe.invoices.list({ ...list, starting_after: 'in_none' })).rejects.toMatchObject({
      param: 'starting_after',
    });
  });

  it('expands ids where they stand, in lists too', async () => {
    const customer = await createPayer(bench.stripe);
    await bench.stripe.subscriptions.create({ customer: customer.id, items: [{ price: prices.basic.id }] });
    const list = await bench.stripe.subscriptions.list({
      customer: customer.id,
      expand: [
        'data.items.data.price.product',
        'data.latest_invoice.customer',
        'data.default_payment_method',
      ],
    });
    expect(list.data[0]).toMatchObject({
      items: { data: [{ price: { product: { name: 'Standard' } } }] },
      latest_invoice: { customer: { id: customer.id } },
      default_payment_method: null,
    });
    const whole = await bench.stripe.customers.retrieve(customer.id, { expand: ['subscriptions'] });
    expect(whole).toMatchObject({ subscriptions: { data: [{ customer: customer.id }] } });
  });

  it('lists prices by lookup key, and lets a new price take one over', async () => {
    const create = (transfer: boolean) =>
      bench.stripe.prices.create({
        product: prices.basic.product as string,
        currency: 'eur',
        unit_amount: 700,
        recurring: { interval: 'month' },
        lookup_key: 'standard',
        transfer_lookup_key: transfer,
      });
    const old = await create(false);
    await expect(create(false)).rejects.toMatchObject({ param: 'lookup_key' });
    const taken = await create(true);
    const { data } = await bench.stripe.prices.list({ lookup_keys: ['standard', 'other'], active: true });
    expect(data.map(({ id }) => id)).toEqual([taken.id]);
    expect((await bench.stripe.prices.retrieve(old.id)).lookup_key).toBeNull();
    await bench.stripe.prices.update(taken.id, { active: false });
    expect((await bench.stripe.prices.list({ lookup_keys: ['standard'], active: true })).data).toEqual([]);
  });

  it('keeps the seller’s own ids of products', async () => {
    await bench.stripe.products.create({ id: 'plan-4k', name: '4K' });
    await expect(bench.stripe.products.create({ id: 'plan-4k', name: '4K' })).rejects.toMatchObject({
      code: 'resource_already_exists',
    });
    const product = await bench.stripe.products.update('plan-4k', { name: 'Ultra' });
    expect(product).toMatchObject({ id: 'plan-4k', name: 'Ultra' });
    await bench.receiver.receives('product.updated', ({ id }) => id === 'plan-4k');
  });

  it('attaches test cards, one of which fails only when it is charged', async () => {
    const customer = await bench.stripe.customers.create({});
    const attach = (card: string) => bench.stripe.paymentMethods.attach(card, { customer: customer.id });
    const good = await attach('pm_card_visa');
    expect(good.card).toMatchObject({ brand: 'visa', last4: '4242' });
    await bench.receiver.receives('payment_method.attached', ({ id }) => id === good.id);
    await attach('pm_card_chargeCustomerFail');
    await expect(attach('pm_card_chargeDeclinedExpiredCard')).rejects.toMatchObject({ code: 'expired_card' });
    await expect(attach('pm_card_chargeDeclinedInsufficientFunds')).rejects.toMatchObject({
      code: 'card_declined',
      decline_code: 'insufficient_funds',
    });
    const methods = await bench.stripe.customers.listPaymentMethods(customer.id, { type: 'card' });
    expect(methods.data).toHaveLength(2);
    const other = await bench.stripe.customers.create({});
    await expect(
      bench.stripe.customers.update(other.id, { invoice_settings: { default_payment_method: good.id } }),
    ).rejects.toMatchObject({ statusCode: 400 });
    await bench.stripe.paymentMethods.detach(good.id);
    expect((await bench.stripe.paymentMethods.list({ customer: customer.id })).data).toHaveLength(1);
  });

  it('lists events by type, and gives them again', async () => {
    const { id } = await bench.stripe.customers.create({ name: 'Eve' });
    const { data } = await bench.stripe.events.list({ type: 'customer.created', limit: 1 });
    expect(data[0]!.data.object).toMatchObject({ id, name: 'Eve' });
    expect((await bench.stripe.events.retrieve(data[0]!.id)).type).toBe('customer.created');
    const some = await bench.stripe.events.list({ type: 'product.*', limit: 100 } as Stripe.EventListParams);
    expect(new Set(some.data.map(({ type }) => type.split('.')[0]))).toEqual(new Set(['product']));
  });

  it('deletes a customer with all that is theirs', async () => {
    const customer = await createPayer(bench.stripe);
    const subscription = await bench.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: prices.basic.id }],
    });
    expect(await bench.stripe.customers.del(customer.id)).toMatchObject({ deleted: true });
    expect((await bench.stripe.subscriptions.retrieve(subscription.id)).status).toBe('canceled');
    await expect(bench.stripe.customers.retrieve(customer.id)).rejects.toMatchObject({ statusCode: 404 });
  });

  it('is not moved by names of an object’s own parts', async () => {
    const response = await fetch(`${bench.standIn.url}/v1/customers`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secretKey}` },
      body: 'metadata[__proto__][polluted]=1&__proto__[polluted]=1&constructor[prototype][polluted]=1',
    });
    expect(response.status).toBeLessThan(500);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
