// Verifies a stored partition: the chain of its blocks, their facts and rules, its signed head, and all other batches.

import { FACT_TOPICS, TASK_TOPICS } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import { type BlockHeader, decodeBlock } from '../../ledger/block-codec.ts';
import type { Checkpoint } from '../../ledger/checkpoint.ts';
import { digestToHex, sha256OfParts } from '../../ledger/digest.ts';
import { beginsEpoch, EPOCHS_TOPIC } from '../../ledger/epoch.ts';
import type { LedgerHead } from '../../ledger/head.ts';
import { rootOf } from '../../ledger/merkle.ts';
import { makeChainVerifier } from '../../ledger/verify.ts';
import type { Topic } from '../../log/event-log.ts';
import type { LogReader } from '../../log/log-reader.ts';
import { forEachValue } from '../../log/value-frames.ts';
import { semanticsFault } from '../../matching/semantics.ts';
import { batchesBetween, batchesOf } from '../../task/block-inputs.ts';
import { epochOf } from '../../task/epochs.ts';
import { type Fault, faultOf, tampered } from '../directory/verification-fault.ts';
import { TopicScan } from './topic-scan.ts';
import { countUnheard } from './unheard-decisions.ts';

/** A head that the expected key signed, and the file that says so. */
export interface SignedHead extends Checkpoint {
  readonly file: string;
}

/** What a partition is compared with. */
export interface PartitionTerms {
  /** The semantics of the stored rules, by their hash in hex. */
  readonly rules: ReadonlyMap<string, number>;
  /** The keys of services whose word on people's decisions counts. */
  readonly decisionKeys: ReadonlySet<string>;
  /** The partition must hold all of them. */
  readonly signed: readonly SignedHead[];
  /** Beside a process that writes: what it has not signed yet is left out. */
  readonly signedOnly: boolean;
}

export interface PartitionReport {
  readonly partition: number;
  /** The verified blocks; with faults, these can be fewer than the stored ones. */
  readonly blocks: number;
  readonly entries: number;
  /** Values on the fact topics, read by a block or not. */
  readonly facts: number;
  /** The last block's hash in hex; null before the first. */
  readonly head: string | null;
  readonly as_of: Instant | null;
  /** How many blocks a signature covers. */
  readonly signed_blocks: number;
  /** Blocks that were left out, because nobody has signed them yet. */
  readonly left_out: number;
  /** Decisions that no such service signed: they count for nothing. */
  readonly unheard: number;
  readonly faults: readonly Fault[];
}

/** Of every partition. */
export const VERIFIED_TOPICS: readonly Topic[] = ['ledger.v1', ...TASK_TOPICS, EPOCHS_TOPIC];

/** Calls `progress` with the number of leaves verified since the last call. */
export function verifyPartition(
  reader: LogReader,
  partition: number,
  terms: PartitionTerms,
  progress: (leaves: number) => void,
): PartitionReport {
  const faults: Fault[] = [];
  const scan = new TopicScan(reader, partition);
  const head = verifyBlocks(scan, terms, faults, progress);
  // Facts that no block has read are read for their checksums.
  for (const topic of VERIFIED_TOPICS) {
    if (topic !== 'ledger.v1') scan.finish(topic, head.positions.get(topic) ?? 0n, faults);
  }
  const { height } = head;
  const unheard = faults.length === 0 ? countUnheard(reader, partition, terms.decisionKeys) : 0;
  // A fault explains why some batches were not reached. Without one, every stored batch must have been reached.
  if (faults.length === 0) faults.push(...scan.unreached(VERIFIED_TOPICS));
  return {
    partition,
    blocks: height + 1,
    entries: head.entries,
    facts: FACT_TOPICS.reduce((sum, topic) => sum + scan.valuesOf(topic), 0),
    head: height < 0 ? null : digestToHex(head.hash),
    as_of: height < 0 ? null : head.as_of,
    signed_blocks: Math.min(signedBlocks(terms), height + 1),
    unheard,
    left_out: terms.signedOnly && faults.length === 0 ? scan.valuesOf('ledger.v1') - (height + 1) : 0,
    faults,
  };
}

function signedBlocks({ signed }: PartitionTerms): number {
  return Math.max(0, ...signed.map(({ blocks }) => blocks));
}

