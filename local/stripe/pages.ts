import { html, type Html } from '../html.ts';
import { formatDay, formatMoney, formatPrice } from './money.ts';
import type { CheckoutOrder, CheckoutSession, Invoice, PaymentMethod, Subscription } from './objects.ts';
import { testCards } from './test-cards.ts';

/** The pages that a customer sees: plain forms, which work without scripts. */

const style = html`<style>
  :root {
    color-scheme: light dark;
    --line: #8886;
    --accent: #5469d4;
  }
  body {
    font:
      16px/1.5 system-ui,
      sans-serif;
    margin: 0;
  }
  main {
    max-width: 30rem;
    margin: 3rem auto;
    padding: 0 1rem;
  }
  h1 {
    font-size: 1.4rem;
    margin: 0 0 0.25rem;
  }
  h2 {
    font-size: 1.05rem;
    margin: 2rem 0 0.5rem;
  }
  .price {
    font-size: 1.8rem;
    margin: 0 0 1rem;
  }
  .note {
    opacity: 0.75;
    font-size: 0.9rem;
  }
  .box {
    border: 1px solid var(--line);
    border-radius: 8px;
    padding: 1rem;
    margin: 1rem 0;
  }
  .refusal {
    border-color: #c33;
    color: #c33;
  }
  label {
    display: block;
    margin: 0.75rem 0;
  }
  input {
    display: block;
    box-sizing: border-box;
    width: 100%;
    font: inherit;
    padding: 0.5rem;
    margin-top: 0.25rem;
    border: 1px solid var(--line);
    border-radius: 6px;
  }
  .pair {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: 1rem;
  }
  button {
    font: inherit;
    font-weight: 600;
    width: 100%;
    padding: 0.6rem;
    border: 0;
    border-radius: 6px;
    background: var(--accent);
    color: #fff;
    cursor: pointer;
  }
  button.quiet {
    background: none;
    color: inherit;
    border: 1px solid var(--line);
  }
  table {
    width: 100%;
    border-collapse: collapse;
  }
  td,
  th {
    text-align: left;
    padding: 0.3rem 0;
  }
  td:last-child,
  th:last-child {
    text-align: right;
  }
  code {
    font-size: 0.9em;
    white-space: nowrap;
  }
</style>`;

