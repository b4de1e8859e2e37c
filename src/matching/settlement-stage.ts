// The settlement stage: each payment against the lines that pay it out, and each return against its claw-back.

import type { Standing } from '../domain/assessment.ts';
import { type Day, dateOfDay, dayOfDate } from '../domain/calendar.ts';
import { minorOf } from '../domain/money.ts';
import type { Instant } from '../domain/time.ts';
import { type Line, latest } from './claims.ts';
import { isFinal, meansMoney } from './evidence.ts';
import { checkFee, feeOf } from './fee-check.ts';
import { absolute, type Findings } from './findings.ts';
import { checkFx } from './fx-check.ts';
import { grossOf, lineTime } from './lines.ts';
import type { Case } from './payment-stage.ts';
import type { Payment } from './payments.ts';
import { clawedBack, type Return, returnsOf } from './returns.ts';
import type { CompiledRules } from './rules.ts';

export function assessSettlementStage(found: Findings, about: Case): Standing {
  let settled = false;
  for (const entry of about.returns.unlinked) {
    const subject = { subject: entry.name, openedAt: entry.at };
    if (entry.currency === null) found.unknownAmount('REFUND_UNLINKED', subject);
    else found.amounts('REFUND_UNLINKED', subject, 0n, entry.amount, entry.currency);
  }
  for (const payment of about.payments) {
    if (!payment.succeeded) continue;
    if (payment.lines.length === 0) awaitLine(found, about, payment);
    else {
      settled = true;
      checkLines(found, about, payment);
      for (const entry of returnsOf(about.returns, payment).returns) checkClawBack(found, about.rules, payment, entry);
    }
  }
  if (settled) found.ended('settlement', 'matched', null, sumsOf(about));
  return found.standing('settlement', settled ? 'matched' : 'closed');
}

/** The last day on which what happened on `day` is settled in time. */
function dueDay(rules: CompiledRules, day: Day): Day {
  return rules.calendar.businessDayAfter(day, rules.settlementDays);
}

function awaitLine(found: Findings, { rules, returns }: Case, payment: Payment): void {
  // Where neither the payment nor its return was settled, the net is zero; a claw-back alone leaves the line owed.
  const back = returnsOf(returns, payment);
  if (back.inFull && back.returns.every((entry) => entry.lines.length === 0)) return;
  if (payment.succeededAt === null) return found.wait('settlement');
  const deadline = rules.calendar.startOf(dueDay(rules, rules.calendar.dayOf(payment.succeededAt)) + 1);
  if (!found.passed('settlement', deadline)) return;
  const about = { subject: payment.name, openedAt: deadline };
  const { gross, currency } = payment;
  if (gross !== null && currency !== null) found.amounts('SETTLEMENT_MISSING', about, gross, 0n, currency);
  else found.unknownAmount('SETTLEMENT_MISSING', about);
}

function checkLines(found: Findings, about: Case, payment: Payment): void {
  const { rules } = about;
  const { lines, told } = payment;
  const firstAt = lineTime(lines[0]!, rules.calendar);
  if (told !== null && isFinal(told) && !meansMoney(told)) {
    const subject = { subject: payment.name, openedAt: latest(firstAt, toldAt(payment)) };
    found.amounts('SETTLED_NOT_PAID', subject, 0n, grossOf(lines), lines[0]!.body.currency);
  }
  const foreign = lines.filter(({ body }) => body.currency !== payment.currency);
  for (const line of foreign) {
    const openedAt = latest(lineTime(line, rules.calendar), payment.grossAt);
    const { currency } = line.body;
    found.words('SETTLEMENT_CURRENCY', { subject: line.id, openedAt }, payment.currency, currency, currency);
  }
  if (foreign.length > 0 || payment.gross === null || payment.currency === null) {
    checkLate(found, rules, payment, lines);
    return;
  }
  const expected = feeOf(about, payment);
  const tolerance = rules.tolerance.get(payment.currency) ?? 0n;
  const duplicateAt = exceededAt(rules, payment, expected.lineGross + tolerance);
  if (duplicateAt !== null) {
    const subject = { subject: payment.name, openedAt: latest(duplicateAt, payment.grossAt) };
    found.amounts('DUPLICATE_SETTLEMENT', subject, expected.lineGross, grossOf(lines), payment.currency);
    checkLate(found, rules, payment, lines.slice(0, 1));
    return;
  }
  checkLate(found, rules, payment, lines);
  const observed = grossOf(lines);
  if (absolute(observed - expected.lineGross) > tolerance) {
    const openedAt = latest(...lines.map((line) => lineTime(line, rules.calendar)), payment.grossAt);
    const subject = { subject: payment.name, openedAt };
    found.amounts('SETTLEMENT_AMOUNT', subject, expected.lineGross, observed, payment.currency);
  }
  checkFee(found, about, payment, expected);
  for (const line of lines) checkFx(found, rules, line);
}

