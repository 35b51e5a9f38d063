import type { Price } from './objects.ts';

/** `$9.99` of 999 and `usd`; currencies without a minor unit are counted whole. */
export function formatMoney(amount: number, currency: string): string {
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}

/** `$9.99 / month` */
export function formatPrice(price: Price): string {
  const money = formatMoney(price.unit_amount ?? 0, price.currency);
  if (!price.recurring) return money;
  const { interval, interval_count: each } = price.recurring;
  return each === 1 ? `${money} / ${interval}` : `${money} every ${each} ${interval}s`;
}

/** `24 Nov 2026` of seconds since 1970 */
export const formatDay = (time: number): string =>
  new Date(time * 1000).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });
