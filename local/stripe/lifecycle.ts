import { day, hour } from './clocks.ts';
import { customerOf } from './customer-of.ts';
import { emit, emitUpdate } from './events.ts';
import { StripeFailure } from './failure.ts';
import {
  chargeInvoice,
  draftInvoice,
  issueInvoice,
  methodFor,
  retryDelays,
  voidInvoice,
  withoutPaymentMethod,
} from './invoicing.ts';
import { periodLines, priceChange, unusedLine, type ProrationBehavior } from './lines.ts';
import type { Invoice, InvoiceLine, PaymentMethod, Subscription, SubscriptionItem } from './objects.ts';
import { periodEnd } from './periods.ts';
import { newSubscription, type SubscriptionDetails } from './new-subscription.ts';
import type { Transaction } from './state.ts';

/**
 * The states of a subscription and the ways between them
 * (https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses). Requests and time come here alike.
 */

/** What becomes of a subscription whose payment fails at once. */
export type PaymentBehavior = 'allow_incomplete' | 'default_incomplete' | 'error_if_incomplete';

const reminderLead = 3 * day;
const incompleteLifetime = 23 * hour;

/** True for a subscription that nothing can bring back. */
export const isOver = ({ status }: Subscription): boolean =>
  status === 'canceled' || status === 'incomplete_expired';

export const currentPeriod = ({ items }: Subscription): { start: number; end: number } => {
  const { current_period_start: start, current_period_end: end } = items.data[0]!;
  return { start, end };
};

/** Keeps a subscription's change and tells it. */
export function updateSubscription(
  tx: Transaction,
  before: Subscription,
  change: Partial<Subscription>,
  at: number,
): Subscription {
  const after = { ...before, ...change };
  tx.put('subscriptions', after);
  emitUpdate(tx, 'customer.subscription.updated', before, after, at);
  return after;
}

/** Lets a subscription run out at the end of its period, or takes that back. */
export function setCancelAtPeriodEnd(
  tx: Transaction,
  subscription: Subscription,
  cancel: boolean,
  at: number,
): Subscription {
  if (subscription.cancel_at_period_end === cancel) return subscription;
  const details = {
    comment: null,
    feedback: null,
    feedback_option: null,
    ...subscription.cancellation_details,
  };
  return updateSubscription(
    tx,
    subscription,
    {
      cancel_at_period_end: cancel,
      cancel_at: cancel ? currentPeriod(subscription).end : null,
      canceled_at: cancel ? at : null,
      cancellation_details: { ...details, reason: cancel ? 'cancellation_requested' : null },
    },
    at,
  );
}

/**
 * Begins a subscription: its first invoice is issued and, outside a trial, charged.
 * @throws {StripeFailure} 402 for a failed charge under `error_if_incomplete`; 400 without anything to charge
 */
export function startSubscription(
  tx: Transaction,
  details: SubscriptionDetails,
  behavior: PaymentBehavior,
  at: number,
): Subscription {
  const subscription = newSubscription(details, at);
  const trial = subscription.trial_end !== null;
  const draft = draftInvoice({
    customer: customerOf(tx, subscription.customer, 'customer'),
    subscription,
    reason: 'subscription_create',
    lines: periodLines(tx, subscription, subscription.items.data, trial),
    periodStart: at,
    periodEnd: at,
    at,
  });
  const started: Subscription = {
    ...subscription,
    status: trial ? 'trialing' : 'incomplete',
    latest_invoice: draft.id,
  };
  tx.put('subscriptions', started);
  emit(tx, 'customer.subscription.created', started, at);
  const invoice = issueInvoice(tx, draft, at);
  if (trial) return started;
  if (invoice.status === 'paid') return updateSubscription(tx, started, { status: 'active' }, at);
  if (behavior === 'default_incomplete') return started;
  const method = methodFor(tx, started);
  if (!method) throw withoutPaymentMethod();
  const failure = payInvoice(tx, invoice, at, method);
  if (failure && behavior === 'error_if_incomplete') throw new StripeFailure(failure.status, failure.body);
  return tx.get('subscriptions', started.id)!;
}

/**
 * Tries to charge an open invoice, and moves its subscription accordingly.
 * @param method charged instead of the subscription's own
 * @returns why it failed, or null
 */
