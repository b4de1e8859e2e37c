// The payout stage of the reference: all lines of a payout, wherever they lie, against what was paid and banked.

import type { BankLineReported, Claim } from '../../src/domain/fact.ts';
import { type Line, timeOf } from './claims.ts';
import { dayOfDate } from './days.ts';
import type { Judgement } from './reference.ts';
import type { Terms } from './terms.ts';
import { type Exact, exact, halfUp, last, minor, minus, plus, sum } from './values.ts';
import { Verdict } from './verdict.ts';

export type BankLine = Claim<BankLineReported>;

/** What is known of a payout; or, without a name, of what the bank received and nobody names. */
export interface PayoutClaims {
  readonly isNamed: boolean;
  readonly lines: readonly Line[];
  readonly bank: readonly BankLine[];
}

export function judgePayout({ isNamed, lines, bank }: PayoutClaims, terms: Terms, asOf: number): Judgement {
  const verdict = new Verdict(asOf);
  const currencies = [...new Set([...lines.map(currencyOf), ...bank.map(({ body }) => body.currency)])].sort();
  for (const currency of currencies) {
    const own = lines.filter((line) => currencyOf(line) === currency);
    const banked = bank.filter(({ body }) => body.currency === currency);
    if (isNamed) judgeCurrency(verdict, terms, currency, own, banked);
    else judgeUnnamed(verdict, terms, currency, banked);
  }
  // What the bank paid out without naming a payout is nobody's.
  const isNothing =
    lines.length + bank.length === 0 || (!isNamed && !bank.some(({ body }) => minor(body.amount, body.currency) > 0n));
  return {
    payment: 'closed',
    settlement: 'closed',
    payout: verdict.standing('payout', isNothing ? 'closed' : 'matched'),
    told: verdict.told,
    money: [],
    deadlines: verdict.deadlines.sort((one, other) => one - other),
  };
}

/** Whether a line was settled in another currency than it was paid in. */
const isChanged = ({ body }: Line) =>
  body.settlement_amount !== null && body.settlement_currency !== null && body.settlement_currency !== body.currency;
const currencyOf = (line: Line) => (isChanged(line) ? line.body.settlement_currency! : line.body.currency);

/** What a line adds to its payout: its amount as written less its fee, which a converted amount has off already. */
function worthOf(line: Line): Exact {
  const { gross, fee, settlement_amount, line_type } = line.body;
  if (isChanged(line)) return line_type === 'payout' ? exact('0') : exact(settlement_amount!);
  const amount = line_type === 'payout' ? exact('0') : exact(gross);
  return fee === null ? amount : minus(amount, exact(fee));
}

function judgeCurrency(
  verdict: Verdict,
  terms: Terms,
  currency: string,
  own: readonly Line[],
  bank: readonly BankLine[],
): void {
  const [payouts, lines] = [own.filter(isPayout), own.filter((line) => !isPayout(line))];
  const expected = halfUp(own.map(worthOf).reduce(plus, exact('0')), currency);
  const bankSum = sum(bank.map(({ body }) => minor(body.amount, currency)));
  const isByBank = payouts.length === 0 && bank.length > 0;
  const paid = payouts.length > 0 ? sum(payouts.map(paidBy)) : isByBank ? bankSum : null;
  const linesAt = last(lines.map((line) => timeOf(line, terms)));
  const bankAt = last(bank.map(({ body }) => terms.days.midnight(dayOfDate(body.value_date))));
  const paidAt = isByBank ? bankAt : last(payouts.map((line) => timeOf(line, terms)));
  const tell = (reason: 'PAYOUT_AMOUNT' | 'BANK_AMOUNT', at: (number | null)[], due: bigint, observed: bigint) => {
    const opened_at = last(at);
    if (opened_at !== null && !verdict.passed('payout', opened_at)) return;
    verdict.money('payout', reason, { names: [''], opened_at }, { expected: due, observed, currency });
  };
  const awaitBy = (
    reason: 'PAYOUT_MISSING' | 'PAYOUT_UNEXPLAINED' | 'BANK_MISSING',
    from: number | null,
    rule: 'due' | 'bank',
    [due, observed]: [bigint, bigint],
  ) => {
    const deadline = deadlineOf(verdict, terms, from, rule);
    if (deadline === null) return;
    verdict.money('payout', reason, { names: [''], opened_at: deadline }, { expected: due, observed, currency });
  };
  if (lines.length > 0 && paid !== null && paid !== expected) tell('PAYOUT_AMOUNT', [linesAt, paidAt], expected, paid);
  if (lines.length > 0 && paid === null && expected !== 0n) awaitBy('PAYOUT_MISSING', linesAt, 'due', [expected, 0n]);
  if (lines.length === 0 && paid !== null && paid !== 0n) awaitBy('PAYOUT_UNEXPLAINED', paidAt, 'due', [0n, paid]);
  if (paid === null || isByBank) return;
  if (bank.length > 0 && bankSum !== paid) tell('BANK_AMOUNT', [paidAt, bankAt], paid, bankSum);
  if (bank.length === 0 && paid !== 0n) awaitBy('BANK_MISSING', paidAt, 'bank', [paid, 0n]);
}

const isPayout = ({ body }: Line) => body.line_type === 'payout';

/** What goes out of the account is written below zero. */
function paidBy(line: Line): bigint {
  const { gross, settlement_amount } = line.body;
  return -minor(isChanged(line) ? settlement_amount! : gross, currencyOf(line));
}

function judgeUnnamed(verdict: Verdict, terms: Terms, currency: string, bank: readonly BankLine[]): void {
  const observed = sum(bank.map(({ body }) => minor(body.amount, currency)));
  if (observed <= 0n) return;
  const from = last(bank.map(({ body }) => terms.days.midnight(dayOfDate(body.value_date))));
  const deadline = deadlineOf(verdict, terms, from, 'bank');
  if (deadline === null) return;
  const about = { names: [''], opened_at: deadline };
  verdict.money('payout', 'BANK_UNEXPLAINED', about, { expected: 0n, observed, currency });
}

/** A deadline that has passed. Without rules for payouts the stage waits; for what they do not name nobody waits. */
function deadlineOf(
  verdict: Verdict,
  { days, payouts }: Terms,
  from: number | null,
  rule: 'due' | 'bank',
): number | null {
  if (payouts === null) verdict.waits.payout = true;
  const count = payouts?.[rule];
  if (count === undefined || from === null) return null;
  const deadline = days.midnight(days.dueDay(days.dayOf(from), count) + 1);
  return verdict.passed('payout', deadline) ? deadline : null;
}
