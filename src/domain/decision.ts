// Decisions: what people say of an open case. They are facts like any other, each signed by the service that took it
// with the roles that the person had. Names, mails and texts are never in one: a person is an id, a text the hash of a
// file, so that it can be erased and the proof still holds.

import type { ReasonCode, Stage } from './reasons.ts';
import type { Instant } from './time.ts';

/** The topic of decisions, keyed and partitioned as the facts that they are about. */
export const DECISIONS_TOPIC = 'decisions.v1';

/** What a person may be to a merchant. */
export const DECIDER_ROLES = ['operator', 'approver'] as const;
export type DeciderRole = (typeof DECIDER_ROLES)[number];

export const DECISION_VIAS = ['desk', 'api', 'xlsx'] as const;
/** How a decision was taken: on the page, by a key of the API, or in a workbook that was read back. */
export type DecisionVia = (typeof DECISION_VIAS)[number];

const NOBODYS = 'key:';

/** How a key of the API that belongs to no known person is named as a maker. */
export function keyOfNobody(id: string): string {
  return `${NOBODYS}${id}`;
}

export function isOfNobody(person: string): boolean {
  return person.startsWith(NOBODYS);
}

/** Whether this is how a person is named: a team is named otherwise. */
export function isPersonId(id: string): boolean {
  return /^p-[0-9a-f]{12}$/.test(id);
}

/** Who decided, with the roles that he had then for the decision's merchant. */
export interface Decider {
  /** The person's id; `key:ID` for a key of the API that belongs to nobody. */
  readonly person: string;
  readonly roles: readonly DeciderRole[];
  readonly via: DecisionVia;
}

/** An open break or notice of a key as people work it: it outlives a change of the amounts. */
export interface CaseName {
  readonly stage: Stage;
  readonly reason: ReasonCode;
  /** As the finding's, but for what tells cases of one key apart or makes one of them, see `caseId`. */
  readonly subject: string;
}

/** What every decision says. */
interface Decided {
  /** The key that it is about; a decision under another one counts for nothing. */
  readonly about: string;
  readonly case: CaseName;
  readonly by: Decider;
  /** Names the decisions that were taken as one; null where it was taken by itself. */
  readonly batch: string | null;
  /** The public key of the service that took it (Ed25519), and its signature over `signedText`; both in base64. */
  readonly signer: string;
  readonly signature: string;
}

export const WAITING_ON = ['gateway', 'merchant', 'customer', 'bank'] as const;
export type WaitingOn = (typeof WAITING_ON)[number];

/** Who works a case, until when, and for whom he waits. The latest holds. */
export interface CaseAssigned extends Decided {
  readonly type: 'CaseAssigned';
  /** A person's or a team's id. */
  readonly owner: string | null;
  readonly due_at: Instant | null;
  readonly waiting_on: WaitingOn | null;
}

/** A file that somebody added to a case, kept outside the ledger. */
export interface Attachment {
  readonly sha256: string;
  readonly size: number;
  /** Its media type. */
  readonly media: string;
}

