// Settlements of Flutterwave: a head with its sums, and the charges that it settles. `disburse_ref` may be a constant
// and `flw_ref` N/A, so the settlement's own id names the payout. What the head took back for refunds and chargebacks
// has no lines of its own. The tax on a fee is in no field: it is read only where exactly it is missing from the rest.

import { addDecimal, compareDecimal, decimalOf, multiplyDecimal, roundHalfUp } from '../../domain/decimal.ts';
import { formatMinor } from '../../domain/money.ts';
import { type BodyFacts, readEach } from '../../producers/bodies/body-facts.ts';
import { amountIn, dateIn, ownReferenceIn, signedAmountIn } from '../../producers/bodies/field-values.ts';
import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import { addLine } from '../../producers/bodies/payment-facts.ts';
import { chargeStatus, currencyOf, feesIn } from './values.ts';

const PAID: ReadonlySet<string> = new Set(['completed', 'completed-offline']);
const FEES = ['app_fee', 'merchant_fee', 'stampduty_charge'];
/** What the tax may be on. A stamp duty is a tax itself. */
const TAXED = [['app_fee'], ['app_fee', 'merchant_fee']];

/** Until then it has no lines. */
export function isPaidOut(head: JsonFields): boolean {
  return PAID.has((head.text('status') ?? '').toLowerCase());
}

export function addSettlement(facts: BodyFacts, head: JsonFields): void {
  const { about } = facts.body;
  if (!head.has(['net_amount', 'gross_amount'])) {
    const payout = about.settlement_id ?? null;
    return addSettled(facts, head, { payout, date: about.settlement_date?.slice(0, 10) ?? null });
  }
  const status = head.text('status') ?? '';
  const id = head.required('id', head.id('id'), 'the id of the settlement');
  const lines = head.each('transactions');
  if (!isPaidOut(head)) {
    const why = `a settlement that is ${status === '' ? 'of no status' : status}`;
    for (const one of [head, ...lines]) facts.ignore(one.path, one.id('id'), why);
    return;
  }
  const date = dateIn(head, ['processed_date', 'due_date', 'settlement_date']);
  const currency = currencyOf(head, facts.context.settings.currency);
  const net = head.required('net_amount', signedAmountIn(head, 'net_amount', currency), 'an amount');
  const common = { word: null, payout: id, reference: null, fee: null, currency, date };
  addLine(facts, head, { ...common, type: 'payout', line: id, gross: net === null ? null : turned(net) });
  for (const taken of ['refund', 'chargeback']) {
    const fields = head.again();
    const sum = amountIn(fields, taken, currency);
    if (sum === null || !/[1-9]/.test(sum)) facts.isRefused(fields);
    else addLine(facts, fields, { ...common, type: 'adjustment', line: `${id}/${taken}`, gross: turned(sum) });
  }
  readEach(facts, head, 'transactions', (_, one) => addSettled(facts, one, { payout: id, date }));
}

interface Settled {
  readonly payout: string | null;
  readonly date: string | null;
}

function addSettled(facts: BodyFacts, fields: JsonFields, { payout, date }: Settled): void {
  const word = fields.text('status');
  const status = word === null ? 'succeeded' : chargeStatus(word);
  if (status !== 'succeeded' && status !== 'unclassified') {
    return facts.ignore(fields.path, fields.id('id'), `a charge that is ${word}`);
  }
  const currency = currencyOf(fields, facts.context.settings.currency);
  const amount = ['charged_amount', 'amount'];
  if (date === null) fields.refuse('settlement_date', 'HESABU_FIELD_MISSING', 'the date of the settlement', 'none');
  const left = signedAmountIn(fields, 'settlement_amount', currency);
  const gross = fields.required(amount, amountIn(fields, amount, currency), 'an amount');
  const common = {
    ...{ word, line: null, payout, date, currency },
    reference: ownReferenceIn(fields, facts.context.settings, ['tx_ref', 'reference']),
  };
  const fee = feesIn(fields, FEES, currency);
  const taxed = TAXED.map((names) => feesIn(fields, names, currency));
  const tax = status === 'succeeded' ? taxOf({ gross, fee, taxed, left, currency }) : null;
  const ids = { provider: fields.id('id'), aliases: { flw_ref: fields.id('flw_ref') } };
  addLine(facts, fields, {
    ...{ ...common, ...ids, type: status === 'succeeded' ? 'payment' : status, gross, fee },
    settlementCurrency: left === null ? null : currency,
    settlementAmount: left,
  });
  if (tax !== null && fields.fault === null) {
    addLine(facts, fields, { ...common, type: 'tax', original: ids.provider, gross: turned(tax), fee: null });
  }
}

/** The value-added tax on fees in Nigeria, the only country of which it is documented: 7.5 % from February 2020 on. */
const TAX = { digits: 75n, scale: 3 };

interface Sums {
  readonly gross: string | null;
  readonly fee: string | null;
  readonly taxed: readonly (string | null)[];
  readonly left: string | null;
  readonly currency: string | null;
}

/** What is missing from a line, if that is the tax on its fee, to the last kobo; null if it is anything else. */
function taxOf({ gross, fee, taxed, left, currency }: Sums): string | null {
  if (gross === null || fee === null || left === null || currency !== 'NGN') return null;
  const isMissing = (tax: string) => {
    const sum = [left, fee, tax].map(decimalOf).reduce(addDecimal);
    return /[1-9]/.test(tax) && compareDecimal(sum, decimalOf(gross)) === 0;
  };
  const taxes = taxed.flatMap((base) => (base === null ? [] : [multiplyDecimal(decimalOf(base), TAX)]));
  return taxes.map((tax) => formatMinor(roundHalfUp(tax, 2), currency)).find(isMissing) ?? null;
}

function turned(amount: string): string {
  if (!/[1-9]/.test(amount)) return amount;
  return amount.startsWith('-') ? amount.slice(1) : `-${amount}`;
}