export function payInvoice(
  tx: Transaction,
  open: Invoice,
  at: number,
  method?: PaymentMethod,
): StripeFailure | null {
  const id = open.parent?.subscription_details?.subscription;
  const subscription = id ? tx.get('subscriptions', id) : undefined;
  const { invoice, failure } = chargeInvoice(
    tx,
    open,
    method ?? (subscription && methodFor(tx, subscription)),
    at,
  );
  setDelinquent(tx, invoice.customer!, failure !== null, at);
  if (!subscription || isOver(subscription)) return failure;
  if (!failure) reactivate(tx, subscription, at);
  else if (subscription.status === 'past_due' && invoice.attempt_count > retryDelays.length)
    cancelNow(tx, subscription, at, 'payment_failed');
  else if (subscription.status === 'active') updateSubscription(tx, subscription, { status: 'past_due' }, at);
  return failure;
}

/** A paid invoice makes its subscription active again, if it was the last that was owed. */
function reactivate(tx: Transaction, subscription: Subscription, at: number): void {
  const owed = tx.list('invoices', (invoice) => isOpenInvoiceOf(invoice, subscription.id));
  const waits = subscription.status === 'incomplete' || subscription.status === 'past_due';
  if (waits && owed.length === 0) updateSubscription(tx, subscription, { status: 'active' }, at);
}

const isOpenInvoiceOf = (invoice: Invoice, subscription: string): boolean =>
  invoice.status === 'open' && invoice.parent?.subscription_details?.subscription === subscription;

/** A subscription's invoices that were not paid, oldest first. */
export const openInvoices = (tx: Transaction, subscription: string): Invoice[] =>
  tx.list('invoices', (invoice) => isOpenInvoiceOf(invoice, subscription));

function setDelinquent(tx: Transaction, customer: string, delinquent: boolean, at: number): void {
  const before = tx.get('customers', customer);
  if (!before || before.delinquent === delinquent) return;
  const after = { ...before, delinquent };
  tx.put('customers', after);
  emitUpdate(tx, 'customer.updated', before, after, at);
}

/** Takes the lines that waited for the next invoice. */
function takePending(tx: Transaction, subscription: string): InvoiceLine[] {
  const pending = tx.list('pending_lines', (each) => each.subscription === subscription);
  for (const { id } of pending) tx.remove('pending_lines', id);
  return pending.map(({ line }) => line);
}

/** Issues an invoice and, if anything is due, charges it. */
function invoiceAndCharge(
  tx: Transaction,
  subscription: Subscription,
  draft: Invoice,
  behavior: PaymentBehavior,
  at: number,
): void {
  const invoice = issueInvoice(tx, draft, at);
  if (invoice.status === 'paid') return;
  if (behavior === 'default_incomplete') {
    updateSubscription(tx, subscription, { status: 'past_due' }, at);
    return;
  }
  const failure = payInvoice(tx, invoice, at);
  if (failure && behavior === 'error_if_incomplete') throw new StripeFailure(failure.status, failure.body);
}

export interface ItemsChangeOptions {
  behavior: ProrationBehavior;
  payment: PaymentBehavior;
  at: number;
  /** The moment from which the rest of the period is counted. */
  prorateFrom: number;
}

/**
 * Gives a subscription other items.
 * @throws {StripeFailure} 402 for a failed charge under `error_if_incomplete`
 */
export function changeItems(
  tx: Transaction,
  subscription: Subscription,
  items: SubscriptionItem[],
  { behavior, payment, at, prorateFrom }: ItemsChangeOptions,
): Subscription {
  const change = priceChange(tx, subscription, items, behavior, prorateFrom);
  const changed = {
    items: { ...subscription.items, data: change.items },
    ...(change.restarts && { billing_cycle_anchor: prorateFrom }),
    ...(subscription.cancel_at_period_end && { cancel_at: change.items[0]!.current_period_end }),
  };
  const invoiceNow = change.lines.length > 0 && (change.restarts || behavior === 'always_invoice');
  if (!invoiceNow) {
    for (const line of change.lines)
      tx.put('pending_lines', { id: line.id, subscription: subscription.id, line });
    return updateSubscription(tx, subscription, changed, at);
  }
  const draft = draftInvoice({
    customer: customerOf(tx, subscription.customer),
    subscription,
    reason: 'subscription_update',
    lines: [...takePending(tx, subscription.id), ...change.lines],
    periodStart: at,
    periodEnd: at,
    at,
  });
  const after = updateSubscription(tx, subscription, { ...changed, latest_invoice: draft.id }, at);
  invoiceAndCharge(tx, after, draft, payment, at);
  return tx.get('subscriptions', subscription.id)!;
}

