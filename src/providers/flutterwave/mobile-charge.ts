// What a charge of a mobile-money wallet asks for. The type of charge follows from the currency, in francs the country
// from the number. Sources: flutterwave-node-v3, documentation/collections.md and services/mobile-money;
// developer.flutterwave.com/v3.0/docs/francophone.

import { HesabuError } from '../../domain/errors.ts';
import { quoted } from '../../domain/quotation.ts';
import type { PaymentRequest } from '../../producers/gateway.ts';

const TYPES: ReadonlyMap<string, string> = new Map([
  ['GHS', 'mobile_money_ghana'],
  ['KES', 'mpesa'],
  ['RWF', 'mobile_money_rwanda'],
  ['TZS', 'mobile_money_tanzania'],
  ['UGX', 'mobile_money_uganda'],
  ['XAF', 'mobile_money_franco'],
  ['XOF', 'mobile_money_franco'],
  ['ZMW', 'mobile_money_zambia'],
]);
/** The currencies that it collects from mobile money. */
export const CURRENCIES: readonly string[] = [...TYPES.keys()];
/** The countries of francs that it serves, by their calling codes. */
const FRANC_COUNTRIES = { '+237': 'CM', '+221': 'SN', '+226': 'BF', '+225': 'CI' };
const REFERENCE_LENGTH_MAX = 100;

/** The name under which a charge keeps the key of its call. */
export const KEY_NAME = 'idempotency_key';

export interface MobileCharge {
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Throws HESABU_REQUEST_INVALID for what the network has no charge for. */
export function mobileCharge(request: PaymentRequest, email: string): MobileCharge {
  const { reference, orderNumber, amount, currency, phone, operator, idempotencyKey } = request;
  const type = TYPES.get(currency);
  if (type === undefined) throw invalid('currency', `one of ${CURRENCIES.join(', ')}`, currency);
  if (reference.length > REFERENCE_LENGTH_MAX) {
    throw invalid('reference', `at most ${REFERENCE_LENGTH_MAX} characters`, `${reference.length}`);
  }
  const wallet = { phone_number: phone.replace(/^\+/, ''), network: operator };
  return {
    type,
    body: {
      ...{ tx_ref: reference, amount: plainAmount(amount), currency, email, ...wallet },
      ...(type === 'mobile_money_franco' ? { country: francCountry(phone) } : {}),
      // Rwanda and Zambia want it beside the reference.
      order_id: orderNumber ?? reference,
      meta: { [KEY_NAME]: idempotencyKey },
    },
  };
}

/** As a text, so that no amount is a float; without the zeros that a wallet without decimals may refuse. */
export function plainAmount(amount: string): string {
  return amount.replace(/\.0+$/, '');
}

function francCountry(phone: string): string {
  const found = Object.entries(FRANC_COUNTRIES).find(([code]) => phone.startsWith(code));
  if (found !== undefined) return found[1];
  // The number is personal data, so the refusal does not repeat it.
  const codes = Object.keys(FRANC_COUNTRIES).join(', ');
  throw invalid('phone', `a number that begins with one of ${codes}`, 'another one');
}

function invalid(where: string, expected: string, found: string): HesabuError {
  return new HesabuError('HESABU_REQUEST_INVALID', { where, expected, found: quoted(found) });
}
