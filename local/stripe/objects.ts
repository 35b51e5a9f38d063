import Stripe from 'stripe';

/** The version whose shapes this stand-in answers with: the one that the installed SDK pins. */
export const apiVersion: string = Stripe.API_VERSION;

/**
 * One of the SDK's types as it travels: JSON has no decimals, and what may be expanded is an id until it is asked
 * for. So the compiler proves every object here whole against the pinned version.
 */
export type Wire<T> = T extends Stripe.Decimal
  ? string
  : T extends string | number | boolean | null | undefined | void
    ? T
    : T extends readonly (infer Item)[]
      ? WireField<Item>[]
      : { [Key in keyof T]: WireField<T[Key]> };
type WireField<T> = string extends T ? Extract<T, string | null | undefined> : Wire<T>;

export type Customer = Wire<Stripe.Customer> & { test_clock: string | null };
export type Product = Wire<Stripe.Product>;
export type Price = Wire<Stripe.Price>;
export type PaymentMethod = Wire<Stripe.PaymentMethod>;
export type Subscription = Wire<Stripe.Subscription>;
export type SubscriptionItem = Wire<Stripe.SubscriptionItem>;
export type Invoice = Wire<Stripe.Invoice>;
export type InvoiceLine = Wire<Stripe.InvoiceLineItem>;
export type CheckoutSession = Wire<Stripe.Checkout.Session>;
export type LineItem = Wire<Stripe.LineItem>;
export type PortalSession = Wire<Stripe.BillingPortal.Session>;
export type TestClock = Wire<Stripe.TestHelpers.TestClock>;

export interface StripeEvent {
  id: string;
  object: 'event';
  api_version: string;
  created: number;
  data: { object: unknown; previous_attributes?: Record<string, unknown> };
  livemode: false;
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null };
  type: string;
}

/** A line that waits for the subscription's next invoice: a proration that was not invoiced at once. */
export interface PendingLine {
  id: string;
  subscription: string;
  line: InvoiceLine;
}

/** What a checkout session sells, kept apart from the session: the API shows it only when asked. */
export interface CheckoutOrder {
  /** The session's id. */
  id: string;
  lineItems: LineItem[];
  trialDays: number | null;
  trialEnd: number | null;
  subscriptionMetadata: Record<string, string>;
  description: string | null;
  missingPaymentMethod: 'cancel' | 'create_invoice';
}

/** An event that the webhook's receiver has not yet answered with a 2xx. Its id is the event's. */
export interface Delivery {
  id: string;
  attempts: number;
  /** Milliseconds since 1970. */
  nextAttemptAt: number;
}

/** The answer that was given to an idempotency key. */
export interface KeptAnswer {
  /** The key. */
  id: string;
  fingerprint: string;
  requestId: string;
  status: number;
  body: unknown;
  created: number;
}

/** Everything that is kept, by the name of its folder. */
export interface Tables {
  customers: Customer;
  products: Product;
  prices: Price;
  payment_methods: PaymentMethod;
  subscriptions: Subscription;
  invoices: Invoice;
  pending_lines: PendingLine;
  checkout_sessions: CheckoutSession;
  checkout_orders: CheckoutOrder;
  portal_sessions: PortalSession;
  test_clocks: TestClock;
  /** Where an advancing clock is to stop. */
  clock_targets: { id: string; time: number };
  /** Subscriptions whose customer was told that the trial ends soon. */
  trial_reminders: { id: string };
  events: StripeEvent;
  deliveries: Delivery;
  kept_answers: KeptAnswer;
}
export type TableName = keyof Tables;

/** The names again, for the program. */
export const tableNames = [
  'customers',
  'products',
  'prices',
  'payment_methods',
  'subscriptions',
  'invoices',
  'pending_lines',
  'checkout_sessions',
  'checkout_orders',
  'portal_sessions',
  'test_clocks',
  'clock_targets',
  'trial_reminders',
  'events',
  'deliveries',
  'kept_answers',
] as const satisfies readonly TableName[];
