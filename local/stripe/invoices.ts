import * as z from 'zod';
import { timeOf } from './clocks.ts';
import { customerOf } from './customer-of.ts';
import { endpoint } from './endpoint.ts';
import { emit } from './events.ts';
import { invalidRequest, noSuch, StripeFailure } from './failure.ts';
import { draftInvoice, methodFor, voidInvoice, withoutPaymentMethod } from './invoicing.ts';
import { currentPeriod, isOver, payInvoice } from './lifecycle.ts';
import { periodLines, priceChange } from './lines.ts';
import { inRange, page } from './lists.ts';
import { newSubscription, pricedItems } from './new-subscription.ts';
import type { Invoice, Subscription } from './objects.ts';
import { expand, flag, mergedMetadata, metadata, paging, range, text } from './parameters.ts';
import { ownPaymentMethod } from './payment-methods.ts';
import { periodEnd } from './periods.ts';
import type { Transaction } from './state.ts';
import { changedItems, itemChanges, proration } from './subscription-items.ts';
import { prorationDate, subscriptionOf } from './subscriptions.ts';

/** @throws {StripeFailure} 404 */
export function invoiceOf(tx: Transaction, id: string): Invoice {
  const invoice = tx.get('invoices', id);
  if (!invoice) throw noSuch('invoice', id);
  return invoice;
}

const noUpcoming = (customer: string): StripeFailure =>
  new StripeFailure(404, {
    type: 'invalid_request_error',
    code: 'invoice_upcoming_none',
    message: `No upcoming invoices for customer: ${customer}`,
  });

interface PreviewOptions {
  items: z.output<typeof itemChanges> | undefined;
  behavior: 'always_invoice' | 'create_prorations' | 'none';
  date: number | undefined;
  cancelAtPeriodEnd: boolean | undefined;
}

/** The next invoice of a subscription, as it would be after a change. Nothing is kept. */
function previewOf(tx: Transaction, subscription: Subscription, options: PreviewOptions): Invoice {
  const at = timeOf(tx, subscription.test_clock);
  const customer = customerOf(tx, subscription.customer);
  const changed = options.items
    ? changedItems(tx, subscription, options.items, at, 'subscription_details[items]')
    : subscription.items.data;
  const prorateFrom = prorationDate(subscription, options.date, at);
  const change = priceChange(tx, subscription, changed, options.behavior, prorateFrom);
  const pending = tx
    .list('pending_lines', (each) => each.subscription === subscription.id)
    .map(({ line }) => line);
  const draft = { customer, subscription, reason: 'upcoming' as const };
  if (change.lines.length > 0 && (change.restarts || options.behavior === 'always_invoice'))
    return draftInvoice({
      ...draft,
      lines: [...pending, ...change.lines],
      periodStart: at,
      periodEnd: at,
      at,
    });
  if (isOver(subscription) || (options.cancelAtPeriodEnd ?? subscription.cancel_at_period_end))
    throw noUpcoming(customer.id);
  const { start, end } = currentPeriod(subscription);
  const anchor = subscription.status === 'trialing' ? end : subscription.billing_cycle_anchor;
  const next = change.items.map((item) => ({
    ...item,
    current_period_start: end,
    current_period_end: periodEnd(anchor, item.price.recurring!, end),
  }));
  const lines = [...pending, ...change.lines, ...periodLines(tx, subscription, next, false)];
  return draftInvoice({ ...draft, lines, periodStart: start, periodEnd: end, at: end });
}

/** The first invoice of a subscription that a customer might take. */
function previewOfNew(tx: Transaction, customerId: string, items: z.output<typeof itemChanges>): Invoice {
  const customer = customerOf(tx, customerId, 'customer');
  const at = timeOf(tx, customer.test_clock);
  const priced = pricedItems(
    tx,
    items.map(({ price = '', quantity }) => ({ price, quantity })),
    'subscription_details[items]',
  );
  const subscription = newSubscription(
    {
      customer,
      items: priced,
      trialEnd: null,
      metadata: {},
      description: null,
      defaultPaymentMethod: null,
      missingPaymentMethod: 'create_invoice',
    },
    at,
  );
  return draftInvoice({
    customer,
    subscription,
    reason: 'upcoming',
    lines: periodLines(tx, subscription, subscription.items.data, false),
    periodStart: at,
    periodEnd: at,
    at,
  });
}

