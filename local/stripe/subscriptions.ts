import * as z from 'zod';
import { day, timeOf } from './clocks.ts';
import { customerOf } from './customer-of.ts';
import { endpoint } from './endpoint.ts';
import { emitUpdate } from './events.ts';
import { invalidRequest, noSuch } from './failure.ts';
import { withoutPaymentMethod } from './invoicing.ts';
import {
  cancelNow,
  changeItems,
  currentPeriod,
  isOver,
  renew,
  setCancelAtPeriodEnd,
  startSubscription,
  updateSubscription,
} from './lifecycle.ts';
import { inRange, page } from './lists.ts';
import { pricedItems } from './new-subscription.ts';
import type { Subscription } from './objects.ts';
import {
  count,
  emptyable,
  expand,
  flag,
  integer,
  mergedMetadata,
  metadata,
  paging,
  range,
  text,
} from './parameters.ts';
import { ownPaymentMethod } from './payment-methods.ts';
import type { Transaction } from './state.ts';
import { changedItems, itemChanges, proration } from './subscription-items.ts';

/** @throws {StripeFailure} 404, or 400 where a parameter named the subscription */
export function subscriptionOf(tx: Transaction, id: string, param = 'id'): Subscription {
  const subscription = tx.get('subscriptions', id);
  if (!subscription) throw noSuch('subscription', id, param);
  return subscription;
}

/**
 * The end of a trial that was asked for in days or by its moment, or null for none.
 * @throws {StripeFailure} 400 if both are given, or it would end in the past
 */
export function trialEndOf(
  given: { trial_period_days?: number | undefined; trial_end?: number | 'now' | undefined },
  at: number,
): number | null {
  const { trial_period_days: days, trial_end: end } = given;
  if (days !== undefined && end !== undefined)
    throw invalidRequest('You may only specify one of trial_period_days and trial_end.', 'trial_end');
  if (days !== undefined) return days === 0 ? null : at + days * day;
  if (end === undefined || end === 'now') return null;
  if (end <= at) throw invalidRequest('trial_end must be a timestamp in the future or `now`.', 'trial_end');
  return end;
}

const payment = z
  .enum(['allow_incomplete', 'default_incomplete', 'error_if_incomplete'])
  .default('allow_incomplete');
const trialEnd = z.union([z.literal('now'), integer]);
export const trialSettings = z.strictObject({
  end_behavior: z.strictObject({ missing_payment_method: z.enum(['cancel', 'create_invoice']) }),
});
const cancellationDetails = z.strictObject({
  comment: emptyable(text).optional(),
  feedback: emptyable(
    z.enum([
      'customer_service',
      'low_quality',
      'missing_features',
      'other',
      'switched_service',
      'too_complex',
      'too_expensive',
      'unused',
    ]),
  ).optional(),
});

function withCancellationDetails(
  tx: Transaction,
  subscription: Subscription,
  given: z.output<typeof cancellationDetails> | undefined,
): Subscription {
  if (!given) return subscription;
  const old = {
    comment: null,
    feedback: null,
    feedback_option: null,
    reason: null,
    ...subscription.cancellation_details,
  };
  const { comment = old.comment, feedback = old.feedback } = given;
  const after = { ...subscription, cancellation_details: { ...old, comment, feedback } };
  tx.put('subscriptions', after);
  return after;
}

/** Moves the end of a running trial; `now` ends it. */
function changeTrialEnd(tx: Transaction, subscription: Subscription, end: number | 'now', at: number): void {
  if (subscription.status !== 'trialing')
    throw invalidRequest('The local stand-in changes trial_end only while the trial runs.', 'trial_end');
  if (end === 'now') return renew(tx, subscription, at);
  const until = trialEndOf({ trial_end: end }, at)!;
  tx.remove('trial_reminders', subscription.id);
  const data = subscription.items.data.map((item) => ({ ...item, current_period_end: until }));
  updateSubscription(
    tx,
    subscription,
    {
      trial_end: until,
      billing_cycle_anchor: until,
      items: { ...subscription.items, data },
      ...(subscription.cancel_at_period_end && { cancel_at: until }),
    },
    at,
  );
}

