// Builds the next block of a partition's ledger from drafts: canonical bytes and the new head.

import { writePart } from '../domain/byte-texts.ts';
import { ByteWriter } from '../domain/bytes.ts';
import type { EntryDraft } from '../domain/entry.ts';
import type { Instant } from '../domain/time.ts';
import { type BlockHeader, type BlockInput, blockHash, encodeBlock, encodeHeader, framedBlock } from './block-codec.ts';
import type { Digest } from './digest.ts';
import { writePlacedEntry } from './entry-codec.ts';
import { beginsEpoch, EPOCHS_TOPIC } from './epoch.ts';
import { headWith, type LedgerHead, treeWith } from './head.ts';
import { rootOf } from './merkle.ts';

/** The conditions that a block is made under: its inputs, its time and its rules. */
export interface BlockTerms {
  readonly inputs: readonly BlockInput[];
  readonly as_of: Instant;
  readonly deadlines_to: Instant;
  readonly rules_hash: Digest;
}

export interface BuiltBlock {
  /** The record for the ledger's topic. */
  readonly bytes: Buffer;
  /** The same after its length in four bytes, as the only one of a batch. */
  readonly framed: Buffer;
  readonly header: BlockHeader;
  readonly head: LedgerHead;
}

// One buffer for all blocks, so that a large block does not grow a new buffer each time.
const scratch = new ByteWriter(65_536);

/** Takes the drafts of one block in order, and then closes the block. Only one block is built at a time. */
export class BlockBuilder {
  readonly partition: number;
  readonly height: number;
  private readonly head: LedgerHead;
  private entryFrom = 0;
  /** The bytes of the block's time, with which each entry ends. */
  private readonly time: Buffer;
  private readonly place: { partition: number; height: number; index: number; as_of: Instant };

  constructor(head: LedgerHead, asOf: Instant) {
    this.head = head;
    this.partition = head.partition;
    this.height = head.height + 1;
    this.place = { partition: head.partition, height: this.height, index: 0, as_of: asOf };
    scratch.length = 0;
    scratch.long(asOf);
    this.time = scratch.take();
  }

  /** Writes a draft as the next entry of the block and returns its index, from 0. */
  push(draft: EntryDraft): number {
    const from = scratch.length + 4;
    scratch.uint32(0);
    writePlacedEntry(scratch, draft, this.place);
    scratch.buffer.writeUInt32BE(scratch.length - from, from - 4);
    return this.place.index++;
  }

  /**
   * Begins the next entry with its place: everything written to the result until `end` is its bytes up to its time. For
   * an entry whose bytes are known without a draft.
   */
  begin(): ByteWriter {
    const { partition, height, index } = this.place;
    this.entryFrom = scratch.length + 4;
    scratch.uint32(0);
    scratch.long(partition);
    scratch.long(height);
    scratch.long(index);
    return scratch;
  }

  /** Ends the entry that was begun, and returns its index. */
  end(): number {
    writePart(scratch, this.time, 0, this.time.length);
    scratch.buffer.writeUInt32BE(scratch.length - this.entryFrom, this.entryFrom - 4);
    return this.place.index++;
  }

  /**
   * The finished block. Throws a RangeError (a bug of the caller) if the terms differ from those that the builder
   * started with, if a time is before the head's in a block that begins no epoch, or if an input does not begin at
   * the head's position.
   */
  close(terms: BlockTerms): BuiltBlock {
    const { head, place } = this;
    const fault = termsFault(head, terms);
    if (fault !== undefined) throw new RangeError(fault);
    if (terms.as_of !== place.as_of) throw new RangeError(`the block was started as of ${place.as_of}`);
    // The leaves are hashed in a second pass: alternating writing and hashing was measured a quarter slower.
    const entries = scratch.view();
    const tree = treeWith(head.tree, entries);
    const header: BlockHeader = {
      partition: place.partition,
      height: place.height,
      previous: head.hash,
      inputs: terms.inputs,
      as_of: terms.as_of,
      deadlines_to: terms.deadlines_to,
      rules_hash: terms.rules_hash,
      entry_count: place.index,
      tree_size: tree.size,
      tree_root: rootOf(tree),
    };
    const headerBytes = encodeHeader(header);
    const hash = blockHash(headerBytes);
    const bytes = encodeBlock(headerBytes, entries);
    return {
      bytes,
      framed: framedBlock(bytes),
      header,
      head: headWith(head, { header, hash }, tree),
    };
  }
}

/** Why a block under these terms cannot follow `head`, in words; undefined if it can. */
export function termsFault(head: LedgerHead, terms: Omit<BlockTerms, 'rules_hash'>): string | undefined {
  if (beginsEpoch(terms.inputs)) {
    const fault = epochFault(head, terms.inputs);
    if (fault !== undefined) return fault;
  } else if (head.height >= 0 && terms.as_of < head.as_of) {
    return `as_of ${terms.as_of} is before ${head.as_of}, the time of the previous block`;
  } else if (head.height >= 0 && terms.deadlines_to < head.deadlines_to) {
    return `deadlines_to ${terms.deadlines_to} is before ${head.deadlines_to}, that of the previous block`;
  }
  if (terms.deadlines_to > terms.as_of) return `deadlines_to ${terms.deadlines_to} is after as_of ${terms.as_of}`;
  const seen = new Set<string>();
  for (const { topic, from, to } of terms.inputs) {
    const next = head.positions.get(topic) ?? 0n;
    if (from !== next) return `the input ${topic} begins at ${from}, expected ${next}`;
    if (to < from) return `the input ${topic} ends at ${to}, before its start at ${from}`;
    if (seen.has(topic)) return `the input ${topic} occurs twice`;
    seen.add(topic);
  }
  return undefined;
}

/** An epoch goes on from a block, and its first block reads nothing but the record that says why. */
function epochFault(head: LedgerHead, inputs: readonly BlockInput[]): string | undefined {
  if (head.height < 0) return 'an epoch begins after a block';
  const [{ from, to }, ...others] = inputs as [BlockInput, ...BlockInput[]];
  if (others.length === 0 && to === from + 1n) return undefined;
  return `the block that begins an epoch reads one record of ${EPOCHS_TOPIC}, and nothing else`;
}
