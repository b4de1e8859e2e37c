// The proof that handoffs.v1 holds what the blocks told, no more and no less. Blocks of several partitions write to one
// partition in an order that no block knows, so both sides are summed. In which order they were read, each block's
// inputs prove.

import { HesabuError } from '../domain/errors.ts';
import { HANDOFFS_TOPIC } from '../domain/handoff.ts';
import { digestToHex, sha256OfParts } from '../ledger/digest.ts';
import type { EventLog } from '../log/event-log.ts';
import { forEachFact } from '../log/value-frames.ts';
import { routed } from './handoff-routes.ts';
import type { Handoffs } from './handoff-writer.ts';

/** Values as a set in which one may stand several times: their number, and the sum of their hashes. */
export interface ValueSum {
  readonly partition: number;
  readonly count: number;
  readonly sum: bigint;
}

const SUM_BITS = 256;

/** What blocks told each partition. */
export class ToldSums {
  private readonly sums = new Map<number, ValueSum>();
  private readonly partitions: number;

  constructor(partitions: number) {
    this.partitions = partitions;
  }

  add(handoffs: Handoffs): void {
    for (const { partition, payload } of routed([handoffs], this.partitions)) {
      this.sums.set(partition, added(this.sums.get(partition) ?? nothingIn(partition), Buffer.from(payload)));
    }
  }

  get all(): ValueSum[] {
    return [...this.sums.values()];
  }
}

/** What the topic of a partition holds, also what no block has read yet. */
export function heldIn(log: Pick<EventLog, 'read'>, partition: number): ValueSum {
  let held = nothingIn(partition);
  for (const { payload } of log.read(HANDOFFS_TOPIC, partition, 0n)) held = added(held, payload);
  return held;
}

/** HESABU_REPLAY_DIFFERS, with the partition, where it holds something else than all blocks told it. */
export function handoffDifference(held: readonly ValueSum[], told: readonly ValueSum[]): HesabuError | undefined {
  for (const { partition, count, sum } of held) {
    const parts = told.filter((one) => one.partition === partition);
    const countTold = parts.reduce((total, one) => total + one.count, 0);
    const sumTold = BigInt.asUintN(
      SUM_BITS,
      parts.reduce((total, one) => total + one.sum, 0n),
    );
    if (count === countTold && sum === sumTold) continue;
    return new HesabuError('HESABU_REPLAY_DIFFERS', {
      where: `${HANDOFFS_TOPIC}, partition ${partition}`,
      expected: `the ${countTold} handoffs that the blocks of all partitions made`,
      found: count === countTold ? 'as many, with another content' : `${count}`,
    });
  }
  return undefined;
}

function nothingIn(partition: number): ValueSum {
  return { partition, count: 0, sum: 0n };
}

function added({ partition, count, sum }: ValueSum, payload: Buffer): ValueSum {
  let [number, total] = [count, sum];
  forEachFact(payload, 0, (start, end) => {
    number++;
    total += BigInt(`0x${digestToHex(sha256OfParts([payload.subarray(start, end)]))}`);
  });
  return { partition, count: number, sum: BigInt.asUintN(SUM_BITS, total) };
}