const layout = (title: string, content: Html): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        ${style}
      </head>
      <body>
        <main>
          ${content}
          <p class="note">A local stand-in for Stripe: no money moves, and only test cards are taken.</p>
        </main>
      </body>
    </html>`.markup;

const refusalBox = (refusal: string | null): Html | null =>
  refusal === null ? null : html`<div class="box refusal" role="alert">${refusal}</div>`;

const cardFields = html` <label
    >Card number
    <input
      name="card_number"
      inputmode="numeric"
      autocomplete="cc-number"
      required
      placeholder="4242 4242 4242 4242"
  /></label>
  <div class="pair">
    <label>Expiry <input name="exp" autocomplete="cc-exp" required placeholder="12/40" /></label>
    <label
      >CVC <input name="cvc" inputmode="numeric" autocomplete="cc-csc" required placeholder="123"
    /></label>
  </div>`;

const cardList = html`<h2>Test cards</h2>
  <table>
    ${testCards.map(
      ({ number, says }) =>
        html`<tr>
          <td><code>${number.replaceAll(/(\d{4})(?=\d)/g, '$1 ')}</code></td>
          <td>${says}</td>
        </tr>`,
    )}
  </table>
  <p class="note">Any expiry in the future, and any three digits.</p>`;

export interface CheckoutPage {
  session: CheckoutSession;
  order: CheckoutOrder;
  /** What was wrong with the last try. */
  refusal: string | null;
}

/** The page on which a customer pays a checkout session. */
export function checkoutPage({ session, order, refusal }: CheckoutPage): string {
  const [first] = order.lineItems;
  const total = order.lineItems.reduce((sum, item) => sum + item.amount_total, 0);
  const title = order.lineItems.map((item) => item.description ?? 'Subscription').join(', ');
  const rate =
    order.lineItems.length === 1 && first!.quantity === 1 && first!.price
      ? formatPrice(first!.price)
      : formatMoney(total, session.currency ?? 'usd');
  const email = session.customer_details?.email ?? session.customer_email;
  return layout(
    `Subscribe to ${title}`,
    html`<h1>Subscribe to ${title}</h1>
      <p class="price">${rate}</p>
      ${order.trialDays === null ? null : html`<p>Free for ${order.trialDays} days, then ${rate}.</p>`}
      <table>
        ${order.lineItems.map(
          (item) =>
            html`<tr>
              <td>${item.quantity ?? 1} × ${item.description}</td>
              <td>${formatMoney(item.amount_total, item.currency)}</td>
            </tr>`,
        )}
        <tr>
          <th>Due today</th>
          <th>${formatMoney(session.amount_total ?? 0, session.currency ?? 'usd')}</th>
        </tr>
      </table>
      ${refusalBox(refusal)}
      <form method="post" class="box">
        ${
          email
            ? html`<p>${email}</p>`
            : html`<label>E-mail <input name="email" type="email" autocomplete="email" required /></label>`
        }
        ${cardFields}
        <button>Subscribe</button>
      </form>
      ${session.cancel_url ? html`<p><a href="${session.cancel_url}">Back</a></p>` : null} ${cardList}`,
  );
}

export interface PortalPage {
  email: string | null;
  returnUrl: string | null;
  subscriptions: { subscription: Subscription; name: string }[];
  card: PaymentMethod | undefined;
  invoices: Invoice[];
  refusal: string | null;
}

/** The page on which a customer cancels, resumes, and changes the card. */
export function portalPage({ email, returnUrl, subscriptions, card, invoices, refusal }: PortalPage): string {
  return layout(
    'Your subscription',
    html`<h1>Your subscription</h1>
      <p class="note">${email}</p>
      ${refusalBox(refusal)}
      ${subscriptions.length === 0 ? html`<p>There is none.</p>` : subscriptions.map(subscriptionBox)}
      <h2>Card</h2>
      <p>${card?.card ? `${card.card.brand} ending in ${card.card.last4}` : 'None yet.'}</p>
      <form method="post" class="box">
        <input type="hidden" name="action" value="card" /> ${cardFields}<button class="quiet">
          Use this card
        </button>
      </form>
      <h2>Invoices</h2>
      <table>
        ${invoices.map(
          (invoice) =>
            html`<tr>
              <td><a href="${invoice.hosted_invoice_url ?? '#'}">${invoice.number}</a></td>
              <td>${formatDay(invoice.created)}</td>
              <td>${invoice.status}</td>
              <td>${formatMoney(invoice.total, invoice.currency)}</td>
            </tr>`,
        )}
      </table>
      ${returnUrl ? html`<p><a href="${returnUrl}">Return</a></p>` : null} ${cardList}`,
  );
}

function subscriptionBox({ subscription, name }: PortalPage['subscriptions'][number]): Html {
  const { price, current_period_end: end } = subscription.items.data[0]!;
  const ends = subscription.cancel_at_period_end;
  return html`<form method="post" class="box">
    <input type="hidden" name="subscription" value="${subscription.id}" />
    <p><strong>${name}</strong>, ${formatPrice(price)}, ${subscription.status.replace('_', ' ')}</p>
    <p>${ends ? 'Ends' : 'Renews'} on ${formatDay(end)}.</p>
    <button class="quiet" name="action" value="${ends ? 'resume' : 'cancel'}">
      ${ends ? 'Resume' : 'Cancel at the end of the period'}
    </button>
  </form>`;
}

/** An invoice, with a form to pay it while it is open. */
export function invoicePage(invoice: Invoice, refusal: string | null): string {
  const money = (amount: number): string => formatMoney(amount, invoice.currency);
  return layout(
    `Invoice ${invoice.number}`,
    html`<h1>Invoice ${invoice.number}</h1>
      <p class="note">${formatDay(invoice.created)}, ${invoice.customer_email}, ${invoice.status}</p>
      <table>
        ${invoice.lines.data.map(
          (line) =>
            html`<tr>
              <td>${line.description}</td>
              <td>${money(line.amount)}</td>
            </tr>`,
        )}
        <tr>
          <th>Total</th>
          <th>${money(invoice.total)}</th>
        </tr>
        ${
          invoice.amount_due === Math.max(0, invoice.total)
            ? null
            : html`<tr>
                <td>Credit used</td>
                <td>${money(invoice.amount_due - invoice.total)}</td>
              </tr>`
        }
        <tr>
          <th>${invoice.status === 'paid' ? 'Paid' : 'Due'}</th>
          <th>${money(invoice.amount_due)}</th>
        </tr>
      </table>
      ${refusalBox(refusal)}
      ${
        invoice.status === 'open'
          ? html`<form method="post" class="box">${cardFields}<button>Pay</button></form>
              ${cardList}`
          : null
      }`,
  );
}

/** A page that only says something. */
export const messagePage = (title: string, message: string): string =>
  layout(
    title,
    html`<h1>${title}</h1>
      <p>${message}</p>`,
  );
