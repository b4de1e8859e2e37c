// The settlement stage: each payment against the lines that pay it out, and each return against its claw-back.

import type { Standing } from '../domain/assessment.ts';
import { type Day, dateOfDay, dayOfDate } from '../domain/calendar.ts';
import { minorOf } from '../domain/money.ts';
import { earlier, type Instant, later, latest } from '../domain/time.ts';
import type { Line } from './claims.ts';
import { isFinal, meansMoney } from './evidence.ts';
import { checkFee, feeOf } from './fee-check.ts';
import { absolute, type Findings } from './findings.ts';
import { checkFx } from './fx-check.ts';
import { grossOf, lineTime } from './lines.ts';
import type { LineSums, PaymentPart } from './payment-parts.ts';
import type { MatchGroup } from './payment-stage.ts';
import type { Payment } from './payments.ts';
import { broughtBack, clawedBack } from './return-lines.ts';
import type { Return } from './return-state.ts';
import { returnsOf } from './returns.ts';
import { type CompiledRules, dueDay } from './rules.ts';

export function assessSettlementStage(found: Findings, about: MatchGroup): Standing {
  const { payments, parts } = about;
  for (const entry of about.returns.unlinked) {
    const subject = { subject: entry.name, openedAt: entry.at };
    found.amounts('REFUND_UNLINKED', subject, 0n, entry.amount, entry.currency);
  }
  const check = (into: Findings, payment: Payment) => checkPayment(into, about, payment);
  if (parts === null) for (const payment of payments) check(found, payment);
  else for (const part of parts) part.check(found, 'settlement', true, check);
  const sums = parts === null ? lineSumsOf(payments, about.rules) : lineSumsOfParts(parts, about);
  if (sums === null) return found.standing('settlement', 'closed');
  found.ended('settlement', 'matched', null, { subject: '', ...sums });
  return found.standing('settlement', 'matched');
}

function checkPayment(found: Findings, about: MatchGroup, payment: Payment): void {
  if (!payment.succeeded) return;
  if (payment.lines.length === 0) return awaitLine(found, about, payment);
  checkLines(found, about, payment);
  for (const entry of returnsOf(about.returns, payment).returns) checkClawBack(found, about.rules, payment, entry);
}

function awaitLine(found: Findings, { rules, returns }: MatchGroup, payment: Payment): void {
  // If neither the payment nor its return was settled, the net is zero. A claw-back alone leaves the line due.
  const back = returnsOf(returns, payment);
  if (back.inFull && back.returns.every((entry) => entry.lines.length === 0)) return;
  // A payment of which nobody told the amount is proved by a line alone.
  if (payment.gross !== null && rules.unreported.has(payment.provider)) return;
  if (payment.dueDay === null) return found.wait('settlement');
  const deadline = rules.calendar.startOf(payment.dueDay + 1);
  if (!found.passed('settlement', deadline)) return;
  const about = { subject: payment.name, openedAt: deadline };
  const { gross, currency } = payment;
  found.amounts('SETTLEMENT_MISSING', about, gross, 0n, currency);
}

