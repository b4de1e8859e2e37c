// What each merchant of a whole order gets of its payment: the amount of the part less what went back of it, less the
// marketplace's commission and the part's share of the provider's fee. Statements of merchants build on these shares.

import { dayOfDate } from '../domain/calendar.ts';
import { currencyExponent } from '../domain/currency.ts';
import { addDecimal, type Decimal, roundHalfUp } from '../domain/decimal.ts';
import type { Instant } from '../domain/time.ts';
import { readMatchGroup } from './assess.ts';
import type { Line } from './claims.ts';
import { commissionOn } from './commissions.ts';
import type { PaymentState } from './evolve.ts';
import { feeOn } from './fee-check.ts';
import { toldTo } from './handoffs.ts';
import { partByName } from './order-parts.ts';
import { returnedByPart } from './part-returns.ts';
import type { MatchGroup } from './payment-stage.ts';
import type { Payment } from './payments.ts';
import { returnsOf } from './returns.ts';
import type { CompiledRules } from './rules.ts';

/** In minor units. */
interface PaidPart {
  readonly reference: string;
  readonly merchant: string;
  readonly amount: bigint;
  readonly returned: bigint;
}

/** A whole that was paid. */
export interface PaidWhole {
  readonly reference: string;
  /** Whose the whole is; '' where it has no order of its own. */
  readonly merchant: string;
  readonly currency: string;
  /** The day of the payment in the zone of the rules; null where nobody gave its time. */
  readonly day: number | null;
  readonly gross: bigint;
  /** What went back in all. */
  readonly returned: bigint;
  /** What the provider took; null until the payment is settled. */
  readonly fee: bigint | null;
  readonly parts: readonly PaidPart[];
}

/** In minor units. net = gross - returned - commission - fee; null until the fee is known. */
export interface Share {
  /** The reference of the part; that of the whole for what is of no part. */
  readonly reference: string;
  readonly merchant: string;
  readonly gross: bigint;
  readonly returned: bigint;
  readonly commission: bigint;
  readonly fee: bigint | null;
  readonly net: bigint | null;
}

/**
 * One share for each part and, where anything is left, one for the whole itself: what was paid beyond the parts, what
 * went back of no part that is known, and the fee where the marketplace bears it. All gross amounts come to the
 * payment's, all returns to what went back, and all fees to the provider's. What went back in full leaves no
 * commission.
 */
export function sharesOf(whole: PaidWhole, rules: Pick<CompiledRules, 'commissions' | 'commissionFee'>): Share[] {
  const { currency, day, fee, parts } = whole;
  const isShared = rules.commissionFee === 'shared' && parts.length > 0;
  const amounts = parts.map(({ amount }) => amount);
  const fees = fee === null ? null : isShared ? apportioned(fee, amounts) : amounts.map(() => 0n);
  const shares = parts.map(({ reference, merchant, amount, returned }, at) => {
    const kept = amount - returned;
    const commission = kept <= 0n ? 0n : commissionOn(rules.commissions, { merchant, currency, gross: kept, day });
    return shareOf({ reference, merchant, gross: amount, returned, commission, fee: fees === null ? null : fees[at]! });
  });
  const gross = whole.gross - amounts.reduce(sum, 0n);
  const returned = whole.returned - parts.reduce((total, part) => total + part.returned, 0n);
  const ownFee = fee === null ? null : fee - (fees ?? []).reduce(sum, 0n);
  if (gross === 0n && returned === 0n && (ownFee ?? 0n) === 0n) return shares;
  const { reference, merchant } = whole;
  return [...shares, shareOf({ reference, merchant, gross, returned, commission: 0n, fee: ownFee })];
}

function shareOf(share: Omit<Share, 'net'>): Share {
  const { gross, returned, commission, fee } = share;
  return { ...share, net: fee === null ? null : gross - returned - commission - fee };
}

/** A total in proportion to weights, exactly: what is left over goes to the largest remainders, then to the first. */
export function apportioned(total: bigint, weights: readonly bigint[]): bigint[] {
  const all = weights.reduce(sum, 0n);
  if (all === 0n) return weights.map((_, at) => (at === 0 ? total : 0n));
  const parts = weights.map((weight) => (total * weight) / all);
  const places = weights.map((weight, at) => ({ at, rest: (total * weight) % all }));
  places.sort((left, right) => (left.rest === right.rest ? left.at - right.at : left.rest > right.rest ? -1 : 1));
  let left = total - parts.reduce(sum, 0n);
  for (const { at } of places) {
    if (left === 0n) break;
    parts[at]! += 1n;
    left -= 1n;
  }
  return parts;
}

function sum(left: bigint, right: bigint): bigint {
  return left + right;
}

/** The shares of a whole whose payment agrees with it. */
export interface WholeShares {
  readonly currency: string;
  readonly shares: readonly Share[];
  /** The date of the last line that pays it out; null until all of its payments are settled. */
  readonly settledOn: string | null;
}

/** Null where the key is not a whole that was paid. Whether its payment agrees, the caller knows. */
export function wholeSharesOf(
  reference: string,
  state: PaymentState,
  rules: CompiledRules,
  asOf: Instant,
): WholeShares | null {
  const about = readMatchGroup(state, rules, asOf);
  const { whole } = about;
  if (whole === null || !whole.isPaid) return null;
  const { currency, merchant } = whole.order;
  const payments = about.payments.filter((payment) => payment.succeeded && payment.currency === currency);
  const returned = returnedByPart(whole, about, partByName(toldTo(state.claims), whole.parts));
  const settledOn = settlementDate(payments);
  const parts = whole.parts.filter(({ isOwed }) => isOwed);
  const paid: PaidWhole = {
    ...{ reference, merchant, currency },
    day: whole.paidAt === null ? null : rules.calendar.dayOf(whole.paidAt),
    gross: payments.reduce((total, { gross }) => total + (gross ?? 0n), 0n),
    returned: payments.reduce((total, payment) => total + returnsOf(about.returns, payment).returned, 0n),
    fee: settledOn === null ? null : feeOf(about, payments, currency),
    parts: parts.map(({ reference, order }) => {
      return { reference, merchant: order.merchant, amount: order.amount, returned: returned.parts.get(reference)! };
    }),
  };
  return { currency, shares: sharesOf(paid, rules), settledOn };
}

function settlementDate(payments: readonly Payment[]): string | null {
  if (payments.some(({ lines }) => lines.length === 0)) return null;
  const dates = payments.flatMap(({ lines }) => lines.map(({ body }) => body.settlement_date));
  return dates.sort((left, right) => dayOfDate(left) - dayOfDate(right)).at(-1) ?? null;
}

/** What the provider took of payments, rounded once; a line without a fee took none. */
function feeOf(about: MatchGroup, payments: readonly Payment[], currency: string): bigint {
  const lines: Line[] = payments.flatMap((payment) => [...payment.lines, ...about.feeLines.of(payment)]);
  const fees = lines.filter(({ body }) => body.currency === currency).map(feeOn);
  const total = fees.reduce<Decimal>((all, fee) => (fee === undefined ? all : addDecimal(all, fee)), ZERO);
  return roundHalfUp(total, currencyExponent(currency) ?? 0);
}

const ZERO: Decimal = { digits: 0n, scale: 0 };
