// The name of a case in a URL: its key with its stage, reason and subject, so that it is found without an index. That
// of a decision is the name of its case, and its own id.

import type { CaseName, ResolutionProposed } from './decision.ts';
import { splitTitle } from './payment-title.ts';
import { REASON_CODES, type ReasonCode, STAGES } from './reasons.ts';

export interface CaseKey extends CaseName {
  /** The key that the case is of. */
  readonly key: string;
}

/** A case as its finding says it: what tells it apart from others of its key is in the finding. */
export interface FoundCase extends CaseKey {
  readonly currency?: string | null;
  readonly observed?: string | null;
}

/** They compare a key's whole sum. Their findings name a payment as long as there is one, and their cases never. */
const OF_WHOLE_KEY: ReadonlySet<ReasonCode> = new Set<ReasonCode>(['AMOUNT_UNDER', 'AMOUNT_OVER']);
/** A key may have one of each currency: each is a question of its own. */
const BY_CURRENCY: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  ...(['ORDER_MISSING', 'PAYOUT_AMOUNT', 'PAYOUT_MISSING', 'PAYOUT_UNEXPLAINED'] as const),
  ...(['BANK_AMOUNT', 'BANK_MISSING', 'BANK_UNEXPLAINED'] as const),
]);
/** What an order says may contradict its whole, and its parts, beside itself. */
const CONTRADICTED = /^(parts|whole): /;

export function caseId(name: FoundCase): string {
  const { key, stage, reason } = name;
  return Buffer.from(JSON.stringify([key, stage, reason, subjectOf(name)])).toString('base64url');
}

/** The subject of a case: that of its finding, with what else tells it apart. */
function subjectOf({ reason, subject, currency = null, observed = null }: Omit<FoundCase, 'key' | 'stage'>): string {
  if (OF_WHOLE_KEY.has(reason)) return '';
  if (BY_CURRENCY.has(reason) && subject === '' && currency !== null) return `#${currency}`;
  const [, by] = (reason === 'CONFLICTING_EVIDENCE' && CONTRADICTED.exec(observed ?? '')) || [];
  return by === undefined ? subject : `${subject}#${by}`;
}

/** The subject without what else tells the case apart, and that. */
function partsOf(name: FoundCase): readonly [subject: string, mark: string] {
  const subject = subjectOf(name);
  const form = BY_CURRENCY.has(name.reason) ? /^#[A-Z]{3}$/ : /#(?:parts|whole)$/;
  const isMarked = BY_CURRENCY.has(name.reason) || name.reason === 'CONFLICTING_EVIDENCE';
  const [mark] = (isMarked && form.exec(subject)) || [];
  if (mark !== undefined) return [subject.slice(0, subject.length - mark.length), mark];
  const title = splitTitle(subject);
  return title === undefined ? [subject, ''] : [title.name, title.source];
}

/** Whether others of its key were told apart from the case after it had another id. */
export function wasPartOfOther(name: FoundCase): boolean {
  return partsOf(name)[0] !== subjectOf(name);
}

/** The id that the case had before others of its key were told apart from it; its own of most. */
export function formerCaseId(name: FoundCase): string {
  const { key, stage, reason } = name;
  return caseId({ key, stage, reason, subject: partsOf(name)[0] });
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
export function standingCaseId(name: FoundCase, now: readonly FoundCase[]): string | undefined {
  const own = caseId(name);
  if (now.some((one) => caseId(one) === own)) return own;
  const question = QUESTIONS.find((reasons) => reasons.includes(name.reason)) ?? [name.reason];
  const [subject, mark] = partsOf(name);
  const standing = now.find((one) => {
    if (one.stage !== name.stage || !question.includes(one.reason)) return false;
    const [other, otherMark] = partsOf(one);
    const isSame = other === subjectOf({ reason: one.reason, subject });
    return isSame && (mark === otherMark || mark === '' || otherMark === '');
  });
  return standing && caseId(standing);
}

const PREFIX = 'decision:';

/** The id of a decision in a URL: where it lies, and its own. */
export function shownDecisionId(place: string, decision: string): string {
  return `${place}.${decision.slice(PREFIX.length)}`;
}

/** Of a proposal: by the case that its maker saw, so it has one id, whichever case it stands at by now. */
export function shownProposalId(proposal: ProposalKey): string {
  return shownDecisionId(ownCaseId(proposal), proposal.id);
}

/** The case that the maker of a proposal saw. */
export function ownCaseId({ body }: Pick<ProposalKey, 'body'>): string {
  return caseId({ key: body.about, ...body.case });
}

interface ProposalKey {
  readonly id: string;
  readonly body: Pick<ResolutionProposed, 'about' | 'case'>;
}

export function splitDecisionId(id: string): { readonly place: string; readonly decision: string } {
  const dot = id.lastIndexOf('.');
  return { place: id.slice(0, dot), decision: PREFIX + id.slice(dot + 1) };
}
