import { day } from './clocks.ts';
import type { Price } from './objects.ts';

/** How often a price recurs. */
export type Recurrence = Pick<NonNullable<Price['recurring']>, 'interval' | 'interval_count'>;

/**
 * The end of the period that contains `time`: the first of the anchor's returns after it. A period that begins on
 * the 31st ends on a shorter month's last day, and goes back to the 31st after that
 * (https://docs.stripe.com/billing/subscriptions/billing-cycle).
 */
export function periodEnd(anchor: number, recurrence: Recurrence, time: number): number {
  const { interval, interval_count: each } = recurrence;
  if (interval === 'day' || interval === 'week') {
    const length = each * (interval === 'day' ? day : 7 * day);
    return anchor + (Math.floor((time - anchor) / length) + 1) * length;
  }
  const months = each * (interval === 'year' ? 12 : 1);
  // no month is longer than 31 days, so this starts at or before the one that is looked for
  let turn = Math.max(0, Math.floor((time - anchor) / (months * 31 * day)));
  while (monthsAfter(anchor, turn * months) <= time) turn++;
  return monthsAfter(anchor, turn * months);
}

function monthsAfter(anchor: number, months: number): number {
  const date = new Date(anchor * 1000);
  const dayOfMonth = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(dayOfMonth, lastDay));
  return date.getTime() / 1000;
}