export interface NoteAdded extends Decided {
  readonly type: 'NoteAdded';
  /** The SHA-256 of the text, in hex. */
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

/** Those that say nothing but the finding that they are about. */
export const SIMPLE_KINDS = ['write_off', 'explain', 'refund'] as const;
export const RESOLUTION_KINDS = [...SIMPLE_KINDS, 'link'] as const;
/**
 * - `write_off`: the difference is given up, to the cent.
 * - `explain`: no money is lost: settled elsewhere, paid by hand, a test.
 * - `refund`: the money goes back to who paid it. It resolves nothing: the evidence of it ends the case.
 * - `link`: the money was paid for other orders.
 */
export type SimpleKind = (typeof SIMPLE_KINDS)[number];
export type ResolutionKind = (typeof RESOLUTION_KINDS)[number];
/** Those by which many cases end at once: each refund sends money, so it is proposed and answered by itself. */
export const BULK_KINDS = ['write_off', 'explain', 'link'] as const satisfies readonly ResolutionKind[];
export type BulkKind = (typeof BULK_KINDS)[number];

export const CAUSES = [
  'bank_charges',
  'cash_or_other_channel',
  'customer_error',
  'duplicate_entry',
  'fee_agreement',
  'fraud',
  'gateway_error',
  'goodwill',
  'rounding',
  'settled_elsewhere',
  'shop_error',
  'test_order',
  'timing',
  'other',
] as const;
/** Why it is so, by a closed list that statements add up by. */
export type Cause = (typeof CAUSES)[number];

/** An order that money was paid for, whose it was when the maker saw it, and how much of the money. */
export interface LinkTarget {
  readonly reference: string;
  readonly merchant: string;
  readonly amount: string;
}

export interface ResolutionProposed extends Decided {
  readonly type: 'ResolutionProposed';
  /** The fingerprint of the finding that the maker saw. */
  readonly finding: string;
  readonly kind: ResolutionKind;
  readonly cause: Cause;
  /** Above zero; null where no money is meant. */
  readonly amount: string | null;
  readonly currency: string | null;
  readonly text: string | null;
  /** Of a link, and only of one: its orders, whose amounts come to its own. */
  readonly to?: readonly LinkTarget[];
}

/** A proposal as it was read: its id, and the hash of its content. */
export interface ProposalName {
  readonly id: string;
  readonly content: string;
}

export interface ResolutionApproved extends Decided {
  readonly type: 'ResolutionApproved';
  readonly proposal: ProposalName;
  readonly text: string | null;
}

/** By the maker: withdrawn. By an approver: rejected, or revoked after an approval. It beats any approval. */
export interface ResolutionRejected extends Decided {
  readonly type: 'ResolutionRejected';
  readonly proposal: ProposalName;
  readonly text: string | null;
}

export const CLOSE_CONDITIONS = ['reports', 'unread', 'owners'] as const;
/**
 * What must be so before a day is closed, unless an approver says why it may be otherwise.
 * - `reports`: the settlement reports up to the day are there.
 * - `unread`: no webhook is left that nobody could read.
 * - `owners`: every break at or above the threshold has an owner.
 */
export type CloseCondition = (typeof CLOSE_CONDITIONS)[number];

/** Where a partition's ledger stood. */
export interface ClosedHead {
  readonly partition: number;
  /** The leaves of its tree, and their root in hex. */
  readonly size: number;
  readonly root: string;
}

export interface ClosedStatement {
  readonly provider: string;
  readonly currency: string;
  /** Of the file with the statement, in hex. */
  readonly sha256: string;
  /** What the gateway owed before the day and at its end. */
  readonly opening: string;
  readonly closing: string;
}

/** That a day of a merchant is closed, with the statements as they are then. It holds once another person approves. */
export interface PeriodClosed extends Decided {
  readonly type: 'PeriodClosed';
  /** `YYYY-MM-DD` in the zone of the rules. */
  readonly day: string;
  /** `*` for all merchants. */
  readonly merchant: string;
  readonly heads: readonly ClosedHead[];
  readonly statements: readonly ClosedStatement[];
  /** The conditions that were not met: then its maker is an approver, and says why. */
  readonly overruled: readonly CloseCondition[];
  readonly text: string | null;
}

export type DecisionBody =
  | CaseAssigned
  | NoteAdded
  | ResolutionProposed
  | ResolutionApproved
  | ResolutionRejected
  | PeriodClosed;

const DECISION_TYPES: ReadonlySet<string> = new Set<DecisionBody['type']>([
  'CaseAssigned',
  'NoteAdded',
  'ResolutionProposed',
  'ResolutionApproved',
  'ResolutionRejected',
  'PeriodClosed',
]);

export function isDecisionBody<Body extends { readonly type: string }>(body: Body): body is Body & DecisionBody {
  return DECISION_TYPES.has(body.type);
}

/** Whether a decision changes where a key stands: who works a case, and what was noted of it, never does. */
export function bearsOnStanding({ type }: DecisionBody): boolean {
  return type !== 'CaseAssigned' && type !== 'NoteAdded';
}

/** The parts of a decision's claim that its signature is over. */
export interface SignedDecision {
  readonly id: string;
  readonly merchant: string;
  readonly occurred_at: Instant | null;
  readonly body: DecisionBody;
}

/** The text that a decision's signature is over: its whole claim but the signature, in one form. */
export function signedText({ id, merchant, occurred_at, body: { signature: _, ...body } }: SignedDecision): string {
  return `hesabu decision\n${JSON.stringify([id, merchant, occurred_at, sorted(body)])}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return members.map(([name, part]) => [name, sorted(part)]);
}
