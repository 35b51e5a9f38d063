import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, type Route } from '../../platform/serve.ts';
import { checkoutOf, completeCheckout } from './checkout.ts';
import { timeOf } from './clocks.ts';
import { customerOf } from './customer-of.ts';
import { StripeFailure } from './failure.ts';
import { invoiceOf } from './invoices.ts';
import { methodFor } from './invoicing.ts';
import { isOver, payInvoice } from './lifecycle.ts';
import { checkoutPage, invoicePage, messagePage, portalPage } from './pages.ts';
import { decodeForm } from './parameters.ts';
import { attachPaymentMethod, createPaymentMethod } from './payment-methods.ts';
import { portalCancels, portalChangesCard, portalOf } from './portal.ts';
import { timeItself, type State, type Transaction } from './state.ts';
import { readCard, type CardInput } from './test-cards.ts';

type Fields = Record<string, unknown>;
type Reply = { status: number; page: string } | { redirect: string };

/** The pages' routes. Whoever has a page's address may use it, as with Stripe's own. */
export function pageRoutes(state: State): Route[] {
  const route = (
    path: string,
    show: (tx: Transaction, id: string, refusal: string | null) => Reply,
    act: (tx: Transaction, id: string, fields: Fields) => Reply,
  ): Route[] => [
    {
      method: 'GET',
      path,
      handler: (_request, response, { id = '' }) =>
        send(
          response,
          guarded(() => state.transaction(timeItself, (tx) => show(tx, id, null))),
        ),
    },
    {
      method: 'POST',
      path,
      async handler(request, response, { id = '' }) {
        const fields = await readFields(request);
        const reply = guarded(() => {
          try {
            return state.transaction(timeItself, (tx) => act(tx, id, fields));
          } catch (error) {
            if (!(error instanceof StripeFailure) || error.status === 404) throw error;
            // what was tried is undone; the page says why, and can be tried again
            const { message, status } = error;
            const shown = state.transaction(timeItself, (tx) => show(tx, id, message));
            return 'page' in shown ? { ...shown, status } : shown;
          }
        });
        send(response, reply);
      },
    },
  ];
  return [
    ...route('/c/pay/:id', showCheckout, payCheckout),
    ...route('/p/session/:id', showPortal, usePortal),
    ...route('/i/:id', showInvoice, payInvoicePage),
  ];
}

function showCheckout(tx: Transaction, id: string, refusal: string | null): Reply {
  const session = checkoutOf(tx, id);
  if (session.status === 'complete') return { redirect: successUrl(session.success_url!, id) };
  if (session.status === 'expired')
    return { status: 410, page: messagePage('This page has expired', 'Go back and begin again.') };
  return { status: 200, page: checkoutPage({ session, order: tx.get('checkout_orders', id)!, refusal }) };
}

function payCheckout(tx: Transaction, id: string, fields: Fields): Reply {
  const session = checkoutOf(tx, id);
  // a form that is sent twice pays once
  if (session.status !== 'open') return showCheckout(tx, id, null);
  const email = textOf(fields, 'email');
  completeCheckout(tx, session, {
    card: cardOf(fields),
    email: email === '' ? null : email,
    name: textOf(fields, 'name') || null,
  });
  return { redirect: successUrl(session.success_url!, id) };
}

const successUrl = (template: string, id: string): string => template.replaceAll('{CHECKOUT_SESSION_ID}', id);

function showPortal(tx: Transaction, id: string, refusal: string | null): Reply {
  const session = portalOf(tx, id);
  const customer = customerOf(tx, session.customer);
  const own = tx.list('subscriptions', (each) => each.customer === customer.id && !isOver(each));
  const page = portalPage({
    email: customer.email,
    returnUrl: session.return_url,
    subscriptions: own.map((subscription) => ({
      subscription,
      name: tx.get('products', subscription.items.data[0]!.price.product)?.name ?? 'Subscription',
    })),
    card: methodFor(tx, own[0] ?? { default_payment_method: null, customer: customer.id }),
    invoices: tx
      .list('invoices', (invoice) => invoice.customer === customer.id)
      .toReversed()
      .slice(0, 20),
    refusal,
  });
  return { status: 200, page };
}

function usePortal(tx: Transaction, id: string, fields: Fields): Reply {
  const session = portalOf(tx, id);
  const action = textOf(fields, 'action');
  if (action === 'card') portalChangesCard(tx, session, cardOf(fields));
  else if (action === 'cancel' || action === 'resume')
    portalCancels(tx, session, textOf(fields, 'subscription'), action === 'cancel');
  else throw new StripeFailure(400, { type: 'invalid_request_error', message: 'There is no such action.' });
  // a reload after this asks for the page, and does not act again
  return { redirect: `${tx.publicUrl}/p/session/${id}` };
}

const showInvoice = (tx: Transaction, id: string, refusal: string | null): Reply => ({
  status: 200,
  page: invoicePage(invoiceOf(tx, id), refusal),
});

function payInvoicePage(tx: Transaction, id: string, fields: Fields): Reply {
  const invoice = invoiceOf(tx, id);
  if (invoice.status === 'open') {
    const at = timeOf(tx, invoice.test_clock);
    const input = cardOf(fields);
    const created = createPaymentMethod(
      tx,
      readCard(input, at),
      { month: input.month, year: input.year },
      at,
    );
    const method = attachPaymentMethod(tx, created, invoice.customer!);
    const failure = payInvoice(tx, invoice, at, method);
    if (failure) throw failure;
    const subscription = tx.get('subscriptions', invoice.parent!.subscription_details!.subscription);
    if (subscription) tx.put('subscriptions', { ...subscription, default_payment_method: method.id });
  }
  return { redirect: `${tx.publicUrl}/i/${id}` };
}

const textOf = (fields: Fields, name: string): string => {
  const value = fields[name];
  return typeof value === 'string' ? value.trim() : '';
};

/** A card's fields as people write them: `exp` as `12/40`, `12/2040`, `12 40` or `1240`. */
function cardOf(fields: Fields): CardInput {
  const [, month = '', year = ''] = /^(\d{1,2})\s*[/\s-]?\s*(\d{4}|\d{2})$/.exec(textOf(fields, 'exp')) ?? [];
  return {
    number: textOf(fields, 'card_number'),
    month: Number(month),
    year: year.length === 2 ? 2000 + Number(year) : Number(year),
    cvc: textOf(fields, 'cvc'),
  };
}

async function readFields(request: IncomingMessage): Promise<Fields> {
  return decodeForm((await readBody(request, 20_000)).toString()) as Fields;
}

function guarded(work: () => Reply): Reply {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof StripeFailure)) throw error;
    return { status: error.status, page: messagePage('There is nothing here', error.message) };
  }
}

function send(response: ServerResponse, reply: Reply): void {
  if ('redirect' in reply) {
    response.writeHead(303, { location: reply.redirect, 'cache-control': 'no-store' }).end();
    return;
  }
  response
    .writeHead(reply.status, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      // no form-action: browsers hold it against the redirect to the seller's page as well
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
      'referrer-policy': 'no-referrer',
    })
    .end(reply.page);
}
