// Where the ledger of a directory ends, and whether another one went on from there.

import { FACT_TOPICS } from '../../domain/fact.ts';
import { type Block, decodeBlock } from '../../ledger/block-codec.ts';
import { digestToHex, ZERO_DIGEST } from '../../ledger/digest.ts';
import { EMPTY_TREE, rootOf } from '../../ledger/merkle.ts';
import type { LogReader } from '../../log/log-reader.ts';
import { forEachValue } from '../../log/value-frames.ts';
import type { BackupLedger } from './manifest.ts';

/** The last block of each partition. */
export function ledgerEnds(reader: LogReader): BackupLedger {
  return Array.from({ length: reader.partitions }, (_, partition) => {
    const blocks = Number(reader.end('ledger.v1', partition));
    const last = blocks === 0 ? undefined : blockAt(reader, partition, blocks - 1);
    const hash = last?.hash ?? ZERO_DIGEST;
    const { tree_size = 0, tree_root = rootOf(EMPTY_TREE) } = last?.header ?? {};
    return { partition, blocks, hash: digestToHex(hash), tree_size, tree_root: digestToHex(tree_root) };
  });
}

/** Undefined if the partition has no such block. */
export function blockAt(reader: LogReader, partition: number, height: number): Block | undefined {
  for (const { payload, from } of reader.read('ledger.v1', partition, BigInt(height))) {
    let found: Block | undefined;
    forEachValue(payload, height - Number(from), (start, end, index) => {
      if (index === height - Number(from)) found = decodeBlock(payload.subarray(start, end));
    });
    return found;
  }
  return undefined;
}

/** Facts of all topics and partitions, repeats included. */
export function countFacts(reader: LogReader): number {
  let count = 0n;
  for (const topic of FACT_TOPICS) {
    for (let partition = 0; partition < reader.partitions; partition++) count += reader.end(topic, partition);
  }
  return Number(count);
}
