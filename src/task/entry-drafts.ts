// The changes between two assessments of a key, as drafts of ledger entries.

import type { Assessment, Finding } from '../domain/assessment.ts';
import { type Cause, type EntryDraft, entryId } from '../domain/entry.ts';
import { REASONS, STAGES, type Stage } from '../domain/reasons.ts';
import type { KeptAssessment } from './assessment-codec.ts';

/** The place of a finding's entry: its block's height and its index there. */
export interface EntryPlace {
  readonly height: number;
  readonly index: number;
}

/** What is stored of a key's entries: their number, and the place of each open finding's entry, in order. */
export interface Entered {
  readonly version: number;
  readonly places: readonly EntryPlace[];
}

export const NOTHING_ENTERED: Entered = { version: 0, places: [] };

/** The block in progress, which takes drafts. */
export interface EntrySink {
  readonly partition: number;
  readonly height: number;
  /** Takes a draft and returns its index in the block. */
  push(draft: EntryDraft): number;
}

/**
 * Drafts an entry for every new finding. The first new one of a stage supersedes the entries of the stage's findings
 * that no longer hold. If there is no new one, a `closed` entry supersedes them.
 */
export function draftEntries(
  sink: EntrySink,
  key: string,
  before: KeptAssessment | undefined,
  entered: Entered,
  after: Assessment,
  cause: Cause | null,
): Entered {
  const drafting = new Drafting(sink, key, entered.version, after, cause);
  if (before === undefined || before.findings.length === 0) {
    return drafting.entered(after.findings.map((finding) => drafting.draft(finding, NONE)));
  }
  const old = before.findings;
  const kept = placesIn(old, after.findings);
  const isKept = old.length > FEW ? new Set(kept) : undefined;
  const gone: Record<Lane, string[]> = { payment: [], settlement: [], aside: [] };
  for (const [at, finding] of old.entries()) {
    if (isKept === undefined ? kept.includes(at) : isKept.has(at)) continue;
    const { height, index } = entered.places[at]!;
    gone[laneOf(finding)].push(entryId(sink.partition, height, index));
  }
  const places = after.findings.map((finding, at) => {
    if (kept[at]! >= 0) return entered.places[kept[at]!]!;
    const lane = laneOf(finding);
    const superseded = gone[lane];
    gone[lane] = [];
    return drafting.draft(finding, superseded);
  });
  for (const lane of LANES) {
    const last = old.findLast((finding) => laneOf(finding) === lane);
    if (gone[lane].length > 0 && last !== undefined) drafting.draft(endOf(last), gone[lane]);
  }
  return drafting.entered(places);
}

/**
 * Entries supersede entries of their own lane: what another shop's account says is a lane of its own, so that it cannot
 * end an entry about the order.
 */
type Lane = Stage | 'aside';
const LANES = [...STAGES, 'aside'] as const;

function laneOf({ stage, reason }: Finding): Lane {
  return reason === 'FOREIGN_ACCOUNT' ? 'aside' : stage;
}

const NONE: readonly string[] = [];

/** Up to so many findings are compared one by one. */
const FEW = 8;

/** For each finding the first place at which the same is among the old ones, or -1. */
function placesIn(old: readonly Finding[], findings: readonly Finding[]): number[] {
  const texts = old.map(textOf);
  if (old.length <= FEW) return findings.map((finding) => texts.indexOf(textOf(finding)));
  const places = new Map<string, number>();
  for (let at = texts.length - 1; at >= 0; at--) places.set(texts[at]!, at);
  return findings.map((finding) => places.get(textOf(finding)) ?? -1);
}

/**
 * The entry that ends a finding. The end of an order's closing must not read as if the order closed again.
 */
function endOf(finding: Finding): Finding {
  const { reason } = finding;
  const isClosing = reason !== null && REASONS[reason].severity === 'end';
  return { ...finding, kind: 'closed', reason: isClosing ? 'ORDER_REOPENED' : reason };
}

/** Counts the key's entries during drafting. */
class Drafting {
  private readonly sink: EntrySink;
  private readonly key: string;
  private version: number;
  private readonly after: Assessment;
  private readonly cause: Cause | null;

  constructor(sink: EntrySink, key: string, version: number, after: Assessment, cause: Cause | null) {
    this.sink = sink;
    this.key = key;
    this.version = version;
    this.after = after;
    this.cause = cause;
  }

  draft(finding: Finding, supersedes: readonly string[]): EntryPlace {
    const { key, cause } = this;
    const { merchant, provider } = this.after;
    const version = ++this.version;
    const index = this.sink.push({ key, version, merchant, provider, finding, cause, supersedes });
    return { height: this.sink.height, index };
  }

  entered(places: readonly EntryPlace[]): Entered {
    return { version: this.version, places };
  }
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