function checkLines(found: Findings, about: MatchGroup, payment: Payment): void {
  const { rules } = about;
  const { lines, reportedStatus } = payment;
  const isDenied = reportedStatus !== null && isFinal(reportedStatus) && !meansMoney(reportedStatus);
  // Where callbacks and polls contradict each other, that is the break, and the line speaks for the payment.
  if (isDenied && !payment.observations.some(({ body }) => meansMoney(body.status))) {
    const openedAt = later(lineTime(lines[0]!, rules.calendar), deniedAt(payment));
    found.amounts('SETTLED_NOT_PAID', { subject: payment.name, openedAt }, 0n, grossOf(lines), lines[0]!.body.currency);
  }
  if (!checkCurrencies(found, rules, payment, lines) || payment.gross === null || payment.currency === null) {
    checkLate(found, rules, payment, lines);
    return;
  }
  const expected = feeOf(about, payment);
  const tolerance = rules.tolerance.get(payment.currency) ?? 0n;
  const observed = grossOf(lines);
  if (lines.length > 1 && observed > expected.lineGross + tolerance) {
    const openedAt = later(exceededAt(rules, payment, expected.lineGross + tolerance), payment.grossAt);
    const subject = { subject: payment.name, openedAt };
    found.amounts('DUPLICATE_SETTLEMENT', subject, expected.lineGross, observed, payment.currency);
    checkLate(found, rules, payment, lines.slice(0, 1));
    return;
  }
  checkLate(found, rules, payment, lines);
  if (absolute(observed - expected.lineGross) > tolerance) {
    const openedAt = later(lineTime(lines.at(-1)!, rules.calendar), payment.grossAt);
    const subject = { subject: payment.name, openedAt };
    found.amounts('SETTLEMENT_AMOUNT', subject, expected.lineGross, observed, payment.currency);
  }
  checkFee(found, about, payment, expected);
  for (const line of lines) checkFx(found, rules, line);
}

/** Whether all lines are in the payment's currency; reports those that are not, from when the payment was settled. */
function checkCurrencies(found: Findings, rules: CompiledRules, payment: Payment, lines: readonly Line[]): boolean {
  const settledAt = lineTime(payment.lines[0]!, rules.calendar);
  let isSame = true;
  for (const line of lines) {
    const { currency } = line.body;
    if (currency === payment.currency) continue;
    isSame = false;
    const openedAt = latest([settledAt, lineTime(line, rules.calendar), payment.grossAt]);
    found.texts('SETTLEMENT_CURRENCY', { subject: line.id, openedAt }, payment.currency, currency, currency);
  }
  return isSame;
}

/** The earliest time of a callback or poll that denies the payment. */
function deniedAt(payment: Payment): Instant | null {
  let at: Instant | null = null;
  for (const { body, occurred_at } of payment.observations) {
    if (isFinal(body.status) && !meansMoney(body.status)) at = earlier(at, occurred_at);
  }
  return at;
}

/** When the running sum of the lines exceeded the limit. */
function exceededAt(rules: CompiledRules, payment: Payment, limit: bigint): Instant | null {
  let sum = 0n;
  for (const line of payment.lines) {
    sum += minorOf(line.body.gross, line.body.currency);
    // A single line is never a duplicate, however large.
    if (sum > limit && line !== payment.lines[0]) return lineTime(line, rules.calendar);
  }
  return null;
}

/** A notice if the last line is dated after the payment's due day. */
function checkLate(found: Findings, rules: CompiledRules, payment: Payment, lines: readonly Line[]): void {
  if (payment.dueDay !== null) noteLate(found, rules, payment.name, payment.dueDay, lines);
}

function noteLate(found: Findings, rules: CompiledRules, subject: string, due: Day, lines: readonly Line[]): void {
  const last = lines.at(-1);
  if (last === undefined || dayOfDate(last.body.settlement_date) <= due) return;
  const about = { subject, openedAt: lineTime(last, rules.calendar) };
  found.texts('SETTLEMENT_LATE', about, dateOfDay(due), last.body.settlement_date, last.body.currency);
}

