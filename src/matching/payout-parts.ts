// What the lines of a key come to in each payout that they are in: the key tells it to the payout's key. Sums are exact
// decimals, since fees may be finer than the currency, and can be added and taken off.

import { currencyExponent } from '../domain/currency.ts';
import { addDecimal, type Decimal, decimalOf, negated, normalDecimal } from '../domain/decimal.ts';
import { type Claim, type PayoutPart, type SettlementLineReported, type Source, sourceName } from '../domain/fact.ts';
import { payoutKey } from '../domain/key.ts';
import type { Line } from './claims.ts';
import { rankContents } from './contents.ts';
import { toldTo } from './handoffs.ts';

/** The parts of one payout, and whose payout it is. */
export interface PayoutParts extends Source {
  /** One for each currency and date, in this order. */
  readonly parts: readonly PayoutPart[];
}

const NONE: ReadonlyMap<string, PayoutParts> = new Map();

/**
 * By the payout's key, what the claims of a key come to there. A claim that another key gave counts at that key. Of
 * several contents under one id the one in use counts. The claims are in the state's order.
 */
export function payoutPartsOf(claims: readonly Claim[]): ReadonlyMap<string, PayoutParts> {
  if (!claims.some(({ payout }) => payout !== null)) return NONE;
  const all = toldTo(claims).own;
  const payouts = new Map<string, { readonly source: Source; readonly parts: Map<string, PayoutPart> }>();
  for (let at = 0; at < all.length; ) {
    let end = at + 1;
    while (end < all.length && all[end]!.id === all[at]!.id) end++;
    const used = end === at + 1 ? all[at]! : rankContents(all.slice(at, end))[0]!;
    at = end;
    if (used.payout === null || used.forwarded || !isPartLine(used)) continue;
    const key = payoutKey(sourceName(used), used.payout);
    let payout = payouts.get(key);
    if (payout === undefined) {
      payout = { source: used, parts: new Map() };
      payouts.set(key, payout);
    }
    const part = partOfLine(used.body);
    const name = partName(part);
    const known = payout.parts.get(name);
    payout.parts.set(name, known === undefined ? part : sumOfParts(known, part));
  }
  const found = new Map<string, PayoutParts>();
  for (const [key, { source, parts }] of payouts) {
    const names = [...parts.keys()].sort();
    const { provider, account } = source;
    found.set(key, { provider, account, parts: names.map((name) => parts.get(name)!) });
  }
  return found;
}

/** Whether a claim is a line that is summed up; the line that says what was paid is what the sum is held against. */
function isPartLine(claim: Claim): claim is Line {
  return claim.body.type === 'SettlementLineReported' && claim.body.line_type !== 'payout';
}

/** The id under which a payout's key has the sum of the parts of one currency and date. */
export function partClaimId(part: Pick<PayoutPart, 'currency' | 'settlement_date'>): string {
  return `~part:${partName(part)}`;
}

function partName({ currency, settlement_date }: Pick<PayoutPart, 'currency' | 'settlement_date'>): string {
  return `${currency}/${settlement_date}`;
}

/** What one line comes to in its payout, in the currency settled. What was settled in another one has its fee off. */
export function partOfLine(line: SettlementLineReported): PayoutPart {
  const { settlement_date, line_type: type } = line;
  const isChanged =
    line.settlement_amount !== null && line.settlement_currency !== null && line.settlement_currency !== line.currency;
  const currency = isChanged ? line.settlement_currency! : line.currency;
  const amount = decimalOf(isChanged ? line.settlement_amount! : line.gross);
  const fee = isChanged || line.fee === null ? ZERO : decimalOf(line.fee);
  const isFee = type === 'fee' || type === 'tax';
  const isReturn = type === 'refund' || type === 'reversal' || type === 'chargeback' || type === 'return_failed';
  const isOther = !isFee && !isReturn && type !== 'payment' && type !== 'payout';
  return {
    type: 'PayoutPart',
    currency,
    settlement_date,
    lines: type === 'payout' ? 0 : 1,
    gross: textOf(type === 'payment' ? amount : ZERO, currency),
    fees: textOf(isFee ? addDecimal(fee, negated(amount)) : fee, currency),
    returns: textOf(isReturn ? amount : ZERO, currency),
    other: textOf(isOther ? amount : ZERO, currency),
  };
}

/** Two parts of one currency and date as one. */
export function sumOfParts(left: PayoutPart, right: PayoutPart): PayoutPart {
  return combined(left, right, (amount) => amount);
}

/** What must be added to `before` to get `after`: for two parts of one currency and date. */
export function differenceOfParts(after: PayoutPart, before: PayoutPart): PayoutPart {
  return combined(after, before, negated);
}

/** Whether a part changes nothing: its lines came and went. */
export function isEmptyPart({ lines, gross, fees, returns, other }: PayoutPart): boolean {
  return lines === 0 && [gross, fees, returns, other].every((text) => decimalOf(text).digits === 0n);
}

/** A part with nothing in it, of the same currency and date. */
export function emptyPart({ currency, settlement_date }: Pick<PayoutPart, 'currency' | 'settlement_date'>): PayoutPart {
  const zero = textOf(ZERO, currency);
  return {
    type: 'PayoutPart',
    currency,
    settlement_date,
    lines: 0,
    gross: zero,
    fees: zero,
    returns: zero,
    other: zero,
  };
}

function combined(left: PayoutPart, right: PayoutPart, sign: (amount: Decimal) => Decimal): PayoutPart {
  const { type, currency, settlement_date } = left;
  const sum = (name: 'gross' | 'fees' | 'returns' | 'other') =>
    textOf(addDecimal(decimalOf(left[name]), sign(decimalOf(right[name]))), currency);
  const lines = left.lines + Number(sign({ digits: BigInt(right.lines), scale: 0 }).digits);
  const sums = { gross: sum('gross'), fees: sum('fees'), returns: sum('returns'), other: sum('other') };
  return { type, currency, settlement_date, lines, ...sums };
}

const ZERO: Decimal = { digits: 0n, scale: 0 };

/** One value has one text: the currency's decimals, and more only where they say something. */
function textOf(amount: Decimal, currency: string): string {
  return normalDecimal(amount, currencyExponent(currency) ?? 0);
}