export const subscriptionEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/subscriptions',
    parameters: z.strictObject({
      customer: text,
      items: z
        .array(z.strictObject({ price: text, quantity: count.optional() }))
        .min(1)
        .max(20),
      trial_period_days: count.optional(),
      trial_end: trialEnd.optional(),
      trial_settings: trialSettings.optional(),
      default_payment_method: text.optional(),
      payment_behavior: payment,
      collection_method: z.literal('charge_automatically').optional(),
      cancel_at_period_end: flag.default(false),
      off_session: flag.optional(),
      description: text.optional(),
      metadata: metadata.optional(),
      expand,
    }),
    answer({ tx }, given) {
      const customer = customerOf(tx, given.customer, 'customer');
      const at = timeOf(tx, customer.test_clock);
      const items = pricedItems(tx, given.items, 'items');
      const { default_payment_method: named } = given;
      const method = named && ownPaymentMethod(tx, customer.id, named, 'default_payment_method').id;
      const trial = trialEndOf(given, at);
      const pays = method || customer.invoice_settings.default_payment_method;
      if (!pays && trial === null && given.payment_behavior === 'error_if_incomplete')
        throw withoutPaymentMethod();
      const subscription = startSubscription(
        tx,
        {
          customer,
          items,
          trialEnd: trial,
          metadata: mergedMetadata({}, given.metadata),
          description: given.description ?? null,
          defaultPaymentMethod: method ?? null,
          missingPaymentMethod: given.trial_settings?.end_behavior.missing_payment_method ?? 'create_invoice',
        },
        given.payment_behavior,
        at,
      );
      return given.cancel_at_period_end ? setCancelAtPeriodEnd(tx, subscription, true, at) : subscription;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/subscriptions/:id',
    parameters: z.strictObject({ expand }),
    answer: ({ tx }, _parameters, id) => subscriptionOf(tx, id),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/subscriptions/:id',
    parameters: z.strictObject({
      items: itemChanges.optional(),
      ...proration,
      payment_behavior: payment,
      cancel_at_period_end: flag.optional(),
      cancellation_details: cancellationDetails.optional(),
      default_payment_method: emptyable(text).optional(),
      trial_end: trialEnd.optional(),
      trial_settings: trialSettings.optional(),
      off_session: flag.optional(),
      description: emptyable(text).optional(),
      metadata: metadata.optional(),
      expand,
    }),
    answer({ tx }, given, id) {
      const before = subscriptionOf(tx, id);
      const at = timeOf(tx, before.test_clock);
      if (isOver(before) && (given.items || given.cancel_at_period_end !== undefined || given.trial_end))
        throw invalidRequest(
          'A canceled subscription can only update its cancellation_details and metadata.',
          'id',
        );
      if (before.status === 'incomplete' && given.items)
        throw invalidRequest(
          'You cannot update a subscription in `incomplete` status in a way that results in proration.',
          'items',
        );
      // what makes no invoice is changed first, so that an invoice is charged to the new payment method
      const named = given.default_payment_method;
      const method = named && ownPaymentMethod(tx, before.customer, named, 'default_payment_method').id;
      let subscription = updateSubscription(
        tx,
        before,
        {
          metadata: mergedMetadata(before.metadata, given.metadata),
          ...(named !== undefined && { default_payment_method: method ?? null }),
          ...(given.description !== undefined && { description: given.description }),
          ...(given.trial_settings && {
            trial_settings: {
              end_behavior: { billing_cycle_anchor: null, ...given.trial_settings.end_behavior },
            },
          }),
        },
        at,
      );
      if (given.cancel_at_period_end !== undefined)
        subscription = setCancelAtPeriodEnd(tx, subscription, given.cancel_at_period_end, at);
      const detailed = withCancellationDetails(tx, subscription, given.cancellation_details);
      emitUpdate(tx, 'customer.subscription.updated', subscription, detailed, at);
      subscription = detailed;
      if (given.items) {
        const items = changedItems(tx, subscription, given.items, at);
        const prorateFrom = prorationDate(subscription, given.proration_date, at);
        subscription = changeItems(tx, subscription, items, {
          behavior: given.proration_behavior,
          payment: given.payment_behavior,
          at,
          prorateFrom,
        });
      }
      if (given.trial_end !== undefined) changeTrialEnd(tx, subscription, given.trial_end, at);
      return subscriptionOf(tx, id);
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/subscriptions/:id',
    parameters: z.strictObject({
      prorate: flag.default(false),
      invoice_now: flag.default(false),
      cancellation_details: cancellationDetails.optional(),
      expand,
    }),
    answer({ tx }, { prorate, invoice_now: invoiceNow, cancellation_details: details }, id) {
      const before = subscriptionOf(tx, id);
      if (isOver(before)) throw noSuch('subscription', id);
      const subscription = withCancellationDetails(tx, before, details);
      return cancelNow(tx, subscription, timeOf(tx, before.test_clock), 'cancellation_requested', {
        prorate,
        invoiceNow,
      });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/subscriptions',
    parameters: z.strictObject({
      customer: text.optional(),
      price: text.optional(),
      status: z
        .enum([
          'active',
          'all',
          'canceled',
          'ended',
          'incomplete',
          'incomplete_expired',
          'past_due',
          'trialing',
        ])
        .optional(),
      created: range.optional(),
      test_clock: text.optional(),
      ...paging,
    }),
    answer({ tx }, { customer, price, status, created, test_clock: clock, ...paging }) {
      const subscriptions = tx.list(
        'subscriptions',
        (each) =>
          (customer === undefined || each.customer === customer) &&
          (price === undefined || each.items.data.some((item) => item.price.id === price)) &&
          hasStatus(each, status) &&
          inRange(each.created, created) &&
          // as the API does: those of a clock are listed only with the clock or their customer named
          (clock === undefined
            ? customer !== undefined || each.test_clock === null
            : each.test_clock === clock),
      );
      return page('/v1/subscriptions', subscriptions, paging);
    },
  }),
];

/** The moment from which a change is prorated: now, or another one within the period. */
export function prorationDate(subscription: Subscription, given: number | undefined, at: number): number {
  const { start, end } = currentPeriod(subscription);
  if (given !== undefined && (given < start || given > end))
    throw invalidRequest(
      'Cannot specify proration_date outside of current subscription period.',
      'proration_date',
    );
  return given ?? at;
}

function hasStatus(subscription: Subscription, wanted: string | undefined): boolean {
  if (wanted === 'all') return true;
  if (wanted === undefined) return subscription.status !== 'canceled';
  return wanted === 'ended' ? isOver(subscription) : subscription.status === wanted;
}