/** Since when the best of callbacks and polls has denied the payment. */
function toldAt(payment: Payment): Instant | null {
  let at: Instant | null = null;
  for (const { body, occurred_at } of payment.observations) {
    if (body.status === payment.told && occurred_at !== null && (at === null || occurred_at < at)) at = occurred_at;
  }
  return at;
}

/** When several lines came to more than the limit; null where they are parts, or there is one line only. */
function exceededAt(rules: CompiledRules, payment: Payment, limit: bigint): Instant | null {
  let sum = 0n;
  for (const [at, line] of payment.lines.entries()) {
    sum += minorOf(line.body.gross, line.body.currency);
    if (at > 0 && sum > limit && grossOf(payment.lines) > limit) return lineTime(line, rules.calendar);
  }
  return null;
}

/** A notice where the last of the lines is dated after the payment's due day. */
function checkLate(found: Findings, rules: CompiledRules, payment: Payment, lines: readonly Line[]): void {
  if (payment.succeededAt === null) return;
  noteLate(found, rules, payment.name, dueDay(rules, rules.calendar.dayOf(payment.succeededAt)), lines);
}

function noteLate(found: Findings, rules: CompiledRules, subject: string, due: Day, lines: readonly Line[]): void {
  const last = lines.at(-1);
  if (last === undefined || dayOfDate(last.body.settlement_date) <= due) return;
  const about = { subject, openedAt: lineTime(last, rules.calendar) };
  found.words('SETTLEMENT_LATE', about, dateOfDay(due), last.body.settlement_date, last.body.currency);
}

/** A return of a settled payment is clawed back by a line of its amount, by the due day after return and line. */
function checkClawBack(found: Findings, rules: CompiledRules, payment: Payment, entry: Return): void {
  if (entry.state === 'open' || payment.currency === null) return;
  const foreign = entry.lines.filter(({ body }) => body.currency !== payment.currency);
  for (const line of foreign) {
    const openedAt = latest(lineTime(line, rules.calendar), payment.grossAt);
    const { currency } = line.body;
    found.words('SETTLEMENT_CURRENCY', { subject: line.id, openedAt }, payment.currency, currency, currency);
  }
  if (foreign.length > 0) return;
  const expected = entry.state === 'none' ? 0n : entry.amount;
  const lineDay = dayOfDate(payment.lines[0]!.body.settlement_date);
  // A return without a time is under no time rule: its claw-back is awaited, and is never late.
  const due = entry.at === null ? null : dueDay(rules, Math.max(rules.calendar.dayOf(entry.at), lineDay));
  if (entry.lines.length === 0) {
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
  const observed = clawedBack(entry.lines);
  const tolerance = rules.tolerance.get(payment.currency) ?? 0n;
  if (absolute(observed - expected) > tolerance) {
    const openedAt = latest(...entry.lines.map((line) => lineTime(line, rules.calendar)), entry.at);
    found.amounts('SETTLEMENT_AMOUNT', { subject: entry.name, openedAt }, expected, observed, payment.currency);
  }
  if (entry.told && due !== null) noteLate(found, rules, entry.name, due, entry.lines);
  for (const line of entry.lines) checkFx(found, rules, line);
}

function sumsOf({ payments, rules }: Case) {
  const settled = payments.filter(({ succeeded, lines }) => succeeded && lines.length > 0);
  const currency = settled[0]?.currency ?? null;
  let [expected, observed] = [0n, 0n];
  let openedAt: Instant | null = null;
  for (const payment of settled) {
    if (payment.currency !== currency) continue;
    expected += payment.gross ?? 0n;
    observed += grossOf(payment.lines);
    openedAt = latest(openedAt, lineTime(payment.lines.at(-1)!, rules.calendar), payment.grossAt);
  }
  return { subject: '', openedAt, expected, observed, currency };
}
