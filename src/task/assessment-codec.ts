// The canonical bytes of an assessment: they are stored in a key's state, and the outcome root is over them.
// The next deadline is left out: it follows from the claims, the rules and the time.

import type { Assessment, Finding, MoneyMoved } from '../domain/assessment.ts';
import type { ByteReader, ByteWriter } from '../domain/bytes.ts';
import { isOpening, type ReasonCode } from '../domain/reasons.ts';
import { codeOfStanding, isPayoutCode, payoutCodeOf, standingOfCode } from '../domain/standing-codes.ts';
import { readFinding, writeFinding } from '../ledger/finding-codec.ts';

export type KeptAssessment = Omit<Assessment, 'next_deadline' | 'waiting'>;

export function writeAssessment(writer: ByteWriter, assessment: KeptAssessment): void {
  writeBeginning(writer, assessment, assessment.findings.filter(isOpen).length);
  for (const finding of assessment.findings) writeFinding(writer, finding);
}

/** Everything but the findings, with their number and that of the open ones. */
export function writeBeginning(writer: ByteWriter, assessment: KeptAssessment, openFindings: number): void {
  if (assessment.payout !== null) writer.long(payoutCodeOf(assessment.payout));
  else {
    writer.long(codeOfStanding(assessment.payment));
    writer.long(codeOfStanding(assessment.settlement));
  }
  writer.long(assessment.money.length);
  for (const { currency, received, returned } of assessment.money) {
    writer.string(currency);
    writer.string(received.toString());
    writer.string(returned === 0n ? '' : returned.toString());
  }
  writer.string(assessment.merchant);
  writer.string(assessment.provider);
  writer.long(openFindings);
  writer.long(assessment.findings.length);
}

export function readAssessment(reader: ByteReader): KeptAssessment {
  const { openFindings: _, ...beginning } = readBeginning(reader);
  return { ...beginning, findings: readFindings(reader) };
}

export interface AssessmentBeginning extends Omit<KeptAssessment, 'findings'> {
  /** How many of the following findings are breaks or notices. */
  readonly openFindings: number;
}

/** Everything but the findings, which most totals do not need. */
export function readBeginning(reader: ByteReader): AssessmentBeginning {
  const first = reader.long();
  const isPayout = isPayoutCode(first);
  return {
    payment: isPayout ? 'closed' : standingOfCode(first),
    settlement: isPayout ? 'closed' : standingOfCode(reader.long()),
    payout: isPayout ? standingOfCode(first) : null,
    money: readMoney(reader),
    merchant: reader.string(),
    provider: reader.string(),
    openFindings: reader.long(),
  };
}

export function readFindings(reader: ByteReader): Finding[] {
  const findings: Finding[] = [];
  for (let left = reader.long(); left > 0; left--) findings.push(readFinding(reader));
  return findings;
}

/** Whether a finding is a break or a notice, which a report lists. */
export function isOpen(finding: Finding): finding is Finding & { readonly reason: ReasonCode } {
  return finding.reason !== null && finding.kind !== 'closed' && isOpening(finding.reason);
}

function readMoney(reader: ByteReader): MoneyMoved[] {
  const moved: MoneyMoved[] = [];
  for (let left = reader.long(); left > 0; left--) {
    const [currency, received, returned] = [reader.string(), reader.string(), reader.string()];
    moved.push({ currency, received: BigInt(received), returned: BigInt(returned) });
  }
  return moved;
}
