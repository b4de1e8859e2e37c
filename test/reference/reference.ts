// The slow reference: what is said of facts and of their assessment, written down a second time without packed state,
// partitions or any code of src/matching. Where it and the product differ, one of them is wrong.

import type { Standing } from '../../src/domain/assessment.ts';
import type { Claim } from '../../src/domain/fact.ts';
import { type Heard, readingsOf } from './claims.ts';
import { judgePaymentStage, type Read, returnedOf } from './payment-stage.ts';
import { paymentsOf } from './payments.ts';
import { returnsOf } from './returns.ts';
import { judgeSettlementStage } from './settlement-stage.ts';
import { type Terms, termsOf, type WrittenRules } from './terms.ts';
import { sum, written } from './values.ts';
import { type Told, Verdict } from './verdict.ts';

export interface Judgement {
  readonly payment: Standing;
  readonly settlement: Standing;
  /** Of a payout, which has no other stage. */
  readonly payout: Standing | null;
  readonly told: readonly Told[];
  /** What came and went back, by currency, as `KES 1000.00 - 300.00`. */
  readonly money: readonly string[];
  /** The instants after as-of at which it may change by itself. */
  readonly deadlines: readonly number[];
}

/** What may be said of a key: one judgement, or one for each content that a conflicting claim may have. */
export function readingsUnder(
  claims: readonly Claim[],
  rules: WrittenRules,
  withdrawn: readonly Claim[] = [],
): ((asOf: number) => Judgement)[] {
  const terms = termsOf(rules);
  return readingsOf(claims, terms, withdrawn).map((heard) => (asOf) => judge(heard, terms, asOf));
}

export function judge(heard: Heard, terms: Terms, asOf: number): Judgement {
  const verdict = new Verdict(asOf);
  const payments = paymentsOf(heard, terms);
  const returns = returnsOf(heard, payments, terms);
  const read = { heard, terms, payments, returns };
  const payment = judgePaymentStage(verdict, read);
  const settlement = judgeSettlementStage(verdict, read);
  return {
    payment,
    settlement,
    payout: null,
    told: verdict.told,
    money: moneyOf(read),
    deadlines: verdict.deadlines.sort((one, other) => one - other),
  };
}

/** Each payment counts with its gross, and what went back of it with no more than that. */
function moneyOf(read: Read): string[] {
  const paid = read.payments.filter(({ isPaid, amount }) => isPaid && amount !== null);
  const currencies = [...new Set(paid.map(({ amount }) => amount!.currency))].sort();
  return currencies.map((currency) => {
    const same = paid.filter(({ amount }) => amount!.currency === currency);
    const returned = same.map((payment) => {
      const back = returnedOf(read, payment);
      return back < payment.amount!.gross ? back : payment.amount!.gross;
    });
    const received = sum(same.map(({ amount }) => amount!.gross));
    return `${currency} ${written(received, currency)} - ${written(sum(returned), currency)}`;
  });
}