/** Follows the chain from its first block to the first fault: nothing can be said about the blocks behind it. */
function verifyBlocks(
  scan: TopicScan,
  terms: PartitionTerms,
  faults: Fault[],
  progress: (leaves: number) => void,
): LedgerHead {
  const { partition } = scan;
  const { rules, signed } = terms;
  const chain = makeChainVerifier(partition);
  const heightMax = terms.signedOnly ? signedBlocks(terms) - 1 : Number.POSITIVE_INFINITY;
  const lastFault = faults.length;
  try {
    for (const { payload } of scan.read('ledger.v1', partition, 0n)) {
      forEachValue(payload, 0, (start, end) => {
        if (faults.length > lastFault || chain.head.height >= heightMax) return;
        const bytes = payload.subarray(start, end);
        const { head } = chain;
        const fault = chain.next(bytes);
        if (fault !== undefined) {
          const entry = fault.index === null ? '' : `, entry ${fault.index}`;
          faults.push(tampered(`${placeOf(partition, fault.height)}${entry}`, fault.what));
          return;
        }
        const { header } = decodeBlock(bytes);
        faults.push(...headerFaults(scan, header, rules), ...rulesFaults(head, header, rules));
        faults.push(...headFaults(chain.head, signed));
        progress(header.tree_size - head.tree.size);
      });
      if (faults.length > lastFault) return chain.head;
    }
  } catch (error) {
    faults.push(faultOf(error, `ledger.v1 partition ${partition}`));
    return chain.head;
  }
  const blocks = chain.head.height + 1;
  for (const head of signed) {
    if (head.blocks <= blocks) continue;
    const found = `${blocks} blocks are stored, where ${head.file} has ${head.blocks}`;
    faults.push({ code: 'HESABU_SIGNED_NEWER', where: placeOf(partition, blocks), found });
  }
  return chain.head;
}

/** The stored facts and rules must be those that the block names. */
function headerFaults(scan: TopicScan, header: BlockHeader, rules: PartitionTerms['rules']): Fault[] {
  const { partition, height } = header;
  const faults: Fault[] = [];
  const rulesHash = digestToHex(header.rules_hash);
  if (!rules.has(rulesHash)) {
    faults.push(tampered(placeOf(partition, height), `no rules with the hash ${rulesHash} are stored in rules.v1`));
  }
  for (const { topic, from, to, sha256 } of header.inputs) {
    const where = `${placeOf(partition, height)}, ${topic} offsets ${from} to ${to}`;
    try {
      const found = sha256OfParts(payloadsOf(batchesBetween(scan, topic as Topic, partition, from, to)));
      if (found === sha256) continue;
      const hashes = `facts with the hash ${digestToHex(found)}, where the block read ${digestToHex(sha256)}`;
      faults.push(tampered(where, hashes));
    } catch (error) {
      faults.push(faultOf(error, where));
    }
  }
  return faults.length === 0 && beginsEpoch(header.inputs) ? epochFaults(scan, header) : faults;
}

/** What the rules mean only grows, and only where an epoch begins. */
function rulesFaults(before: LedgerHead, header: BlockHeader, rules: PartitionTerms['rules']): Fault[] {
  const [old, now] = [before.rules_hash, header.rules_hash].map((hash) => rules.get(digestToHex(hash)));
  if (old === undefined || now === undefined) return [];
  const what = semanticsFault(old, now, beginsEpoch(header.inputs));
  return what === undefined ? [] : [tampered(placeOf(header.partition, header.height), what)];
}

/** The record that began an epoch must name the time of its block. */
function epochFaults(scan: TopicScan, header: BlockHeader): Fault[] {
  const where = `${placeOf(header.partition, header.height)}, ${EPOCHS_TOPIC}`;
  try {
    const as_of = epochOf([...batchesOf(scan, header)])?.as_of;
    return as_of === header.as_of
      ? []
      : [tampered(where, `an epoch as of ${as_of}, the block is as of ${header.as_of}`)];
  } catch (error) {
    return [faultOf(error, where)];
  }
}

function* payloadsOf(batches: Iterable<{ readonly payload: Buffer }>): Iterable<Buffer> {
  for (const { payload } of batches) yield payload;
}

/** At the height of a signed head, the chain must have its hash, size and root. */
function headFaults(head: LedgerHead, signed: readonly SignedHead[]): Fault[] {
  const here = signed.filter(({ blocks }) => blocks === head.height + 1);
  const others = here.filter(
    ({ hash, size, root }) => hash !== head.hash || size !== head.tree.size || root !== rootOf(head.tree),
  );
  return others.map(({ file, hash, blocks }) => {
    // Of two ledgers that one key signed, both signatures together are the evidence.
    const other = signed.find((one) => one.file !== file && one.blocks >= blocks);
    const fork = other === undefined ? '' : `; keep it with ${other.file}, by the same key, as evidence of a fork`;
    const found = `not the block that ${file} names, whose hash is ${digestToHex(hash)}${fork}`;
    return { code: 'HESABU_SIGNED_DIFFERS', where: placeOf(head.partition, head.height), found };
  });
}

function placeOf(partition: number, height: number): string {
  return `partition ${partition}, block ${height}`;
}
