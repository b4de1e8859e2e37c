// The name of a case in a URL: its key with its stage, reason and subject, so that it is found without an index. That
// of a decision is the name of its case, and its own id.

import type { CaseName } from './decision.ts';
import { REASON_CODES, type ReasonCode, STAGES } from './reasons.ts';

export interface CaseKey extends CaseName {
  /** The key that the case is of. */
  readonly key: string;
}

/** They compare a key's whole sum. Their findings name a payment as long as there is one, and their cases never. */
const OF_WHOLE_KEY: ReadonlySet<ReasonCode> = new Set<ReasonCode>(['AMOUNT_UNDER', 'AMOUNT_OVER']);

export function caseId(name: CaseKey): string {
  const { key, stage, reason } = name;
  return Buffer.from(JSON.stringify([key, stage, reason, subjectOf(name)])).toString('base64url');
}

function subjectOf({ reason, subject }: CaseKey): string {
  return OF_WHOLE_KEY.has(reason) ? '' : subject;
}

/** Undefined for a text that names no case. */
export function readCaseId(id: string): CaseKey | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(id, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || parts.length !== 4 || !parts.every((part) => typeof part === 'string')) return undefined;
  const [key, stage, reason, subject] = parts as [string, string, string, string];
  const [known, code] = [STAGES.find((one) => one === stage), REASON_CODES.find((one) => one === reason)];
  const found = known === undefined || code === undefined ? undefined : { key, stage: known, reason: code, subject };
  // One case has one name.
  return found !== undefined && caseId(found) === id ? found : undefined;
}

/** Reasons that take each other's place while evidence comes: each group asks one question of the same money. */
const QUESTIONS: readonly (readonly ReasonCode[])[] = [
  ['ORDER_MISSING', 'PAYMENT_MISSING', 'AMOUNT_UNDER', 'AMOUNT_OVER', 'DUPLICATE_PAYMENT'],
  ['SETTLEMENT_MISSING', 'SETTLEMENT_AMOUNT', 'SETTLED_NOT_PAID', 'DUPLICATE_SETTLEMENT'],
  ['FEE_MISSING', 'FEE_VARIANCE'],
  ['PAYOUT_MISSING', 'PAYOUT_AMOUNT', 'PAYOUT_UNEXPLAINED'],
  ['BANK_MISSING', 'BANK_AMOUNT', 'BANK_UNEXPLAINED'],
];

/**
 * The id of the case that stands for a case now: its own while there is one, otherwise that of the case with another
 * answer to the same question. `now` are the cases of its key. Where nothing stands for it, evidence ended it.
 */
export function standingCaseId(name: CaseKey, now: readonly CaseKey[]): string | undefined {
  const own = caseId(name);
  if (now.some((one) => caseId(one) === own)) return own;
  const question = QUESTIONS.find((reasons) => reasons.includes(name.reason));
  const subject = subjectOf(name);
  const asked = question?.map((reason) => caseId({ ...name, reason, subject })) ?? [];
  const standing = now.find((one) => asked.includes(caseId(one)));
  return standing && caseId(standing);
}

const PREFIX = 'decision:';

/** The id of a decision in a URL: where it lies, and its own. */
export function shownDecisionId(place: string, decision: string): string {
  return `${place}.${decision.slice(PREFIX.length)}`;
}

export function splitDecisionId(id: string): { readonly place: string; readonly decision: string } {
  const dot = id.lastIndexOf('.');
  return { place: id.slice(0, dot), decision: PREFIX + id.slice(dot + 1) };
}
