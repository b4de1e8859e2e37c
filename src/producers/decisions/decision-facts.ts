// Makes facts of what people decide: stamped with the service's clock, the person and his roles, and signed.

import { hash } from 'node:crypto';
import { type DecisionBody, signedText } from '../../domain/decision.ts';
import type { Fact } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import type { DecisionKey } from './decision-key.ts';

type Unsigned<Body> = Body extends DecisionBody ? Omit<Body, 'signer' | 'signature'> : never;
/** What somebody decided, before it is signed. */
export type DecisionDraft = Unsigned<DecisionBody>;

export interface DecisionTerms {
  /** The merchant of the case; empty where it has none. */
  readonly merchant: string;
  /** The service's clock. */
  readonly at: Instant;
  /** What makes a retry a repeat: the Idempotency-Key, and the place in a batch. */
  readonly key: string;
}

/** The fact of a decision. The same person with the same key gives the same id. */
export function decisionFact(draft: DecisionDraft, terms: DecisionTerms, key: DecisionKey): Fact<DecisionBody> {
  const claim = {
    id: decisionId(draft.by.person, terms.key),
    provider: '',
    account: null,
    merchant: terms.merchant,
    occurred_at: terms.at,
    forwarded: false,
    stated_at: null,
    import_id: 0,
    payout: null,
  };
  const unsigned: DecisionBody = { ...draft, signer: key.signer, signature: '' };
  const signature = key.sign(signedText({ ...claim, body: unsigned }));
  return {
    ...claim,
    ...{ transaction_reference: draft.about, received_at: terms.at, raw: '', report: null, line: null },
    body: { ...unsigned, signature },
  };
}

export function decisionId(person: string, key: string): string {
  return `decision:${hash('sha256', JSON.stringify([person, key]), 'hex')}`;
}
