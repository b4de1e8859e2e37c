// The settlement stage of the reference: payments against their lines, returns against their claw-backs.

import type { Standing } from '../../src/domain/assessment.ts';
import { type Line, timeOf } from './claims.ts';
import { dateOf, dayOfDate } from './days.ts';
import { hundredth, type Scheduled, scheduledFee } from './fees.ts';
import { isReturnedInFull, type Read, returnsOfPayment } from './payment-stage.ts';
import { idsOf, isMoney, NO_MONEY, type Payment } from './payments.ts';
import { type Return, sumOf } from './returns.ts';
import type { Terms } from './terms.ts';
import { abs, type Exact, exact, halfUp, last, minor, minus, plus, sum, times } from './values.ts';
import { texts, type Verdict } from './verdict.ts';

export function judgeSettlementStage(verdict: Verdict, read: Read): Standing {
  const money = read.payments.filter(({ isPaid }) => isPaid);
  for (const payment of money) judgeSettled(verdict, read, payment);
  for (const each of read.returns) {
    if (each.payment === null) judgeUnlinked(verdict, each);
    // Where the payment itself was not settled, its line is what is missing.
    else if (each.payment.isPaid && each.payment.lines.length > 0) judgeClawBack(verdict, read, each, each.payment);
  }
  const isSettled = money.some(({ lines }) => lines.length > 0);
  return verdict.standing('settlement', isSettled ? 'matched' : 'closed');
}

function judgeSettled(verdict: Verdict, read: Read, payment: Payment): void {
  const { terms } = read;
  const { lines, amount, names, successAt } = payment;
  if (lines.length === 0) {
    const hasLine = returnsOfPayment(read, payment).some(({ taken, back }) => taken.length + back.length > 0);
    if (isReturnedInFull(read, payment) && !hasLine) return;
    if (amount !== null && terms.unreported.includes((payment.words[0] ?? lines[0])!.provider)) return;
    const due = successAt === null ? null : terms.dueEnd(terms.days.dayOf(successAt));
    if (verdict.passed('settlement', due)) {
      verdict.money(
        'settlement',
        'SETTLEMENT_MISSING',
        { names, opened_at: due },
        {
          expected: amount?.gross ?? null,
          observed: 0n,
          currency: amount?.currency ?? null,
        },
      );
    }
    return;
  }
  judgeNotPaid(verdict, read, payment);
  const isTwice = judgeSums(verdict, read, payment);
  if (successAt === null) return;
  const due = terms.days.dueDay(terms.days.dayOf(successAt), terms.settlementDays);
  // What was settled again is not what was due.
  judgeLate(verdict, terms, names, due, isTwice ? byDate(lines).slice(0, 1) : lines);
}

function judgeNotPaid(verdict: Verdict, { terms }: Read, payment: Payment): void {
  const { told, names, words, lines } = payment;
  // Where callbacks and polls contradict each other, that is the break.
  if (told === null || !NO_MONEY.includes(told) || words.some(isMoney)) return;
  const said = words.filter(({ body }) => NO_MONEY.includes(body.status)).map(({ occurred_at }) => occurred_at);
  const earliest = (times: (number | null)[]) => times.filter((at) => at !== null).sort((a, b) => a - b)[0] ?? null;
  const since = last([earliest(said), earliest(lines.map((line) => timeOf(line, terms)))]);
  const { currency } = byDate(lines)[0]!.body;
  const sums = { expected: 0n, observed: sum(lines.map(({ body }) => minor(body.gross, body.currency))), currency };
  verdict.money('settlement', 'SETTLED_NOT_PAID', { names, opened_at: since }, sums);
}

const byDate = (lines: readonly Line[]) =>
  [...lines].sort((one, other) => {
    const [left, right] = [one, other].map(({ body, id }) => `${body.settlement_date} ${id}`) as [string, string];
    return left < right ? -1 : 1;
  });

