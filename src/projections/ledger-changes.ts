// The read model of what changed: block by block, what the decisions that it read and its entries did to cases,
// proposals, periods and statements. The changes of a block follow from the log alone, so a cursor into them means the
// same after a restart.

import { ByteReader } from '../domain/bytes.ts';
import {
  type CaseKey,
  caseId,
  type FoundCase,
  readCaseId,
  shownDecisionId,
  standingCaseId,
} from '../domain/case-id.ts';
import type { Change, ChangeEffect, ChangeName, ChangePage, PlacedChange } from '../domain/change.ts';
import { addDecimal, type Decimal, formatDecimal, parseDecimal } from '../domain/decimal.ts';
import { DECISIONS_TOPIC, type DecisionBody, isDecisionBody } from '../domain/decision.ts';
import type { Entry } from '../domain/entry.ts';
import type { Claim } from '../domain/fact.ts';
import { PERIOD_MARK } from '../domain/key.ts';
import { isResolution, resolvedFinding } from '../domain/reason-words-resolutions.ts';
import { REASONS } from '../domain/reasons.ts';
import { type Block, forEachEntry } from '../ledger/block-codec.ts';
import { type Digest, digestToHex } from '../ledger/digest.ts';
import { readEntry } from '../ledger/entry-codec.ts';
import type { EventLog } from '../log/event-log.ts';
import { readFact } from '../log/fact-codec.ts';
import { forEachFact } from '../log/value-frames.ts';
import { batchesBetween } from '../task/block-inputs.ts';
import { formatCursor, type Position, parseCursor } from './entry-feed.ts';
import { beyondLedger, LedgerBlocks } from './ledger-blocks.ts';

type ReadLog = Pick<EventLog, 'read' | 'end' | 'partitions'>;

/** What one block did, and under which rules. */
interface ReadBlock {
  readonly height: number;
  readonly rulesHash: Digest;
  readonly changes: readonly Change[];
}

/** So many blocks are read for one question: many blocks may have no change at all. */
const BLOCKS_MAX = 100;

const DECIDED: Partial<Record<DecisionBody['type'], ChangeName>> = {
  CaseAssigned: 'assigned',
  NoteAdded: 'noted',
  ResolutionApproved: 'approved',
  ResolutionRejected: 'rejected',
};

export class LedgerChanges {
  private readonly log: ReadLog;
  private readonly blocks: LedgerBlocks;
  private readonly blocksMax: number;
  /** The block whose changes were read last, of each partition: a large one is given out in several pages. */
  private readonly last = new Map<number, ReadBlock>();

  constructor(log: ReadLog, blocksMax = BLOCKS_MAX) {
    this.log = log;
    this.blocks = new LedgerBlocks(log);
    this.blocksMax = blocksMax;
  }

  /**
   * At most `limit` changes after a cursor, of so many blocks that others have their turn soon: a page may be short, or
   * empty, before the end. Null begins with the first block. Throws HESABU_CURSOR_INVALID.
   */
  after(cursor: string | null, limit: number): ChangePage {
    const { log, blocks } = this;
    const positions = parseCursor(cursor, log.partitions);
    positions.forEach(({ height }, partition) => {
      if (BigInt(height) > log.end('ledger.v1', partition)) throw beyondLedger(partition, height);
    });
    const changes: PlacedChange[] = [];
    const readMax = blocks.read + this.blocksMax;
    let isEnd = true;
    positions.forEach((position, partition) => {
      const end = Number(log.end('ledger.v1', partition));
      while (position.height < end && changes.length < limit && blocks.read < readMax) {
        const all = this.changesOf(partition, position.height);
        for (; position.index < all.length && changes.length < limit; ) {
          const change = all[position.index]!;
          position.index++;
          changes.push({ ...change, cursor: formatCursor(positions) });
        }
        if (position.index < all.length) break;
        skipTo(position, position.height + 1);
      }
      isEnd &&= position.height >= end;
    });
    return { changes, cursor: formatCursor(positions), isEnd };
  }

  private changesOf(partition: number, height: number): readonly Change[] {
    const { log, blocks, last } = this;
    const known = last.get(partition);
    if (known?.height === height) return known.changes;
    const rulesBefore = known?.height === height - 1 ? known.rulesHash : rulesHashAt(blocks, partition, height - 1);
    const read = changesIn(log, blocks, { partition, height }, rulesBefore);
    last.set(partition, read);
    return read.changes;
  }
}

function skipTo(position: Position, height: number): void {
  position.height = height;
  position.index = 0;
}

/** The same change of one thing counts once in a block. */
export function changesIn(
  log: ReadLog,
  blocks: LedgerBlocks,
  { partition, height }: { readonly partition: number; readonly height: number },
  rulesBefore: Digest | null,
): ReadBlock {
  const block = blocks.at(partition, height);
  const entries: Entry[] = [];
  forEachEntry(block.entries, (from, to) => {
    entries.push(readEntry(new ByteReader(block.entries, from, to)));
  });
  const ended = entries.flatMap(({ supersedes }) => supersedes);
  const before = blocks.entries(partition, ended);
  const opened = entries.flatMap((entry) => changeOfEntry(entry, 'opened', entry.as_of));
  const open = opened.flatMap(({ id, what }) => (what === 'opened' ? [readCaseId(id)!] : []));
  const openIds = new Set(open.map(caseId));
  const over = entries.flatMap(({ supersedes, as_of }) =>
    supersedes.flatMap((id) => endOfEntry(before.get(id)!, open, as_of)),
  );
  const reopened = new Set(over.flatMap(({ id, what }) => (what === 'reopened' ? [id] : [])));
  const changes = [
    ...rulesOf(block, rulesBefore, entries, before, openIds),
    ...decisionsOf(log, block).flatMap(changeOfDecision),
    ...over,
    ...opened.filter(({ id, what }) => what !== 'opened' || !reopened.has(id)),
    ...[...new Set(entries.map(({ merchant }) => merchant))].map((merchant): Change => {
      const at = block.header.as_of;
      return { kind: 'statement', id: merchant, what: 'moved', case: null, merchant, by: null, at };
    }),
  ];
  const seen = new Set<string>();
  const once = changes.filter(({ kind, id, what, by }) => {
    const name = JSON.stringify([kind, id, what, by]);
    return !seen.has(name) && seen.add(name);
  });
  return { height, rulesHash: block.header.rules_hash, changes: once };
}

