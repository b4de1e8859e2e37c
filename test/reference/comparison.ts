// Where an assessment of the product and the judgement of the reference differ, in lines to read.

import type { Assessment, Finding } from '../../src/domain/assessment.ts';
import { formatInstant } from '../../src/domain/time.ts';
import type { Judgement } from './reference.ts';
import { written } from './values.ts';
import type { Told } from './verdict.ts';

/** Whose words the contract leaves open; their reason, subject and time are compared. */
const OPEN_WORDS = new Set(['CONFLICTING_EVIDENCE', 'STATUS_CONFLICT', 'PAYMENT_INCONCLUSIVE']);

export function differencesOf(assessment: Assessment, judge: (asOf: number) => Judgement, asOf: number): string[] {
  const judged = judge(asOf);
  const at = formatInstant(asOf);
  const standing = (['payment', 'settlement', 'payout'] as const)
    .filter((stage) => assessment[stage] !== judged[stage])
    .map((stage) => `${at} ${stage}: the product says ${assessment[stage]}, the reference ${judged[stage]}`);
  const moved = assessment.money.map(({ currency, received, returned }) => {
    return `${currency} ${written(received, currency)} - ${written(returned, currency)}`;
  });
  const isSameMoney = moved.sort().join() === judged.money.join();
  const money = isSameMoney ? [] : [`${at} money: the product says ${moved}, the reference ${judged.money}`];
  const rest = [...judged.told];
  const extra: string[] = [];
  for (const finding of assessment.findings) {
    if (finding.reason === null) continue;
    const same = rest.findIndex((told) => isSame(finding, told));
    if (same >= 0) rest.splice(same, 1);
    else extra.push(`${at} the product alone: ${JSON.stringify(finding)}`);
  }
  return [
    ...standing,
    ...money,
    ...extra,
    ...rest.map((told) => `${at} the reference alone: ${JSON.stringify(told)}`),
    ...deadlineFault(assessment, judge, judged, asOf),
  ];
}

function isSame(finding: Finding, told: Told): boolean {
  if (finding.reason !== told.reason || finding.stage !== told.stage) return false;
  if (finding.opened_at !== told.opened_at || !isNamed(finding.subject, told)) return false;
  if (OPEN_WORDS.has(told.reason)) return true;
  return (
    finding.expected === told.expected &&
    finding.observed === told.observed &&
    finding.difference === told.difference &&
    finding.currency === told.currency
  );
}

/** Of two payments with one name people see at whom each is. */
const plain = (subject: string) => subject.replace(/ ?\([^()]+\)$/, '');
const isNamed = (subject: string, { names }: Told) =>
  names.length === 0 || names.some((name) => name === subject || name === plain(subject));

/** A deadline is to come, and not after the first instant at which the reference says something else. */
function deadlineFault(
  { next_deadline }: Assessment,
  judge: (asOf: number) => Judgement,
  judged: Judgement,
  asOf: number,
): string[] {
  const at = formatInstant(asOf);
  if (next_deadline !== null && next_deadline <= asOf) return [`${at} the deadline ${next_deadline} is past`];
  const shown = ({ deadlines: _, ...rest }: Judgement) => JSON.stringify(rest);
  const change = judged.deadlines.find((deadline) => shown(judge(deadline)) !== shown(judged));
  if (change === undefined || (next_deadline !== null && next_deadline <= change)) return [];
  const told = next_deadline === null ? 'none' : formatInstant(next_deadline);
  return [`${at} the next change is at ${formatInstant(change)}, the product's deadline ${told}`];
}
