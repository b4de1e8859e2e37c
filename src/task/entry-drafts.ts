// The changes between two assessments of a key, as drafts of ledger entries.

import type { Assessment, Finding } from '../domain/assessment.ts';
import { type Cause, type EntryDraft, entryId } from '../domain/entry.ts';
import { REASONS, STAGES, type Stage } from '../domain/reasons.ts';
import type { KeptAssessment } from './assessment-codec.ts';

/** Findings that follow one another in two lists as the same objects: where in each, and how many. */
export interface SameRun {
  readonly before: number;
  readonly after: number;
  readonly count: number;
}

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
 * that no longer hold. If there is no new one, a `closed` entry supersedes them. Findings that are known to be the
 * same are not compared: none is like another one then.
 */
export function draftEntries(
  sink: EntrySink,
  key: string,
  before: Pick<KeptAssessment, 'findings'> | undefined,
  entered: Entered,
  after: Assessment,
  cause: Cause | null,
  same: readonly SameRun[] = [],
): Entered {
  const drafting = new Drafting(sink, key, entered.version, after, cause);
  if (before === undefined || before.findings.length === 0) {
    return drafting.entered(after.findings.map((finding) => drafting.draft(finding, NONE)));
  }
  const old = before.findings;
  const kept = placesIn(old, after.findings, same);
  const isKept = new Uint8Array(old.length);
  for (const at of kept) if (at >= 0) isKept[at] = 1;
  const gone: Record<Lane, string[]> = { payment: [], settlement: [], payout: [], aside: [] };
  for (let at = 0; at < old.length; at++) {
    if (isKept[at] === 1) continue;
    const { height, index } = entered.places[at]!;
    gone[laneOf(old[at]!)].push(entryId(sink.partition, height, index));
  }
  const places = after.findings.map((finding, at) => {
    if (kept[at]! >= 0) return entered.places[kept[at]!]!;
    const lane = laneOf(finding);
    const superseded = gone[lane];
    gone[lane] = [];
    return drafting.draft(finding, superseded);
  });
  for (const lane of LANES) {
    if (gone[lane].length === 0) continue;
    const last = old.findLast((finding) => laneOf(finding) === lane);
    if (last !== undefined) drafting.draft(endOf(last), gone[lane]);
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
function placesIn(old: readonly Finding[], findings: readonly Finding[], same: readonly SameRun[]): readonly number[] {
  if (old.length <= FEW) {
    const texts = old.map(textOf);
    return findings.map((finding) => texts.indexOf(textOf(finding)));
  }
  const kept = new Array<number>(findings.length).fill(-1);
  const isSame = new Uint8Array(old.length);
  for (const { before, after, count } of same) {
    for (let at = 0; at < count; at++) kept[after + at] = before + at;
    isSame.fill(1, before, before + count);
  }
  const places = new Map<string, number>();
  for (let at = old.length - 1; at >= 0; at--) if (isSame[at] === 0) places.set(textOf(old[at]!), at);
  for (let at = 0; at < findings.length; at++) {
    if (kept[at]! < 0) kept[at] = places.get(textOf(findings[at]!)) ?? -1;
  }
  return kept;
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

/** A finding's whole content. */
export function textOf(finding: Finding): string {
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
