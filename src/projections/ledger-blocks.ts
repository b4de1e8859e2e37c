// Blocks of the ledger by their places, and entries by their ids, as read models ask for them again and again.

import { ByteReader } from '../domain/bytes.ts';
import type { Entry } from '../domain/entry.ts';
import { HesabuError } from '../domain/errors.ts';
import { type Block, decodeBlock, forEachEntry } from '../ledger/block-codec.ts';
import { readEntry } from '../ledger/entry-codec.ts';
import type { EventLog } from '../log/event-log.ts';
import { forEachValue } from '../log/value-frames.ts';

/** Decoded blocks that are kept: the entries that a block supersedes often lie in the same few. */
const KEPT_MAX = 4;

/** Blocks by their places, with those that were asked for last. */
export class LedgerBlocks {
  /** How many were read from the log. */
  read = 0;
  private readonly log: Pick<EventLog, 'read'>;
  private readonly kept = new Map<string, Block>();

  constructor(log: Pick<EventLog, 'read'>) {
    this.log = log;
  }

  /** Throws HESABU_CURSOR_INVALID where there is none. */
  at(partition: number, height: number): Block {
    const name = `${partition}.${height}`;
    const block = this.kept.get(name) ?? this.readAt(partition, height);
    this.kept.delete(name);
    this.kept.set(name, block);
    if (this.kept.size > KEPT_MAX) this.kept.delete(this.kept.keys().next().value!);
    return block;
  }

  /** Each block is read once, whatever of it is named. */
  entries(partition: number, ids: readonly string[]): ReadonlyMap<string, Entry> {
    const byHeight = new Map<number, Map<number, string>>();
    for (const id of ids) {
      const [, height, index] = id.split('-').map(Number) as [number, number, number];
      const wanted = byHeight.get(height) ?? new Map<number, string>();
      byHeight.set(height, wanted.set(index, id));
    }
    const found = new Map<string, Entry>();
    for (const [height, wanted] of byHeight) {
      const { entries } = this.at(partition, height);
      forEachEntry(entries, (from, to, index) => {
        const id = wanted.get(index);
        if (id !== undefined) found.set(id, readEntry(new ByteReader(entries, from, to)));
      });
    }
    return found;
  }

  private readAt(partition: number, height: number): Block {
    let block: Block | undefined;
    for (const { payload, from } of this.log.read('ledger.v1', partition, BigInt(height))) {
      const wanted = height - Number(from);
      forEachValue(payload, wanted, (start, end, index) => {
        if (index === wanted) block = decodeBlock(payload.subarray(start, end));
      });
      break;
    }
    if (block === undefined) throw beyondLedger(partition, height);
    this.read++;
    return block;
  }
}

export function beyondLedger(partition: number, height: number): HesabuError {
  const found = `the missing block ${height} of partition ${partition}`;
  return new HesabuError('HESABU_CURSOR_INVALID', { where: 'cursor', expected: 'a cursor from an answer', found });
}
