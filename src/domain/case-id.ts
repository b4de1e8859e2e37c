// The name of a case in a URL: its key with its stage, reason and subject, so that it is found without an index. That
// of a decision is the name of its case, and its own id.

import type { CaseName } from './decision.ts';
import { REASON_CODES, STAGES } from './reasons.ts';

export interface CaseKey extends CaseName {
  /** The key that the case is of. */
  readonly key: string;
}

export function caseId({ key, stage, reason, subject }: CaseKey): string {
  return Buffer.from(JSON.stringify([key, stage, reason, subject])).toString('base64url');
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

const PREFIX = 'decision:';

/** The id of a decision in a URL: where it lies, and its own. */
export function shownDecisionId(place: string, decision: string): string {
  return `${place}.${decision.slice(PREFIX.length)}`;
}

export function splitDecisionId(id: string): { readonly place: string; readonly decision: string } {
  const dot = id.lastIndexOf('.');
  return { place: id.slice(0, dot), decision: PREFIX + id.slice(dot + 1) };
}
