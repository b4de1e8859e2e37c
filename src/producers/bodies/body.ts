// A body that a network or a shop sends or answers, and what is read of it. A provider has one reader for each kind;
// its webhooks, its gateway and `hesabu inspect` all read with it.

import type { Fact, Source } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import type { Fault } from '../formats/row.ts';

/** What a body is: pushed to us, or the answer to a question about a payment, to a request for one, and so on. */
const BODY_KINDS = ['webhook', 'poll', 'initiation', 'settlement', 'order'] as const;
export type BodyKind = (typeof BODY_KINDS)[number];

/** What can be inspected: a body, or a file of a portal. */
export const INSPECTED = [...BODY_KINDS, 'export'] as const;

export interface Body {
  readonly text: string;
  /** The value of a header by its lower-case name; null where there is none. */
  readonly header: (name: string) => string | null;
  /**
   * What is known of it beside: `http_status`, `http_method`, `endpoint`, ids that only the address had
   * (`X-Reference-Id`, `settlement_id`, `settlement_date`), and of our own request `transaction_reference`, `phone`
   * and `operator`.
   */
  readonly about: Readonly<Record<string, string>>;
  readonly readAt: Instant;
  /** The id of the archived exchange. */
  readonly raw: string;
}

/** A part of a body that should have become a fact and could not. */
export interface BodyReject extends Fault {
  /** Where in a body of several parts, such as `data[2]`; '' for the body itself. */
  readonly place: string;
}

/** A part of a body that is no fact of ours. */
export interface BodyIgnored {
  readonly place: string;
  readonly id: string | null;
  readonly why: string;
}

export interface BodyReading {
  readonly facts: readonly Fact[];
  readonly rejects: readonly BodyReject[];
  readonly ignored: readonly BodyIgnored[];
  /** Why nothing could be read as this provider's; null where something was. */
  readonly unread: Fault | null;
}

/** It never throws: whatever the body holds is data. */
export type ReadBody = (body: Body) => BodyReading;
export type BodyReaders = Readonly<Partial<Record<BodyKind, ReadBody>>>;

/** The part of an account's settings that bodies are read by. */
export interface BodySettings {
  /** Where bodies lack it. */
  readonly currency: string | null;
  /** Of times without an offset; null for the provider's own. */
  readonly zone: string | null;
  /** Where in a body the merchant's reference is; `id` for the body's own id; null for the provider's usual place. */
  readonly reference: string | null;
  /** The currency of each account of the network, where bodies name the account only. */
  readonly currencies: Readonly<Record<string, string>>;
  /** The version of the network's API, where shapes depend on it. */
  readonly version: string | null;
}

export interface BodyContext extends Source {
  readonly settings: BodySettings;
  /** The account's settings whole, for a provider whose readers need more of them. */
  readonly own?: object | undefined;
  /** Whose orders a shop's bodies are. */
  readonly merchant: string;
  /** Whether nobody signs the webhooks of the account, and its settings do not trust them. */
  readonly isUnsigned: boolean;
  /** The keyed hash that replaces personal data. */
  readonly pseudonym: (text: string) => string;
}

/** The reading of a body that is not this provider's. */
export function unread(expected: string, found: string, code: Fault['code'] = 'HESABU_ROW_SHAPE'): BodyReading {
  return { facts: [], rejects: [], ignored: [], unread: { field: '', code, expected, found } };
}
