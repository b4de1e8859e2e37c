// What changed between two assessments of a key, as drafts of ledger entries.

import type { Assessment, Finding } from '../../domain/assessment.ts';
import { type Cause, type EntryDraft, entryId } from '../../domain/entry.ts';
import { STAGES } from '../../domain/reasons.ts';
import type { KeptAssessment } from './assessment-codec.ts';

/** Where the entry of a finding stands: its block's height and its index there. */
export interface EntryPlace {
  readonly height: number;
  readonly index: number;
}

/** What is kept of a key's entries: how many there were, and the place of each open finding's, in their order. */
export interface Entered {
  readonly version: number;
  readonly places: readonly EntryPlace[];
}

export const NOTHING_ENTERED: Entered = { version: 0, places: [] };

/** The block under way, which takes drafts. */
export interface EntrySink {
  readonly partition: number;
  readonly height: number;
  /** Takes a draft and returns its index in the block. */
  push(draft: EntryDraft): number;
}

/**
 * Drafts an entry for every finding that is new; the first new one of a stage supersedes the entries of the findings
 * that no longer hold there. Where nothing new took their place, one `closed` entry does.
 */
export function draftChanges(
  sink: EntrySink,
  key: string,
  before: KeptAssessment | undefined,
  entered: Entered,
  after: Assessment,
  cause: Cause | null,
): Entered {
  const old = before?.findings ?? [];
  const texts = old.map(textOf);
  const kept = new Map<string, EntryPlace>();
  const places: EntryPlace[] = [];
  let version = entered.version;
  const { merchant, provider } = after;
  const draft = (finding: Finding, supersedes: readonly string[]): EntryPlace => {
    version++;
    const index = sink.push({ key, version, merchant, provider, finding, cause, supersedes });
    return { height: sink.height, index };
  };
  if (old.length > 0) {
    for (const finding of after.findings) {
      const at = texts.indexOf(textOf(finding));
      if (at >= 0) kept.set(texts[at]!, entered.places[at]!);
    }
  }
  const gone: Record<string, string[]> = { payment: [], settlement: [] };
  for (const [at, finding] of old.entries()) {
    if (kept.has(texts[at]!)) continue;
    const { height, index } = entered.places[at]!;
    gone[finding.stage]!.push(entryId(sink.partition, height, index));
  }
  for (const finding of after.findings) {
    const place = old.length > 0 ? kept.get(textOf(finding)) : undefined;
    places.push(place ?? draft(finding, gone[finding.stage]!));
    if (place === undefined) gone[finding.stage] = [];
  }
  for (const stage of STAGES) {
    const last = old.findLast((finding) => finding.stage === stage);
    if (gone[stage]!.length > 0 && last !== undefined) draft({ ...last, kind: 'closed' }, gone[stage]!);
  }
  return { version, places };
}

function textOf(finding: Finding): string {
  return JSON.stringify([
    finding.stage,
    finding.kind,
    finding.reason,
    finding.subject,
    finding.expected,
    finding.observed,
    finding.difference,
    finding.currency,
    finding.opened_at,
  ]);
}
