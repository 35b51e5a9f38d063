import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createStripe, type StripeStandIn } from '../../local/stripe/stripe.ts';
import type { DomainEvent } from '../../platform/domain-events.ts';
import { createInfrastructure, type Infrastructure } from '../../platform/infrastructure.ts';
import { createLogger } from '../../platform/logger.ts';
import type { Service } from '../../platform/run-service.ts';
import { signViewer, VIEWER_HEADER } from '../../platform/viewer.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { createDatabase, type Database } from '../../platform/database.ts';
import { readBillingEnv, type BillingEnv } from './env.ts';
import { followMembership } from './follow-membership.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import type { Billing } from './memberships.ts';
import { syncPlans } from './plans.ts';
import { reconcile } from './reconcile.ts';
import { createStripeClient } from './stripe-client.ts';
import { createBillingSubgraph } from './subgraph.ts';

const secret = 'a secret that is long enough to sign';
const webhookSecret = 'whsec_test_of_billing';
const logger = createLogger('billing', 'silent');
const cards = {
  good: '4242424242424242',
  declined: '4000000000000002',
  failsLater: 'pm_card_chargeCustomerFail',
};

/** Stripe must know where billing is before billing listens. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });

describe('the billing subgraph', () => {
  let directory: string;
  let standIn: StripeStandIn;
  let testDatabase: TestDatabase;
  let database: Database<PrismaClient>;
  let infrastructure: Infrastructure;
  let service: Service;
  let stripe: Stripe;
  let billing: Billing;
  const told: DomainEvent<'entitlements.changed'>[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'billing-'));
    const port = await freePort();
    standIn = createStripe({
      host: '127.0.0.1',
      port: 0,
      directory,
      secretKey: 'sk_test_billing',
      webhook: { url: `http://127.0.0.1:${port}/webhooks/stripe`, secret: webhookSecret },
      logger,
    });
    await standIn.listen();
    testDatabase = await createTestDatabase('billing');
    const env: BillingEnv = readBillingEnv({
      PORT: String(port),
      LOG_LEVEL: 'silent',
      DATABASE_URL: testDatabase.url,
      GATEWAY_SECRET: secret,
      STRIPE_SECRET_KEY: 'sk_test_billing',
      STRIPE_WEBHOOK_SECRET: webhookSecret,
      STRIPE_API_URL: standIn.url,
      CHECKOUT_SUCCESS_URL: 'http://127.0.0.1/success',
      CHECKOUT_CANCEL_URL: 'http://127.0.0.1/cancel',
      PORTAL_RETURN_URL: 'http://127.0.0.1/',
    });
    infrastructure = await createInfrastructure({ logger });
    await infrastructure.events.consume('test', ['entitlements.changed'], async (event) => {
      told.push(event);
    });
    service = await createBillingSubgraph({ env, infrastructure, logger });
    await service.listen();
    database = createDatabase(testDatabase.url, PrismaClient, { connections: 4, logger });
    stripe = createStripeClient(env);
    billing = { stripe, prisma: database.prisma, pubsub: infrastructure.pubsub, graceDays: 3 };
    await syncPlans(stripe, database.prisma);
  });

  afterAll(async () => {
    await service.close();
    await database.close();
    await standIn.close();
    await infrastructure.close();
    await testDatabase.drop();
    rmSync(directory, { recursive: true });
  });

  async function ask(userId: string | undefined, query: string, variables: Record<string, unknown> = {}) {
    const viewer = { scopes: [], region: 'US', ...(userId !== undefined && { userId }) };
    const response = await fetch(`${service.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [VIEWER_HEADER]: signViewer(viewer, secret) },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as {
      data: any;
      errors?: { message: string; extensions: { code: string } }[];
    };
  }
  const me = async (userId: string, asker = userId) =>
    ask(
      asker,
      `query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User {
        membership { id status cancelAtPeriodEnd currentPeriodEnd plan { id } }
        entitlements { active maxStreams maxHeight validUntil }
        invoices(first: 2) { pageInfo { hasNextPage endCursor } edges { node { id status total { amount currency } hostedUrl } } } } } }`,
      { id: userId },
    ).then(({ data, errors }) => ({ user: data?._entities[0], errors }));
  const checkout = async (userId: string, planId: string) =>
    (
      await ask(
        userId,
        `mutation ($planId: ID!) { startCheckout(planId: $planId) { checkoutUrl userErrors { code field } } }`,
        { planId },
      )
    ).data.startCheckout as { checkoutUrl: string; userErrors: { code: string }[] };
  const pay = (url: string, card: string) =>
    fetch(url, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ card_number: card, exp: '12/34', cvc: '123' }),
    });
  const change = async (userId: string, field: string) =>
    (
      await ask(
        userId,
        `mutation { ${field} { membership { status cancelAtPeriodEnd plan { id } } userErrors { code message } } }`,
      )
    ).data[field.split('(')[0] as string];
  async function join(userId: string, planId = 'standard-monthly'): Promise<void> {
    const { checkoutUrl } = await checkout(userId, planId);
    expect((await pay(checkoutUrl, cards.good)).status).toBe(303);
    await vi.waitFor(async () => expect((await me(userId)).user.entitlements.active).toBe(true), 5_000);
  }
  /** A user's events, once all that were noted with a change have been told. */
  async function allTold(userId: string) {
    await vi.waitFor(async () =>
      expect(await database.prisma.$queryRaw`select id from outbox_event`).toEqual([]),
    );
    return told.filter(({ payload }) => payload.userId === userId);
  }

  it('offers the plans, and synchronising them again makes nothing new at Stripe', async () => {
    await syncPlans(stripe, database.prisma);
    const { data } = await ask(
      undefined,
      '{ plans { id price { amount currency } maxStreams maxHeight trialDays } }',
    );
    expect(data.plans.map(({ id }: { id: string }) => id)).toEqual([
      'basic-monthly',
      'standard-monthly',
      'premium-monthly',
      'standard-yearly',
    ]);
    expect(data.plans[1]).toMatchObject({
      price: { amount: 1199, currency: 'USD' },
      maxStreams: 2,
      maxHeight: 1080,
    });
    expect((await stripe.prices.list({ active: true, limit: 100 })).data).toHaveLength(4);
  });

  it('makes a member of who pays, tells them as it happens, and tells the other services', async () => {
    const userId = 'usr_joins';
    expect((await me(userId)).user).toMatchObject({
      membership: null,
      entitlements: { active: false, maxStreams: 0, maxHeight: 0, validUntil: null },
      invoices: { edges: [] },
    });
    const changes = await followMembership(billing, userId);
    const first = changes.next();
    await join(userId);
    expect((await first).value).toMatchObject({ userId, planId: 'standard-monthly' });
    await changes.return?.();
    const { user } = await me(userId);
    expect(user.membership).toMatchObject({
      status: 'ACTIVE',
      cancelAtPeriodEnd: false,
      plan: { id: 'standard-monthly' },
    });
    expect(user.entitlements).toMatchObject({ active: true, maxStreams: 2, maxHeight: 1080 });
    await vi.waitFor(async () =>
      expect((await me(userId)).user.invoices.edges).toMatchObject([
        {
          node: {
            status: 'paid',
            total: { amount: 1199, currency: 'USD' },
            hostedUrl: expect.stringMatching(/^http/),
          },
        },
      ]),
    );
    await vi.waitFor(() =>
      expect(told.filter(({ payload }) => payload.userId === userId).at(-1)?.payload).toMatchObject({
        active: true,
        maxStreams: 2,
      }),
    );
    expect((await checkout(userId, 'basic-monthly')).userErrors).toMatchObject([{ code: 'ALREADY_MEMBER' }]);
  });

  it('gives one open checkout page a user: the same again, or another in place of the first', async () => {
    const userId = 'usr_hesitates';
    const first = await checkout(userId, 'basic-monthly');
    expect((await checkout(userId, 'basic-monthly')).checkoutUrl).toBe(first.checkoutUrl);
    const second = await checkout(userId, 'premium-monthly');
    expect(second.checkoutUrl).not.toBe(first.checkoutUrl);
    expect((await pay(first.checkoutUrl, cards.good)).status).not.toBe(303);
    const urls = await Promise.all(Array.from({ length: 8 }, () => checkout(userId, 'premium-monthly')));
    expect(new Set(urls.map(({ checkoutUrl }) => checkoutUrl))).toEqual(new Set([second.checkoutUrl]));
  });

  it('begins with the free days of a plan, once', async () => {
    const userId = 'usr_trial';
    await join(userId, 'basic-monthly');
    expect((await me(userId)).user.membership.status).toBe('TRIALING');
  });

  it('makes no member of one whose card is declined, who may try again on the same page', async () => {
    const userId = 'usr_declined';
    const { checkoutUrl } = await checkout(userId, 'standard-monthly');
    const refused = await pay(checkoutUrl, cards.declined);
    expect(refused.status).toBe(402);
    expect(await refused.text()).toMatch(/declined/i);
    expect((await me(userId)).user.entitlements.active).toBe(false);
    await join(userId);
  });

  it('refuses what is not there and who is not signed in', async () => {
    expect((await checkout('usr_x', 'gold')).userErrors).toEqual([{ code: 'NOT_FOUND', field: ['planId'] }]);
    expect((await change('usr_x', 'cancelMembership')).userErrors).toMatchObject([{ code: 'NO_MEMBERSHIP' }]);
    expect(
      (await ask(undefined, 'mutation { cancelMembership { userErrors { code } } }')).errors?.[0]?.extensions
        .code,
    ).toBe('UNAUTHENTICATED');
    const { user, errors } = await me('usr_joins', 'usr_other');
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
    expect(user).toEqual({ membership: null, entitlements: null, invoices: null });
  });

  it('changes the plan with a bill for the difference, and changes nothing when the card fails', async () => {
    const userId = 'usr_changes';
    await join(userId);
    expect(await change(userId, 'changePlan(planId: "premium-monthly")')).toMatchObject({
      membership: { status: 'ACTIVE', plan: { id: 'premium-monthly' } },
      userErrors: [],
    });
    await vi.waitFor(async () => expect((await me(userId)).user.invoices.edges).toHaveLength(2));
    const [proration] = (await me(userId)).user.invoices.edges;
    expect(proration.node.total.amount).toBeGreaterThan(0);
    expect(proration.node.total.amount).toBeLessThanOrEqual(600);

    const { stripeCustomerId } = await database.prisma.customer.findUniqueOrThrow({ where: { userId } });
    const card = await stripe.paymentMethods.attach(cards.failsLater, { customer: stripeCustomerId ?? '' });
    await stripe.customers.update(stripeCustomerId ?? '', {
      invoice_settings: { default_payment_method: card.id },
    });
    const { stripeSubscriptionId } = await database.prisma.membership.findFirstOrThrow({ where: { userId } });
    await stripe.subscriptions.update(stripeSubscriptionId, { default_payment_method: card.id });
    const refused = await change(userId, 'changePlan(planId: "standard-yearly")');
    expect(refused).toMatchObject({ membership: null, userErrors: [{ code: 'PAYMENT_FAILED' }] });
    expect((await me(userId)).user.membership.plan.id).toBe('premium-monthly');

    const better = await stripe.paymentMethods.attach('pm_card_visa', { customer: stripeCustomerId ?? '' });
    await stripe.subscriptions.update(stripeSubscriptionId, { default_payment_method: better.id });
    expect(await change(userId, 'changePlan(planId: "standard-yearly")')).toMatchObject({
      membership: { plan: { id: 'standard-yearly' } },
      userErrors: [],
    });
  });

  it('ends a cancelled membership with its period to the second, and takes the cancellation back', async () => {
    const userId = 'usr_cancels';
    await join(userId);
    const before = (await me(userId)).user;
    expect(Date.parse(before.entitlements.validUntil)).toBeGreaterThan(
      Date.parse(before.membership.currentPeriodEnd),
    );
    for (let times = 0; times < 2; times++)
      expect(await change(userId, 'cancelMembership')).toMatchObject({
        membership: { status: 'ACTIVE', cancelAtPeriodEnd: true },
      });
    const { user } = await me(userId);
    expect(user.entitlements).toMatchObject({ active: true, validUntil: user.membership.currentPeriodEnd });
    expect(await change(userId, 'resumeMembership')).toMatchObject({
      membership: { cancelAtPeriodEnd: false },
    });
    expect((await me(userId)).user.entitlements.validUntil).toBe(before.entitlements.validUntil);
  });

  it('C41 C42 refuses webhooks with a forged, altered or old signature', async () => {
    const payload = JSON.stringify({
      id: 'evt_forged',
      object: 'event',
      type: 'customer.subscription.deleted',
    });
    const send = (body: string, signature: string) =>
      fetch(`${service.url}/webhooks/stripe`, {
        method: 'POST',
        headers: { 'stripe-signature': signature },
        body,
      });
    const sign = (options: { secret?: string; timestamp?: number } = {}) =>
      stripe.webhooks.generateTestHeaderString({ payload, secret: webhookSecret, ...options });
    expect((await send(payload, sign({ secret: 'whsec_guess' }))).status).toBe(400);
    expect((await send(payload.replace('deleted', 'updated'), sign())).status).toBe(400);
    expect((await send(payload, '')).status).toBe(400);
    expect((await send(payload, sign({ timestamp: Math.floor(Date.now() / 1000) - 301 }))).status).toBe(400);
    expect(await database.prisma.webhookEvent.findUnique({ where: { id: 'evt_forged' } })).toBeNull();
  });

  it('C43 C44 takes events that come many times, at once and in any order for what they are: a hint to look', async () => {
    const userId = 'usr_repeats';
    await join(userId);
    await change(userId, 'cancelMembership');
    await change(userId, 'resumeMembership');
    const before = await database.prisma.membership.findFirstOrThrow({ where: { userId } });
    const toldBefore = await allTold(userId);
    expect(toldBefore).not.toEqual([]);
    const { data } = await stripe.events.list({ limit: 100 });
    const mine = data.filter((event) =>
      JSON.stringify(event.data.object).includes(before.stripeSubscriptionId),
    );
    expect(mine.length).toBeGreaterThan(3);
    const bodies = Array.from({ length: 100 }, (_, index) => {
      // a new id each: billing may not lean on having seen them
      const event = { ...mine[(index * 7) % mine.length], id: `evt_repeat_${index % 50}` };
      return JSON.stringify(event);
    });
    const answers = await Promise.all(
      bodies.map((body) =>
        fetch(`${service.url}/webhooks/stripe`, {
          method: 'POST',
          headers: {
            'stripe-signature': stripe.webhooks.generateTestHeaderString({
              payload: body,
              secret: webhookSecret,
            }),
          },
          body,
        }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(bodies.map(() => 200));
    expect(await database.prisma.membership.findMany({ where: { userId } })).toEqual([before]);
    expect(await allTold(userId)).toEqual(toldBefore);
  });

  it('finds at the next start what no webhook told', async () => {
    const userId = 'usr_lost';
    await join(userId);
    const membership = await database.prisma.membership.findFirstOrThrow({ where: { userId } });
    // as if the news of the end had never arrived
    await stripe.subscriptions.cancel(membership.stripeSubscriptionId);
    await vi.waitFor(async () => expect((await me(userId)).user.membership.status).toBe('CANCELED'));
    await database.prisma.membership.update({
      where: { id: membership.id },
      data: { status: 'ACTIVE', endedAt: null },
    });
    expect((await me(userId)).user.entitlements.active).toBe(true);
    expect(await reconcile(billing)).toBeGreaterThan(0);
    expect((await me(userId)).user).toMatchObject({
      membership: { status: 'CANCELED' },
      entitlements: { active: false },
    });
  });

  it('pages through bills', async () => {
    const first = (await me('usr_changes')).user.invoices;
    expect(first).toMatchObject({ pageInfo: { hasNextPage: true }, edges: [{}, {}] });
    const { data } = await ask(
      'usr_changes',
      `query ($after: String) { _entities(representations: [{ __typename: "User", id: "usr_changes" }]) { ... on User {
        invoices(first: 1) { pageInfo { hasNextPage } edges { node { id } } } rest: invoices(first: 1, after: $after) { edges { node { id } } } } } }`,
      { after: Buffer.from('[]').toString('base64url') },
    );
    expect(data._entities[0].invoices.pageInfo.hasNextPage).toBe(true);
    expect(data._entities[0].rest).toBeNull();
  });

  it('leads customers to the portal, and only them', async () => {
    const portal = async (userId: string) =>
      (await ask(userId, 'mutation { openBillingPortal { portalUrl userErrors { code } } }')).data
        .openBillingPortal;
    expect((await fetch((await portal('usr_joins')).portalUrl)).status).toBe(200);
    expect(await portal('usr_nobody')).toEqual({ portalUrl: null, userErrors: [{ code: 'NO_MEMBERSHIP' }] });
  });
});
