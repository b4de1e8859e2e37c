// Compares the fee on the gateway's settlement lines with the schedule.

import { currencyExponent } from '../domain/currency.ts';
import { addDecimal, compareDecimal, type Decimal, parseDecimal, roundHalfUp } from '../domain/decimal.ts';
import { type Instant, later } from '../domain/time.ts';
import type { Line } from './claims.ts';
import { type CompiledFee, chooseFee, expectedFee } from './fees.ts';
import { absolute, type Findings } from './findings.ts';
import { lineTime } from './lines.ts';
import type { MatchGroup } from './payment-stage.ts';
import type { Payment } from './payments.ts';

export interface ExpectedFee {
  readonly schedule: CompiledFee | undefined;
  readonly fee: bigint;
  /** The expected sum of the payment's lines: its gross, plus the fee if the payer bears it. */
  readonly lineGross: bigint;
}

/** The fee that the payment's schedule expects. The payment's gross and currency are known. */
export function feeOf({ rules, order }: MatchGroup, payment: Payment): ExpectedFee {
  const currency = payment.currency!;
  const gross = payment.gross!;
  const schedule = chooseFee(rules.fees, {
    provider: payment.provider,
    currency,
    country: order?.country ?? null,
    operator: payment.operator ?? order?.operator ?? null,
    gross,
    day: payment.succeededAt === null ? null : rules.calendar.dayOf(payment.succeededAt),
  });
  if (schedule === undefined) return { schedule, fee: 0n, lineGross: payment.lineGross ?? gross };
  const fee = expectedFee(schedule, gross, currency);
  return { schedule, fee, lineGross: payment.lineGross ?? (schedule.borneByPayer ? gross + fee : gross) };
}

/** Compares the sum of the payment's fees, deducted and on fee lines. Fees in callbacks do not count. */
export function checkFee(found: Findings, about: MatchGroup, payment: Payment, expected: ExpectedFee): void {
  const { schedule, fee } = expected;
  if (schedule === undefined) return;
  const currency = payment.currency!;
  const feeLines = about.feeLines.of(payment);
  const lines = feeLines.length === 0 ? payment.lines : [...payment.lines, ...feeLines];
  let charged: Decimal | undefined;
  let openedAt: Instant | null = null;
  for (const line of lines) {
    const part = feeOn(line);
    openedAt = later(openedAt, lineTime(line, about.rules.calendar));
    if (part !== undefined) charged = charged === undefined ? part : addDecimal(charged, part);
  }
  const subject = { subject: payment.name, openedAt };
  if (charged === undefined) {
    if (fee !== 0n) found.amounts('FEE_MISSING', subject, fee, 0n, currency);
    return;
  }
  const exponent = currencyExponent(currency) ?? 0;
  const observed = roundHalfUp(charged, exponent);
  const difference = { digits: absolute(observed - fee), scale: exponent };
  if (compareDecimal(difference, schedule.tolerance) > 0) {
    found.amounts('FEE_VARIANCE', subject, fee, observed, currency);
  }
}

/** A payment line's deducted fee, or a fee line's amount, as an absolute value; undefined if there is none. */
export function feeOn({ body }: Line): Decimal | undefined {
  const text = body.line_type === 'fee' ? body.gross : body.fee;
  if (text === null) return undefined;
  const { digits, scale } = parseDecimal(text)!;
  return body.line_type === 'fee' ? { digits: absolute(digits), scale } : { digits, scale };
}