/** The case of an entry: a break, a notice, or what was resolved of one. Null of all others, such as a key's end. */
export function caseOfEntry({ key, finding }: Entry): FoundCase | null {
  const { stage, reason, subject, currency, observed } = finding;
  if (reason === null || REASONS[reason].severity === 'end' || finding.kind === 'closed') return null;
  // The case is that of the key at which the money is.
  if (reason === 'LINKED_IN') return null;
  const about = isResolution(reason) ? resolvedFinding(subject) : { reason, subject };
  return about === null ? null : { key, stage, currency, observed, ...about };
}

function changeOfEntry(entry: Entry, what: 'opened' | 'ended', at: number): Change[] {
  const name = caseOfEntry(entry);
  if (name === null) return [];
  const change = what === 'opened' && isResolution(entry.finding.reason!) ? 'resolved' : what;
  return [{ kind: 'case', id: caseId(name), what: change, case: null, merchant: entry.merchant, by: null, at }];
}

/** A case whose resolution holds no longer is open again, itself or as another one, or it ended. */
function endOfEntry(entry: Entry, open: readonly CaseKey[], at: number): Change[] {
  const { reason } = entry.finding;
  return changeOfEntry(entry, 'ended', at).flatMap((change): Change[] => {
    if (reason === null || !isResolution(reason)) return [change];
    const ofKey = open.filter(({ key }) => key === entry.key);
    const id = standingCaseId(readCaseId(change.id)!, ofKey);
    if (id === undefined) return [change];
    const again: Change = { ...change, id, what: 'reopened' };
    return id === change.id ? [again] : [change, again];
  });
}

/** New rules, with the open cases that they ended and no fact did. */
function rulesOf(
  { header }: Block,
  rulesBefore: Digest | null,
  entries: readonly Entry[],
  before: ReadonlyMap<string, Entry>,
  openIds: ReadonlySet<string>,
): Change[] {
  const { partition, rules_hash, as_of: at } = header;
  if (rulesBefore === null || rulesBefore === rules_hash) return [];
  const swallowed = entries.flatMap(({ cause, supersedes }) => {
    if (cause !== null) return [];
    return supersedes.map((id) => before.get(id)!).filter((entry) => isSwallowed(entry, openIds));
  });
  const effect = { partition, count: swallowed.length, value: sumsOf(swallowed) };
  const id = digestToHex(rules_hash);
  return [{ kind: 'rules', id, what: 'changed', case: null, merchant: '', by: null, at, effect }];
}

function isSwallowed(entry: Entry, openIds: ReadonlySet<string>): boolean {
  const { reason } = entry.finding;
  if (reason === null || isResolution(reason)) return false;
  return changeOfEntry(entry, 'ended', 0).some(({ id }) => !openIds.has(id));
}

function sumsOf(entries: readonly Entry[]): ChangeEffect['value'] {
  const sums = new Map<string, Decimal>();
  for (const { finding } of entries) {
    const { reason, difference, currency } = finding;
    if (reason === null || difference === null || currency === null || REASONS[reason].unit !== 'money') continue;
    const value = parseDecimal(difference.replace('-', ''));
    if (value !== undefined) sums.set(currency, addDecimal(sums.get(currency) ?? { digits: 0n, scale: 0 }, value));
  }
  return [...sums].map(([currency, sum]) => ({ currency, amount: formatDecimal(sum) }));
}

function changeOfDecision({ id, merchant, occurred_at, body }: Claim<DecisionBody>): Change[] {
  const { about, by } = body;
  const what = DECIDED[body.type] ?? 'proposed';
  const common = { what, merchant, by: by.person, at: occurred_at ?? 0 } as const;
  if (about.startsWith(PERIOD_MARK))
    return [{ kind: 'period', id: about.slice(PERIOD_MARK.length), case: null, ...common }];
  const name = caseId({ key: about, ...body.case });
  if (body.type === 'CaseAssigned' || body.type === 'NoteAdded') {
    return [{ kind: 'case', id: name, case: null, ...common }];
  }
  const proposal = 'proposal' in body ? body.proposal.id : id;
  return [{ kind: 'proposal', id: shownDecisionId(name, proposal), case: name, ...common }];
}

function decisionsOf(log: ReadLog, { header }: Block): Claim<DecisionBody>[] {
  const input = header.inputs.find(({ topic }) => topic === DECISIONS_TOPIC);
  if (input === undefined) return [];
  const decisions: Claim<DecisionBody>[] = [];
  for (const { payload } of batchesBetween(log, DECISIONS_TOPIC, header.partition, input.from, input.to)) {
    forEachFact(payload, 0, (start, end) => {
      const { transaction_reference: key, ...claim } = readFact(payload, start, end);
      // Under another key than it is about it counts for nothing.
      if (isDecisionBody(claim.body) && claim.body.about === key) decisions.push(claim as Claim<DecisionBody>);
    });
  }
  return decisions;
}

/** Null before the first block. */
function rulesHashAt(blocks: LedgerBlocks, partition: number, height: number): Digest | null {
  return height < 0 ? null : blocks.at(partition, height).header.rules_hash;
}
