import { createHash } from 'node:crypto';
import { StripeFailure } from './failure.ts';

/** What happens to a card when it is attached to a customer or charged; undefined where it works. */
type Refusal = 'generic_decline' | 'insufficient_funds' | 'expired_card';

export interface TestCard {
  number: string;
  brand: string;
  /** What the page says of it. */
  says: string;
  attach?: Refusal;
  charge?: Refusal;
  /** The names under which the API offers it as a ready payment method. */
  tokens: string[];
}

/** https://docs.stripe.com/testing */
export const testCards: readonly TestCard[] = [
  { number: '4242424242424242', brand: 'visa', says: 'works', tokens: ['pm_card_visa'] },
  { number: '5555555555554444', brand: 'mastercard', says: 'works', tokens: ['pm_card_mastercard'] },
  {
    number: '4000000000000002',
    brand: 'visa',
    says: 'is declined',
    attach: 'generic_decline',
    charge: 'generic_decline',
    tokens: ['pm_card_chargeDeclined', 'pm_card_visa_chargeDeclined'],
  },
  {
    number: '4000000000009995',
    brand: 'visa',
    says: 'has insufficient funds',
    attach: 'insufficient_funds',
    charge: 'insufficient_funds',
    tokens: ['pm_card_chargeDeclinedInsufficientFunds', 'pm_card_visa_chargeDeclinedInsufficientFunds'],
  },
  {
    number: '4000000000000069',
    brand: 'visa',
    says: 'has expired',
    attach: 'expired_card',
    charge: 'expired_card',
    tokens: ['pm_card_chargeDeclinedExpiredCard', 'pm_card_visa_chargeDeclinedExpiredCard'],
  },
  {
    number: '4000000000000341',
    brand: 'visa',
    says: 'can be saved, then fails at every charge',
    charge: 'generic_decline',
    tokens: ['pm_card_chargeCustomerFail'],
  },
];

/** What is kept of a card's number, as the API keeps it. */
export const fingerprintOf = (number: string): string =>
  createHash('sha256').update(number).digest('base64url').slice(0, 16);

const byFingerprint = new Map(testCards.map((card) => [fingerprintOf(card.number), card]));
export const cardOf = (fingerprint: string | null | undefined): TestCard | undefined =>
  byFingerprint.get(fingerprint ?? '');
export const cardByToken = (token: string): TestCard | undefined =>
  testCards.find((card) => card.tokens.includes(token));

const messages: Record<Refusal, string> = {
  generic_decline: 'Your card was declined.',
  insufficient_funds: 'Your card has insufficient funds.',
  expired_card: 'Your card has expired.',
};

/** A decline as the API tells it: an expired card has a code of its own, the rest differ by `decline_code`. */
export const declined = (refusal: Refusal, keepsChanges = false): StripeFailure =>
  new StripeFailure(
    402,
    refusal === 'expired_card'
      ? { type: 'card_error', code: refusal, message: messages[refusal], param: 'exp_month' }
      : { type: 'card_error', code: 'card_declined', decline_code: refusal, message: messages[refusal] },
    keepsChanges,
  );

export interface CardInput {
  number: string;
  month: number;
  year: number;
  cvc: string | undefined;
}

/**
 * Finds the test card that was typed in.
 * @param now seconds since 1970, against which its expiry is read
 * @throws {StripeFailure} 402 for what no card can be, and for every card that is not a test card: real ones have no
 *   business here
 */
export function readCard({ number, month, year, cvc }: CardInput, now: number): TestCard {
  const digits = number.replaceAll(/[\s-]/g, '');
  const wrong = (code: string, message: string, param: string): StripeFailure =>
    new StripeFailure(402, { type: 'card_error', code, message, param });
  if (!/^\d{12,19}$/.test(digits) || !passesLuhn(digits))
    throw wrong('incorrect_number', 'Your card number is incorrect.', 'number');
  if (!(month >= 1 && month <= 12))
    throw wrong('invalid_expiry_month', "Your card's expiration month is invalid.", 'exp_month');
  const today = new Date(now * 1000);
  if (!(year * 12 + month >= today.getUTCFullYear() * 12 + today.getUTCMonth() + 1 && year < 2100))
    throw wrong('invalid_expiry_year', "Your card's expiration year is invalid.", 'exp_year');
  if (cvc !== undefined && !/^\d{3,4}$/.test(cvc))
    throw wrong('invalid_cvc', "Your card's security code is invalid.", 'cvc');
  const card = cardOf(fingerprintOf(digits));
  if (card) return card;
  throw new StripeFailure(402, {
    type: 'card_error',
    code: 'card_declined',
    decline_code: 'test_mode_live_card',
    message: 'Your card was declined. Your request was in test mode, but used a non test card.',
  });
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let position = 0; position < digits.length; position++) {
    let digit = Number(digits.at(-1 - position));
    if (position % 2 === 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 === 0;
}