/** Ends a trial, or a period, and begins the next one. */
export function renew(tx: Transaction, before: Subscription, at: number): void {
  const wasTrial = before.status === 'trialing';
  const missing = before.trial_settings?.end_behavior.missing_payment_method;
  if (wasTrial && missing === 'cancel' && !methodFor(tx, before)) {
    cancelNow(tx, before, at, 'payment_failed');
    return;
  }
  const passed = currentPeriod(before);
  const anchor = wasTrial ? at : before.billing_cycle_anchor;
  const items = before.items.data.map((item) => ({
    ...item,
    current_period_start: at,
    current_period_end: periodEnd(anchor, item.price.recurring!, at),
  }));
  const draft = draftInvoice({
    customer: customerOf(tx, before.customer),
    subscription: before,
    reason: 'subscription_cycle',
    lines: [...takePending(tx, before.id), ...periodLines(tx, before, items, false)],
    periodStart: passed.start,
    periodEnd: at,
    at,
  });
  const after = updateSubscription(
    tx,
    before,
    {
      billing_cycle_anchor: anchor,
      items: { ...before.items, data: items },
      latest_invoice: draft.id,
      ...(wasTrial && { status: 'active', trial_end: Math.min(at, before.trial_end ?? at) }),
    },
    at,
  );
  invoiceAndCharge(tx, after, draft, 'allow_incomplete', at);
}

export interface CancelOptions {
  /** Credits the rest of the period to the customer, on an invoice of its own. */
  prorate: boolean;
  /** Invoices what waited for the next invoice; otherwise that is forgotten. */
  invoiceNow: boolean;
}

/** Ends a subscription at once. */
export function cancelNow(
  tx: Transaction,
  before: Subscription,
  at: number,
  reason: 'cancellation_requested' | 'payment_failed',
  { prorate, invoiceNow }: CancelOptions = { prorate: false, invoiceNow: false },
): Subscription {
  const pending = takePending(tx, before.id);
  const unused =
    prorate && before.status !== 'trialing'
      ? before.items.data.map((item) => unusedLine(tx, before, item, at))
      : [];
  const lines = invoiceNow ? [...pending, ...unused] : unused;
  if (lines.length > 0) {
    const customer = customerOf(tx, before.customer);
    const reason = 'subscription_update';
    const draft = {
      customer,
      subscription: before,
      reason,
      lines,
      periodStart: at,
      periodEnd: at,
      at,
    } as const;
    const last = issueInvoice(tx, draftInvoice(draft), at);
    if (last.status === 'open') chargeInvoice(tx, last, methodFor(tx, before), at);
  }
  for (const invoice of openInvoices(tx, before.id))
    tx.put('invoices', { ...invoice, auto_advance: false, next_payment_attempt: null });
  const details = before.cancellation_details;
  const after: Subscription = {
    ...before,
    status: 'canceled',
    canceled_at: before.canceled_at ?? at,
    ended_at: at,
    cancellation_details: {
      comment: details?.comment ?? null,
      feedback: details?.feedback ?? null,
      feedback_option: details?.feedback_option ?? null,
      reason: details?.reason ?? reason,
    },
  };
  tx.put('subscriptions', after);
  emit(tx, 'customer.subscription.deleted', after, at);
  return after;
}

/** When time must do something to a subscription, or null if it never will. */
export function dueTime(tx: Transaction, subscription: Subscription): number | null {
  const { status, created, trial_end: trialEnd, cancel_at: cancelAt } = subscription;
  const end = Math.min(cancelAt ?? Infinity, currentPeriod(subscription).end);
  if (status === 'incomplete') return created + incompleteLifetime;
  if (status === 'trialing')
    return tx.get('trial_reminders', subscription.id) || trialEnd === null
      ? end
      : Math.min(end, Math.max(created, trialEnd - reminderLead));
  if (status === 'active') return end;
  if (status !== 'past_due') return null;
  const retries = openInvoices(tx, subscription.id).map(
    (invoice) => invoice.next_payment_attempt ?? Infinity,
  );
  return Math.min(end, ...retries);
}

/** Does the one thing that time must do to a subscription at `at`, its {@link dueTime}. */
export function passTime(tx: Transaction, subscription: Subscription, at: number): void {
  const { id, status, cancel_at: cancelAt } = subscription;
  if (status === 'incomplete') {
    for (const invoice of openInvoices(tx, id)) voidInvoice(tx, invoice, at);
    updateSubscription(tx, subscription, { status: 'incomplete_expired', ended_at: at }, at);
  } else if (cancelAt !== null && at >= cancelAt) {
    cancelNow(tx, subscription, at, 'cancellation_requested');
  } else if (at >= currentPeriod(subscription).end) {
    renew(tx, subscription, at);
  } else if (status === 'trialing') {
    tx.put('trial_reminders', { id });
    emit(tx, 'customer.subscription.trial_will_end', subscription, at);
  } else {
    const due = openInvoices(tx, id).find((invoice) => (invoice.next_payment_attempt ?? Infinity) <= at);
    if (due) payInvoice(tx, due, at);
  }
}
