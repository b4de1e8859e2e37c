// By which hashes decisions name things: a finding as its maker saw it, and a proposal as it was read.

import { hash } from 'node:crypto';
import type { Finding } from '../domain/assessment.ts';
import { type SignedDecision, signedText } from '../domain/decision.ts';

/** What a maker sees of a finding; other evidence gives another one. SHA-256 in hex, without its kind and its times. */
export function fingerprintOf(finding: Omit<Finding, 'kind' | 'opened_at'>): string {
  const { stage, reason, subject, expected, observed, difference, currency } = finding;
  return hash('sha256', JSON.stringify([stage, reason, subject, expected, observed, difference, currency]), 'hex');
}

/** SHA-256 in hex of what a decision says: not of its signature, which could be written in other ways. */
export function contentOf(decision: SignedDecision): string {
  let content = CONTENTS.get(decision);
  if (content === undefined) {
    content = hash('sha256', signedText(decision), 'hex');
    CONTENTS.set(decision, content);
  }
  return content;
}

/** Each decision is asked for several times while its key is read, and never changes. */
const CONTENTS = new WeakMap<SignedDecision, string>();
