// Handoffs: what one key tells another. They are written with the block that causes them and read like facts, so that a
// payment claimed under two references, or a fact without any, is understood wherever the keys lie.

import type { Instant } from './time.ts';

/** The topic of handoffs, keyed and partitioned by the key that is told. */
export const HANDOFFS_TOPIC = 'handoffs.v1';

/**
 * - `claims`: a reference names the id of an identity.
 * - `links`: an identity has facts that name another id too.
 * - `asks`: an identity wants to know more of a reference that names its id.
 * - `places`: an identity tells another one, which is linked to it, the references that name its id.
 * - `holder`: an identity that several references claim tells one of them where its money counts.
 * - `gives`: a key gives a claim to the reference that it belongs to.
 * - `belongs`: a merchant's part of an order tells the whole what is said of it, and `gives` it all else.
 * - `whole`: a whole order tells each of its parts where the payment stands.
 * - `linked`: a key tells a reference how much of its money people linked to it.
 */
export const HANDOFF_WORDS = [
  ...(['claims', 'links', 'asks', 'places', 'holder', 'gives', 'belongs', 'whole'] as const),
  'linked',
] as const;
export type HandoffWord = (typeof HANDOFF_WORDS)[number];

/** What a key says to another until it says otherwise: the last handoff with the same claim id holds. */
export interface Handoff {
  readonly type: 'Handoff';
  readonly word: HandoffWord;
  /** The key that says it. */
  readonly from: string;
  /** JSON after the word, empty where the word says all; null where it is no longer said. */
  readonly content: string | null;
}

/** A reference that names an id: after `claims`, and listed after `places`. */
export interface Claimant {
  readonly reference: string;
  /** The identities that gave it the fact by which it knows the id, the first one first; empty where it knew itself. */
  readonly path: readonly string[];
  /** Null until an identity asked. */
  readonly detail: ClaimantDetail | null;
}

/** What is known of a payment by the claims of one key: that is all that an identity tells after `links`. */
export interface PaymentGist {
  /** By callbacks and polls. */
  readonly reported: NamedAmount | null;
  /** By settlement lines. */
  readonly settled: NamedAmount | null;
  /** Whether it brought money. */
  readonly money: boolean;
}

/**
 * What decides between references that name one id: of what they know themselves, never of what they were given, so
 * that no decision can turn round itself.
 */
export interface ClaimantDetail extends PaymentGist {
  /** `return`: only as the original of money that went back; `unsigned`: only in callbacks that nobody signed. */
  readonly kind: 'payment' | 'return' | 'unsigned';
  /** The sources of the claims, as `speakerOf` names them; null for one that nobody named. */
  readonly sources: readonly (string | null)[];
  readonly merchants: readonly string[];
  readonly order: NamedAmount | null;
  /** How good its evidence is: 5 a settlement line, 4 or 3 a final poll or callback, 2 or 1 another one, 0 none. */
  readonly evidence: number;
}

export interface NamedAmount {
  readonly amount: string;
  readonly currency: string;
}

/** After `holder`: what one identity of a payment decides. A payment may have several. */
export interface Held {
  /** Where the money counts; null where it is split by lines, and each reference has its part. */
  readonly holder: string | null;
  /** Whether that is the reference that is told. */
  readonly isHere: boolean;
  /** How many references it knows, about, and what spoke for the holder: of two decisions the greater one holds. */
  readonly rank: readonly number[];
}

/** After `linked`: money in one currency, which stays where it came in and counts for an order elsewhere. */
export interface LinkedMoney extends NamedAmount {
  /** Whose order people saw. */
  readonly merchant: string;
  readonly provider: string;
  /** When the money came, and since when the link holds. */
  readonly at: Instant | null;
  readonly since: Instant | null;
}

/** The id of a handoff's claim: a later one with the same id takes its place. */
export function handoffId(word: HandoffWord, from: string, subject: string): string {
  return subject === '' ? `~${word}:${from}` : `~${word}:${from}\n${subject}`;
}