/** By the last of the lines. */
function judgeLate(
  verdict: Verdict,
  terms: Terms,
  names: readonly string[],
  due: number,
  lines: readonly Line[],
): void {
  const latest = byDate(lines).at(-1);
  if (latest === undefined || dayOfDate(latest.body.settlement_date) <= due) return;
  const about = { names, opened_at: timeOf(latest, terms) };
  const { settlement_date, currency } = latest.body;
  verdict.words('settlement', 'SETTLEMENT_LATE', about, texts(dateOf(due), settlement_date, currency));
}

/** Currency of each line; then the sum of the lines, and of their fees, unless something was settled twice. */
function judgeSums(verdict: Verdict, read: Read, payment: Payment): boolean {
  const { heard, terms } = read;
  const { amount, lines, names } = payment;
  if (amount === null) return false;
  const { currency, gross } = amount;
  const dates = lines.map((line) => timeOf(line, terms));
  const others = lines.filter(({ body }) => body.currency !== currency);
  for (const line of others) {
    const about = { names: [line.id], opened_at: last([payment.knownAt, timeOf(line, terms)]) };
    verdict.words('settlement', 'SETTLEMENT_CURRENCY', about, texts(currency, line.body.currency, line.body.currency));
  }
  if (others.length > 0) return false;
  const scheduled = scheduledFee({ ...payment, amount, at: payment.successAt }, heard, terms);
  const expected = amount.byLines ?? gross + (scheduled?.borneBy === 'payer' ? scheduled.minor : 0n);
  const settled = sum(lines.map(({ body }) => minor(body.gross, currency)));
  const tolerance = terms.tolerance(currency);
  const about = { names, opened_at: last([payment.knownAt, ...dates]) };
  const sums = { expected, observed: settled, currency };
  if (lines.length > 1 && settled > expected + tolerance) {
    const byTime = byDate(lines);
    const grosses = byTime.map(({ body }) => minor(body.gross, currency));
    const exceeding = byTime.find((_, at) => at > 0 && sum(grosses.slice(0, at + 1)) > expected + tolerance)!;
    const since = last([payment.knownAt, timeOf(exceeding, terms)]);
    verdict.money('settlement', 'DUPLICATE_SETTLEMENT', { names, opened_at: since }, sums);
    return true;
  }
  if (abs(settled - expected) > tolerance) verdict.money('settlement', 'SETTLEMENT_AMOUNT', about, sums);
  if (scheduled !== null) judgeFee(verdict, read, payment, scheduled);
  for (const line of lines) judgeConversion(verdict, read, line);
  return false;
}

function judgeFee(verdict: Verdict, read: Read, payment: Payment, scheduled: Scheduled): void {
  const { names, lines } = payment;
  const { currency } = payment.amount!;
  const charging = [...lines, ...feeLinesOf(read, payment)];
  const fee = feeOf(read, payment);
  const charged = { names, opened_at: last(charging.map((line) => timeOf(line, read.terms))) };
  if (fee === null) {
    if (scheduled.minor > 0n) {
      verdict.money('settlement', 'FEE_MISSING', charged, { expected: scheduled.minor, observed: 0n, currency });
    }
    return;
  }
  const observed = halfUp(fee, currency);
  if (abs(observed - scheduled.minor) > scheduled.tolerance) {
    verdict.money('settlement', 'FEE_VARIANCE', charged, { expected: scheduled.minor, observed, currency });
  }
}

/** The fees of the lines, and of the fee lines that name the payment; null where there is none. */
function feeOf(read: Read, payment: Payment): Exact | null {
  const own = payment.lines.flatMap(({ body }) => (body.fee === null ? [] : [exact(body.fee)]));
  const charged = feeLinesOf(read, payment).map(({ body }) => exact(body.gross));
  const all = [...own, ...charged.map(({ num, den }) => ({ num: abs(num), den }))];
  return all.length === 0 ? null : all.reduce(plus);
}

/** A fee line names its payment by the original, otherwise by an id of its own. */
function feeLinesOf({ heard }: Read, { names, voice, amount }: Payment): Line[] {
  return heard.lines.filter((line) => {
    const { original_transaction_id: original, line_type, currency } = line.body;
    if (line_type !== 'fee' || heard.voiceOf(line) !== voice || currency !== amount?.currency) return false;
    return (original === null ? idsOf(line.body) : [original]).some((name) => names.includes(name));
  });
}

