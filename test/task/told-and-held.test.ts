// A replay proves what keys told each other, also what no block has read yet.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { reconcile } from '../../src/app/reconcile.ts';
import { replayLedger } from '../../src/app/replay.ts';
import { HANDOFFS_TOPIC } from '../../src/domain/handoff.ts';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import type { Batch } from '../../src/log/event-log.ts';
import { BatchBuilder } from '../../src/log/value-frames.ts';
import { handoffDifference, heldIn } from '../../src/task/told-and-held.ts';
import { copyOf, freshDirectory } from '../cli/commands/given-ledger.ts';
import { callback } from '../cli/commands/given-payments.ts';

let data: string;

beforeAll(async () => {
  const dir = freshDirectory();
  data = join(dir, 'data');
  const hooks = join(dir, 'hooks.jsonl');
  const ids = { operator_transaction_id: 'QK4' };
  const paid = [4, 5, 6].map((number) => callback({ number, amount: '5000', currency: 'UGX', ids }));
  writeFileSync(hooks, `${paid.join('\n')}\n`);
  await reconcile({ data, provider: 'mfs-africa', lang: 'en', callbacks: [hooks], asOf: '2026-06-01T20:00:00Z' });
});

/** A copy of the ledger with one more value after all that blocks have read. */
async function planted(partition: number): Promise<string> {
  const copy = copyOf(data);
  const log = new EmbeddedLog(copy);
  const [batch] = [...log.read(HANDOFFS_TOPIC, firstTold(log), 0n)];
  const end = 4 + batch!.payload.readUInt32BE(0);
  const payload = Buffer.from(batch!.payload.subarray(0, end));
  await log.append([{ topic: HANDOFFS_TOPIC, partition, source: 0, count: 1, payload }]);
  await log.close();
  return copy;
}

function firstTold(log: Pick<EmbeddedLog, 'end' | 'partitions'>): number {
  const partitions = Array.from({ length: log.partitions }, (_, partition) => partition);
  return partitions.find((partition) => log.end(HANDOFFS_TOPIC, partition) > 0n)!;
}

describe('a replay', () => {
  it.each([0, 2])('finds what blocks told in the log, on %i threads', async (threads) => {
    expect((await replayLedger({ data, threads })).blocks).toBeGreaterThan(0);
  });

  it.each([0, 2])('names the partition with a handoff that no block made, on %i threads', async (threads) => {
    const told = new RegExp(
      `^HESABU_REPLAY_DIFFERS: ${HANDOFFS_TOPIC}, partition 3: .*that the blocks of all partition`,
    );
    await expect(replayLedger({ data: await planted(3), threads })).rejects.toThrow(told);
  });
});

describe('a replay of a copy', () => {
  const mark = (dir: string) => writeFileSync(join(dir, 'copy-of.json'), '{"cluster":"c","prefix":""}');

  it('says whether it proves handoffs: topics come apart, so that some may stand without their block', async () => {
    const [whole, ahead] = [copyOf(data), await planted(3)];
    for (const dir of [whole, ahead]) mark(dir);
    expect(await replayLedger({ data: whole })).toMatchObject({ handoffs_proved: true });
    expect(await replayLedger({ data: ahead })).toMatchObject({ handoffs_proved: false });
  });
});

describe('what is held', () => {
  const payload = (...texts: readonly string[]) => {
    const builder = new BatchBuilder();
    for (const text of texts) {
      builder.add(Buffer.from(text));
    }
    return builder.take().payload;
  };
  const held = (...texts: readonly string[]) => {
    const batch = { payload: payload(...texts) } as Batch;
    return heldIn({ read: () => [batch] }, 0);
  };

  it('is what several partitions told, in whichever order it came', () => {
    expect(handoffDifference([held('a', 'b', 'b')], [held('b'), held('b', 'a')])).toBeUndefined();
    expect(handoffDifference([held()], [])).toBeUndefined();
  });

  it.each([
    ['one is not there', held('a', 'b'), 'found 2'],
    ['one came twice', held('a', 'b', 'b', 'b'), 'found 4'],
    ['another one came instead', held('a', 'b', 'c'), 'found as many, with another content'],
    ['one is there for another', held('a', 'a', 'b'), 'found as many, with another content'],
  ])('is told where %s', (_, found, text) => {
    expect(handoffDifference([found], [held('b'), held('b', 'a')])?.message).toContain(
      `HESABU_REPLAY_DIFFERS: ${HANDOFFS_TOPIC}, partition 0: the replay does not give what the ledger holds; ` +
        `expected the 3 handoffs that the blocks of all partitions made, ${text}`,
    );
  });
});
