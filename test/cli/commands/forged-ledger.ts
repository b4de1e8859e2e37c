// Takes a partition's blocks apart and builds consistent new ones, as an attacker with the code could do.

import type { Entry } from '../../../src/domain/entry.ts';
import { type Block, decodeBlock, forEachEntry } from '../../../src/ledger/block-codec.ts';
import { emptyHead, type LedgerHead } from '../../../src/ledger/head.ts';
import { forEachValue } from '../../../src/log/value-frames.ts';
import { buildBlock, headAfter, readEntries } from '../../ledger/blocks.ts';
import { forgeBatch, payloadAt } from './given-ledger.ts';

export interface StoredBlock {
  readonly block: Block;
  readonly head: LedgerHead;
  /** The position of each entry in the payload. */
  readonly entries: readonly { readonly from: number; readonly to: number }[];
}

/** The two blocks of a partition, in order, as in a batch. */
export function ledgerPayload(data: string, partition: number): Buffer {
  return Buffer.concat([0, 1].map((first) => payloadAt(data, { topic: 'ledger.v1', partition, first })));
}

export function blocksOf(payload: Buffer): StoredBlock[] {
  let head: LedgerHead | undefined;
  const blocks: StoredBlock[] = [];
  forEachValue(payload, 0, (start, end) => {
    const block = decodeBlock(payload.subarray(start, end));
    head = headAfter(head ?? emptyHead(block.header.partition), block);
    const first = block.entries.byteOffset - payload.byteOffset;
    const entries: { from: number; to: number }[] = [];
    forEachEntry(block.entries, (from, to) => entries.push({ from: first + from, to: first + to }));
    blocks.push({ block, head, entries });
  });
  return blocks;
}

/** Replaces the entries in the partition's two blocks and recomputes every hash and checksum. Returns the new head. */
export function forgeLedger(data: string, partition: number, change: (entries: Entry[]) => Entry[]): LedgerHead {
  let head = emptyHead(partition);
  for (const first of [0, 1]) {
    const place = { topic: 'ledger.v1', partition, first };
    const [stored] = blocksOfOne(payloadAt(data, place));
    const { inputs, as_of, deadlines_to, rules_hash } = stored!.header;
    const built = buildBlock(head, { inputs, as_of, deadlines_to, rules_hash }, change(readEntries(stored!)));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(built.bytes.length);
    forgeBatch(data, place, Buffer.concat([length, built.bytes]));
    head = built.head;
  }
  return head;
}

function blocksOfOne(payload: Buffer): Block[] {
  const blocks: Block[] = [];
  forEachValue(payload, 0, (start, end) => blocks.push(decodeBlock(payload.subarray(start, end))));
  return blocks;
}