/** half-up((gross - fee) x rate) against what was paid out, within a minor unit or a percentage of it. */
function judgeConversion(verdict: Verdict, { terms }: Read, line: Line): void {
  const { gross, fee, fx_rate, settlement_amount, settlement_currency: currency } = line.body;
  if (fx_rate === null || settlement_amount === null || currency === null) return;
  const expected = halfUp(times(minus(exact(gross), exact(fee ?? '0')), exact(fx_rate)), currency);
  const observed = minor(settlement_amount, currency);
  const difference = { num: abs(observed - expected), den: 1n };
  const percent = times({ num: abs(expected), den: 1n }, times(terms.fxPercent, hundredth('1')));
  const beyond = (limit: Exact) => difference.num * limit.den > limit.num * difference.den;
  if (!beyond({ num: 1n, den: 1n }) || !beyond(percent)) return;
  const about = { names: [line.id], opened_at: timeOf(line, terms) };
  verdict.money('settlement', 'FX_RATE_DELTA', about, { expected, observed, currency });
}

function judgeUnlinked(verdict: Verdict, { state, taken, back, names, at, amount, currency }: Return): void {
  // One that never happened, or that failed and whose money is back, is nothing.
  if (state === 'none' || (state === 'failed' && sumOf(taken) === sumOf(back))) return;
  verdict.money(
    'settlement',
    'REFUND_UNLINKED',
    { names, opened_at: at },
    { expected: 0n, observed: amount, currency },
  );
}

function judgeClawBack(verdict: Verdict, read: Read, each: Return, payment: Payment): void {
  const { terms } = read;
  const { state, taken, back, names, at } = each;
  if (state === 'open' || payment.amount === null) return;
  const { currency } = payment.amount;
  const lines = [...taken, ...back];
  if (lines.length === 0 && terms.unreportedReturns.includes(payment.lines[0]!.provider)) return;
  const others = lines.filter(({ body }) => body.currency !== currency);
  // Nothing is compared before the payment itself was settled.
  const settledAt = timeOf(byDate(payment.lines)[0]!, terms)!;
  for (const line of others) {
    const about = { names: [line.id], opened_at: last([payment.knownAt, settledAt, timeOf(line, terms)]) };
    verdict.words('settlement', 'SETTLEMENT_CURRENCY', about, texts(currency, line.body.currency, line.body.currency));
  }
  if (others.length > 0) return;
  const expected = state === 'done' ? each.amount : 0n;
  const observed = sumOf(taken) - sumOf(back);
  const lineDates = lines.map((line) => timeOf(line, terms));
  let opened = last([at, ...lineDates]);
  if (state !== 'done') {
    if (lines.length === 0) return;
    if (taken.length === 0) {
      verdict.waits.settlement = true;
      return;
    }
    if (back.length === 0) {
      // What was taken for nothing comes back like a settlement.
      const from = last([at, ...lineDates]);
      const end = at === null ? null : terms.dueEnd(terms.days.dayOf(from!));
      if (!verdict.passed('settlement', end)) return;
      opened = end;
    }
  }
  const from = last([at, settledAt])!;
  const due = at === null ? null : terms.days.dueDay(terms.days.dayOf(from), terms.settlementDays);
  const end = due === null ? null : terms.days.midnight(due + 1);
  if (observed === 0n && expected > 0n) {
    if (!verdict.passed('settlement', end)) return;
    const about = { names, opened_at: end };
    verdict.money('settlement', 'REVERSAL_NOT_SETTLED', about, {
      expected,
      observed,
      currency: each.currency ?? currency,
    });
    return;
  }
  if (abs(observed - expected) > terms.tolerance(currency)) {
    verdict.money(
      'settlement',
      'SETTLEMENT_AMOUNT',
      { names, opened_at: last([opened, settledAt]) },
      { expected, observed, currency },
    );
  }
  if (each.isReported && due !== null && expected > 0n) judgeLate(verdict, terms, names, due, taken);
  for (const line of lines) judgeConversion(verdict, read, line);
}
