// Golden ledgers replay for ever: the facts of each version reproduce its blocks byte for byte, from nothing.

import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ENTRY_KINDS, REASON_CODES, REASONS, type ReasonCode } from '../../src/domain/reasons.ts';
import { decodeBlock } from '../../src/ledger/block-codec.ts';
import type { MemoryLog } from '../../src/log/memory.ts';
import { forEachValue } from '../../src/log/value-frames.ts';
import { outcomePart, outcomeRoot } from '../../src/task/outcome.ts';
import { replayPartition } from '../../src/task/replay.ts';
import { RulesLog } from '../../src/task/rules-log.ts';
import { readEntries } from '../ledger/blocks.ts';
import { GOLDEN_FORMAT, type Golden, goldenDirectory, logOf, makeGolden, parseGolden } from './golden.ts';

/** Replays every partition; throws if a byte differs. */
function replayed(log: MemoryLog) {
  const rulesLog = new RulesLog(log);
  const rules = (hash: string) => rulesLog.compiledWith(hash);
  return Array.from({ length: log.partitions }, (_, partition) => replayPartition(log, partition, rules, () => {}));
}

/** The reasons that no key of a golden ledger has: nothing in one was paid out, and nobody decided anything. */
const ABSENT: Readonly<Record<number, readonly ReasonCode[]>> = {
  1: REASON_CODES.filter((code) => REASONS[code].stage === 'payout' || REASONS[code].kind === 'decision'),
};

describe.each([1])('golden-%i', (version) => {
  const directory = goldenDirectory(version);
  let golden: Golden;

  beforeAll(() => {
    golden = parseGolden(join(directory, 'ledger.jsonl'));
  });

  it('has the first format, and has every kind of entry and every reason', () => {
    expect(golden.format).toBe('hesabu ledger 1');
    expect(GOLDEN_FORMAT).toBe(golden.format);
    const entries = golden.batches
      .filter(({ topic }) => topic === 'ledger.v1')
      .flatMap(({ payload }) => {
        const bytes = Buffer.from(payload, 'base64');
        const found: ReturnType<typeof readEntries> = [];
        forEachValue(bytes, 0, (start, end) => found.push(...readEntries(decodeBlock(bytes.subarray(start, end)))));
        return found;
      });
    expect(entries.length).toBe(golden.entries);
    const kinds = ENTRY_KINDS.filter((kind) => entries.some(({ finding }) => finding.kind === kind));
    // Decisions are made by people, and files have none.
    expect(kinds).toEqual(ENTRY_KINDS.filter((kind) => kind !== 'decision'));
    const reasons = REASON_CODES.filter((code) => entries.some(({ finding }) => finding.reason === code));
    expect(reasons).toEqual(REASON_CODES.filter((code) => !ABSENT[version]!.includes(code)));
    expect(entries.some(({ supersedes }) => supersedes.length > 0)).toBe(true);
  });

  it('replays from nothing to the same bytes and the same outcome root (F32 partly)', async () => {
    const parts = replayed(await logOf(golden));
    const sum = (name: 'blocks' | 'entries') => parts.reduce((total, part) => total + part.replayed[name], 0);
    expect([sum('blocks'), sum('entries')]).toEqual([golden.blocks, golden.entries]);
    const tables = parts.map(({ task }) => task.table);
    expect(outcomeRoot([outcomePart(tables, golden.partitions)])).toBe(golden.outcome_root);
  });

  it.each(['orders.v1', 'settlements.v1'])(
    'a changed digit in %s is found, with partition and block',
    async (topic) => {
      const at = golden.batches.findIndex((batch) => batch.topic === topic && batch.partition === 1);
      const payload = Buffer.from(golden.batches[at]!.payload, 'base64');
      // The last digit of the first amount in the batch.
      payload[payload.indexOf('.00') + 2]! ^= 1;
      const batches = golden.batches.with(at, { ...golden.batches[at]!, payload: payload.toString('base64') });
      const log = await logOf({ ...golden, batches });
      expect(() => replayed(log)).toThrow(/^HESABU_REPLAY_DIFFERS: partition 1, block \d+: /);
    },
  );

  it('its inputs, read today, have the same outcome', async () => {
    expect((await makeGolden(directory)).outcome_root).toBe(golden.outcome_root);
  });
});