export const invoiceEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/invoices/create_preview',
    parameters: z.strictObject({
      customer: text.optional(),
      subscription: text.optional(),
      subscription_details: z
        .strictObject({
          items: itemChanges.optional(),
          ...proration,
          cancel_at_period_end: flag.optional(),
        })
        .optional(),
      expand,
    }),
    answer({ tx }, { customer, subscription: id, subscription_details: details }) {
      if (id === undefined && customer === undefined)
        throw invalidRequest('Pass a subscription or a customer.', 'subscription', 'parameter_missing');
      const subscription =
        id === undefined
          ? tx.list('subscriptions', (each) => each.customer === customer && !isOver(each))[0]
          : subscriptionOf(tx, id, 'subscription');
      if (subscription && (id !== undefined || !details?.items))
        return previewOf(tx, subscription, {
          items: details?.items,
          behavior: details?.proration_behavior ?? 'create_prorations',
          date: details?.proration_date,
          cancelAtPeriodEnd: details?.cancel_at_period_end,
        });
      if (!details?.items) throw noUpcoming(customer!);
      return previewOfNew(tx, customer!, details.items);
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/invoices/:id',
    parameters: z.strictObject({ expand }),
    answer: ({ tx }, _parameters, id) => invoiceOf(tx, id),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/invoices/:id/lines',
    parameters: z.strictObject(paging),
    // lines stand in the order in which they were written, unlike other lists
    answer: ({ tx }, paging, id) =>
      page(`/v1/invoices/${id}/lines`, invoiceOf(tx, id).lines.data.toReversed(), paging),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/invoices/:id',
    parameters: z.strictObject({ metadata: metadata.optional(), expand }),
    answer({ tx }, { metadata: change }, id) {
      const before = invoiceOf(tx, id);
      const invoice = { ...before, metadata: mergedMetadata(before.metadata, change) };
      tx.put('invoices', invoice);
      emit(tx, 'invoice.updated', invoice, timeOf(tx, invoice.test_clock), { metadata: before.metadata });
      return invoice;
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/invoices/:id/pay',
    parameters: z.strictObject({ payment_method: text.optional(), off_session: flag.optional(), expand }),
    answer({ tx }, { payment_method: named }, id) {
      const invoice = invoiceOf(tx, id);
      if (invoice.status === 'paid')
        throw invalidRequest('Invoice is already paid', undefined, 'invoice_already_paid');
      if (invoice.status !== 'open')
        throw invalidRequest(
          `This invoice is ${invoice.status} and cannot be paid.`,
          undefined,
          'invoice_not_open',
        );
      const subscription = tx.get('subscriptions', invoice.parent!.subscription_details!.subscription);
      const method = named
        ? ownPaymentMethod(tx, invoice.customer!, named, 'payment_method')
        : subscription && methodFor(tx, subscription);
      if (!method) throw withoutPaymentMethod();
      const failure = payInvoice(tx, invoice, timeOf(tx, invoice.test_clock), method);
      if (failure) throw failure;
      return invoiceOf(tx, id);
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/invoices/:id/void',
    parameters: z.strictObject({ expand }),
    answer({ tx }, _parameters, id) {
      const invoice = invoiceOf(tx, id);
      if (invoice.status !== 'open') throw invalidRequest('You can only void an open invoice.');
      return voidInvoice(tx, invoice, timeOf(tx, invoice.test_clock));
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/invoices',
    parameters: z.strictObject({
      customer: text.optional(),
      subscription: text.optional(),
      status: z.enum(['draft', 'open', 'paid', 'uncollectible', 'void']).optional(),
      created: range.optional(),
      ...paging,
    }),
    answer({ tx }, { customer, subscription, status, created, ...paging }) {
      const invoices = tx.list(
        'invoices',
        (invoice) =>
          (customer === undefined || invoice.customer === customer) &&
          (subscription === undefined ||
            invoice.parent?.subscription_details?.subscription === subscription) &&
          (status === undefined || invoice.status === status) &&
          inRange(invoice.created, created),
      );
      return page('/v1/invoices', invoices, paging);
    },
  }),
];
