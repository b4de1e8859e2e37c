// Charges and transfers of Flutterwave. `tx_ref` (v3), `txRef` (v2) or `reference` (v4) is the merchant's, and retries
// and payment pages repeat it: `id` is the charge's own, and `flw_ref` a further one.

import type { PaymentStatus, Via } from '../../domain/fact.ts';
import type { BodyFacts } from '../../producers/bodies/body-facts.ts';
import { amountIn, currencyIn, feeIn, ownReferenceIn, referenceIn } from '../../producers/bodies/field-values.ts';
import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import { addPayment } from '../../producers/bodies/payment-facts.ts';
import { chargeStatus, currencyOf, feesIn, SERIES, sumOf, timeIn } from './values.ts';

const MEANS_MONEY: ReadonlySet<PaymentStatus> = new Set(['succeeded', 'reversed', 'refunded']);

interface ChargeSaid {
  readonly via: Via;
  readonly word: string;
  /** The network's own id of the event. */
  readonly event?: string | null;
  readonly status?: PaymentStatus;
}

const REFERENCE = ['tx_ref', 'txRef', 'txref', 'reference'];

/** In an answer to our own request: where we put it, whatever the account says of bodies that others began. */
export function askedReference(fields: JsonFields): string | null {
  return referenceIn(fields, REFERENCE);
}

export function merchantReference(facts: BodyFacts, fields: JsonFields): string | null {
  return ownReferenceIn(fields, facts.context.settings, REFERENCE);
}

/** `amount` is what the merchant asked for; `charged_amount` has the fee as well where the payer bears it. */
export function addCharge(
  facts: BodyFacts,
  fields: JsonFields,
  { via, word, event = null, status = chargeStatus(word) }: ChargeSaid,
): void {
  const currency = currencyOf(fields, facts.context.settings.currency);
  const amount = amountIn(fields, 'amount', currency);
  const fees = fields.each('fees').flatMap((fee) => feeIn(fee, 'amount', currency) ?? []);
  addPayment(facts, fields, {
    ...{ via, kind: 'payment', status, word, event },
    reference: merchantReference(facts, fields),
    provider: fields.id('id'),
    aliases: { flw_ref: fields.id(['flw_ref', 'flwRef']) },
    amount: MEANS_MONEY.has(status) ? fields.required('amount', amount, 'an amount') : amount,
    currency,
    fee: sumOf(fees, currency) ?? feesIn(fields, ['app_fee', 'merchant_fee'], currency),
    operatorName: fields.text('payment_method.mobile_money.network'),
    phone: phoneIn(fields),
    at: timeIn(fields, ['created_datetime', 'created_at', 'createdAt']),
  });
}

/** Version 4 has the calling code beside the number, which is then one of its own country. */
function phoneIn(fields: JsonFields): string | null {
  const parts = ['payment_method.mobile_money', 'customer.phone'].map((path) => {
    const [code, number] = [fields.id(`${path}.country_code`), fields.id([`${path}.phone_number`, `${path}.number`])];
    if (code === null || number === null || number.startsWith('+') || !/^\+?[1-9]\d{0,2}$/.test(code)) return number;
    const digits = code.replace('+', '');
    return number.startsWith(digits) ? `+${number}` : `+${digits}${number.replace(/^0/, '')}`;
  });
  const plain = typeof fields.value('customer.phone') === 'string' ? fields.id('customer.phone') : null;
  return parts.find((phone) => phone !== null) ?? fields.id('customer.phone_number') ?? plain;
}

/** Money that the merchant sends to somebody. */
export function addTransfer(facts: BodyFacts, fields: JsonFields, { via, word, event = null }: ChargeSaid): void {
  // Version 4 says beside the amount whose currency it is in.
  const isWithin = typeof fields.value('amount') === 'object';
  const given = fields.text('amount.applies_to') === 'source_currency' ? 'source_currency' : 'destination_currency';
  const currency = currencyIn(fields, ['currency', given]) ?? facts.context.settings.currency;
  addPayment(facts, fields, {
    ...{ via, kind: 'payout', status: chargeStatus(word), word, event },
    reference: referenceIn(fields, 'reference'),
    provider: fields.id('id'),
    series: { provider: SERIES.transfer },
    amount: amountIn(fields, isWithin ? 'amount.value' : 'amount', currency),
    currency,
    fee: feeIn(fields, typeof fields.value('fee') === 'object' ? 'fee.value' : 'fee', currency),
    at: timeIn(fields, ['disburse_datetime', 'created_datetime', 'created_at', 'date_created']),
  });
}