/** A return of a settled payment needs a claw-back line of its amount, due after the later of return and line. */
function checkClawBack(found: Findings, rules: CompiledRules, payment: Payment, entry: Return): void {
  if (entry.state === 'open' || payment.currency === null) return;
  if (entry.lines.length === 0 && rules.unreportedReturns.has(payment.provider)) return;
  if (!checkCurrencies(found, rules, payment, entry.lines)) return;
  const since = entry.state === 'done' ? later(lastTime(entry.lines, rules), entry.at) : keptSince(found, rules, entry);
  if (since === undefined) return;
  const expected = entry.state === 'done' ? entry.amount : 0n;
  const lineDay = dayOfDate(payment.lines[0]!.body.settlement_date);
  // No time rule applies to a return without a time: the stage waits for its claw-back, which is never late.
  const due = entry.at === null ? null : dueDay(rules, Math.max(rules.calendar.dayOf(entry.at), lineDay));
  const observed = clawedBack(entry.lines);
  if (entry.lines.length === 0 || (observed === 0n && expected > 0n)) {
    if (expected === 0n) return;
    if (due === null) return found.wait('settlement');
    const deadline = rules.calendar.startOf(due + 1);
    if (!found.passed('settlement', deadline)) return;
    found.amounts(
      'REVERSAL_NOT_SETTLED',
      { subject: entry.name, openedAt: deadline },
      expected,
      0n,
      entry.currency ?? payment.currency,
    );
    return;
  }
  const tolerance = rules.tolerance.get(payment.currency) ?? 0n;
  if (absolute(observed - expected) > tolerance) {
    const openedAt = later(since, lineTime(payment.lines[0]!, rules.calendar));
    const subject = { subject: entry.name, openedAt };
    found.amounts('SETTLEMENT_AMOUNT', subject, expected, observed, payment.currency);
  }
  if (entry.isReported && due !== null && expected > 0n) {
    noteLate(
      found,
      rules,
      entry.name,
      due,
      entry.lines.filter(({ body }) => body.line_type !== 'return_failed'),
    );
  }
  for (const line of entry.lines) checkFx(found, rules, line);
}

/**
 * Since when the lines of a return that did not happen may differ. Undefined while one of them is awaited: the one that
 * took the money, or the one that brings it back, which has a due day like every settlement.
 */
function keptSince(found: Findings, rules: CompiledRules, entry: Return): Instant | null | undefined {
  const back = broughtBack(entry.lines).length;
  const hasTaken = entry.lines.length > back;
  if (hasTaken === back > 0) return later(lastTime(entry.lines, rules), entry.at);
  if (!hasTaken || entry.at === null) {
    found.wait('settlement');
    return undefined;
  }
  const last = dayOfDate(entry.lines.at(-1)!.body.settlement_date);
  const due = dueDay(rules, Math.max(rules.calendar.dayOf(entry.at), last));
  const deadline = rules.calendar.startOf(due + 1);
  return found.passed('settlement', deadline) ? deadline : undefined;
}

function lastTime(lines: readonly Line[], rules: CompiledRules): Instant | null {
  let at: Instant | null = null;
  for (const line of lines) at = later(at, lineTime(line, rules.calendar));
  return at;
}

/** What the settled payments add up to, in the first currency that one has; null if none is settled. */
function lineSumsOf(payments: readonly Payment[], rules: CompiledRules): LineSums | null {
  let isSettled = false;
  let isMixed = false;
  let currency: string | null = null;
  let [expected, observed] = [0n, 0n];
  let openedAt: Instant | null = null;
  for (const payment of payments) {
    if (payment.lines.length === 0) continue;
    isMixed ||= payment.currency === null || (currency !== null && payment.currency !== currency);
    isSettled = true;
    currency ??= payment.currency;
    if (payment.currency !== currency) continue;
    expected += payment.gross ?? 0n;
    observed += grossOf(payment.lines);
    openedAt = later(openedAt, later(lineTime(payment.lines.at(-1)!, rules.calendar), payment.grossAt));
  }
  return isSettled ? { currency, expected, observed, openedAt, isMixed } : null;
}

function lineSumsOfParts(parts: readonly PaymentPart[], { payments, rules }: MatchGroup): LineSums | null {
  let sums: LineSums | null = null;
  for (const part of parts) {
    const own = part.lineSums((those) => lineSumsOf(those, rules));
    if (own === null) continue;
    if (own.isMixed || (sums !== null && own.currency !== sums.currency)) return lineSumsOf(payments, rules);
    sums =
      sums === null
        ? own
        : {
            ...own,
            expected: sums.expected + own.expected,
            observed: sums.observed + own.observed,
            openedAt: later(sums.openedAt, own.openedAt),
          };
  }
  return sums;
}
