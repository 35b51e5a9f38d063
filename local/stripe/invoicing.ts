import { newId } from '../../platform/ids.ts';
import { day } from './clocks.ts';
import { emit, emitUpdate } from './events.ts';
import { invalidRequest, type StripeFailure } from './failure.ts';
import { listOf } from './lists.ts';
import type { Customer, Invoice, InvoiceLine, PaymentMethod, Subscription } from './objects.ts';
import { refusalOf } from './payment-methods.ts';
import type { Transaction } from './state.ts';
import { declined } from './test-cards.ts';

/** After a failed charge, how long until each next try. A failure with no try left ends the subscription. */
export const retryDelays: readonly number[] = [3 * day, 5 * day, 7 * day];

export interface InvoiceDetails {
  customer: Customer;
  subscription: Pick<Subscription, 'id' | 'metadata'>;
  reason: 'subscription_create' | 'subscription_cycle' | 'subscription_update' | 'upcoming';
  lines: InvoiceLine[];
  /** The period that has passed; what the lines are for stands at each line. */
  periodStart: number;
  periodEnd: number;
  at: number;
}

/** Writes an invoice, and keeps it nowhere yet. A customer's credit pays what it can; a total below zero adds to it. */
export function draftInvoice(details: InvoiceDetails): Invoice {
  const { customer, subscription, reason, periodStart, periodEnd, at } = details;
  const id = newId(reason === 'upcoming' ? 'upcoming_in' : 'in');
  const lines = details.lines.map((line) => ({ ...line, invoice: id }));
  const total = lines.reduce((sum, line) => sum + line.amount, 0);
  const due = Math.max(0, total + customer.balance);
  return {
    id,
    object: 'invoice',
    account_country: 'US',
    account_name: 'Local stand-in',
    account_tax_ids: null,
    amount_due: due,
    amount_overpaid: 0,
    amount_paid: 0,
    amount_remaining: due,
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    auto_advance: true,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    automatically_finalizes_at: null,
    billing_reason: reason,
    collection_method: 'charge_automatically',
    created: at,
    currency: lines[0]?.currency ?? customer.currency ?? 'usd',
    custom_fields: null,
    customer: customer.id,
    customer_account: null,
    customer_address: null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    customer_shipping: null,
    customer_tax_exempt: 'none',
    customer_tax_ids: [],
    default_payment_method: null,
    default_source: null,
    default_tax_rates: [],
    description: null,
    discounts: [],
    due_date: null,
    effective_at: null,
    ending_balance: null,
    footer: null,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' },
    last_finalization_error: null,
    latest_revision: null,
    lines: listOf(`/v1/invoices/${id}/lines`, lines),
    livemode: false,
    metadata: {},
    next_payment_attempt: null,
    number: null,
    on_behalf_of: null,
    parent: {
      quote_details: null,
      subscription_details: { metadata: subscription.metadata, subscription: subscription.id },
      type: 'subscription_details',
    },
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: periodEnd,
    period_start: periodStart,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: customer.balance,
    statement_descriptor: null,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    subtotal: total,
    subtotal_excluding_tax: total,
    test_clock: customer.test_clock,
    total,
    total_discount_amounts: [],
    total_excluding_tax: total,
    total_pretax_credit_amounts: [],
    total_taxes: [],
    webhooks_delivered_at: null,
  };
}

/** Keeps a draft and finalizes it: it gets its number and its page, and the customer's balance moves. */
export function issueInvoice(tx: Transaction, draft: Invoice, at: number): Invoice {
  tx.put('invoices', draft);
  emit(tx, 'invoice.created', draft, at);
  const before = tx.get('customers', draft.customer!)!;
  const sequence = before.next_invoice_sequence ?? 1;
  const customer: Customer = {
    ...before,
    next_invoice_sequence: sequence + 1,
    // a positive balance is owed and is now on the invoice; a negative one is credit, spent or added to
    balance: Math.min(0, draft.total + before.balance),
  };
  tx.put('customers', customer);
  if (customer.balance !== before.balance) emitUpdate(tx, 'customer.updated', before, customer, at);
  const invoice: Invoice = {
    ...draft,
    status: 'open',
    number: `${before.invoice_prefix}-${String(sequence).padStart(4, '0')}`,
    hosted_invoice_url: `${tx.publicUrl}/i/${draft.id}`,
    effective_at: at,
    ending_balance: customer.balance,
    status_transitions: { ...draft.status_transitions, finalized_at: at },
  };
  tx.put('invoices', invoice);
  emit(tx, 'invoice.finalized', invoice, at);
  return invoice.amount_due === 0 ? markPaid(tx, invoice, at) : invoice;
}

/** Ends an invoice as paid. */
function markPaid(tx: Transaction, before: Invoice, at: number): Invoice {
  const invoice: Invoice = {
    ...before,
    status: 'paid',
    amount_paid: before.amount_due,
    amount_remaining: 0,
    attempted: true,
    auto_advance: false,
    next_payment_attempt: null,
    status_transitions: { ...before.status_transitions, paid_at: at },
  };
  tx.put('invoices', invoice);
  emit(tx, 'invoice.paid', invoice, at);
  emit(tx, 'invoice.payment_succeeded', invoice, at);
  return invoice;
}

/** Gives up an invoice that nobody will pay. */
export function voidInvoice(tx: Transaction, before: Invoice, at: number): Invoice {
  const invoice: Invoice = {
    ...before,
    status: 'void',
    auto_advance: false,
    next_payment_attempt: null,
    status_transitions: { ...before.status_transitions, voided_at: at },
  };
  tx.put('invoices', invoice);
  emit(tx, 'invoice.voided', invoice, at);
  return invoice;
}

/**
 * Tries to charge an open invoice, and keeps how that went.
 * @param method undefined where the customer has none, which fails as a decline does
 * @returns the invoice, and what the API's caller would be told if the charge failed
 */
export function chargeInvoice(
  tx: Transaction,
  before: Invoice,
  method: PaymentMethod | undefined,
  at: number,
): { invoice: Invoice; failure: StripeFailure | null } {
  const tried: Invoice = { ...before, attempted: true, attempt_count: before.attempt_count + 1 };
  const refusal = method && refusalOf(method, 'charge');
  if (method && !refusal) return { invoice: markPaid(tx, tried, at), failure: null };
  // the first invoice of a subscription is the customer's to pay: nobody retries it
  const delay =
    tried.billing_reason === 'subscription_create' ? undefined : retryDelays[before.attempt_count];
  const invoice = { ...tried, next_payment_attempt: delay === undefined ? null : at + delay };
  tx.put('invoices', invoice);
  emit(tx, 'invoice.payment_failed', invoice, at);
  return { invoice, failure: refusal ? declined(refusal, true) : withoutPaymentMethod() };
}

export const withoutPaymentMethod = (): StripeFailure =>
  invalidRequest(
    'This customer has no attached payment source or default payment method. Please consider adding a default payment method.',
    undefined,
    'resource_missing',
  );

/** The payment method that a subscription's invoices are charged with. */
export function methodFor(
  tx: Transaction,
  subscription: Pick<Subscription, 'default_payment_method' | 'customer'>,
): PaymentMethod | undefined {
  const id =
    subscription.default_payment_method ??
    tx.get('customers', subscription.customer)?.invoice_settings.default_payment_method;
  return id ? tx.get('payment_methods', id) : undefined;
}
