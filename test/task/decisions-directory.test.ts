// Evidence and decisions on the log of a directory: what people decided stands there as in memory, in pieces and after
// a restart, and a replay of the directory gives the same bytes.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replayLedger } from '../../src/app/replay.ts';
import { topicOf } from '../../src/domain/fact.ts';
import { partitionOf } from '../../src/domain/partition.ts';
import { Reconciler } from '../../src/engine/reconciler.ts';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import { BatchBuilder } from '../../src/log/value-frames.ts';
import { parseRules } from '../../src/matching/rules.ts';
import { DECIDED_INPUT, DECIDED_RULES, someDecided } from './decided-world.ts';
import { END, factOf, type Keyed, run } from './world.ts';

const PARTITIONS = 3;
const WHOLE = { partitions: PARTITIONS, pieces: 1, batch: 100 };
/** Worlds, each in two pieces with a restart between. */
const WORLDS = Math.ceil(Number(process.env.HESABU_TEST_WORLDS ?? 8) / 2);

async function append({ log }: Reconciler, facts: readonly Keyed[]): Promise<void> {
  for (const { key, claim } of facts) {
    const builder = new BatchBuilder();
    builder.addFact(factOf(key, claim));
    await log.append([
      { topic: topicOf(claim.body), partition: partitionOf(key, PARTITIONS), source: 1, ...builder.take() },
    ]);
  }
}

test('decisions in a directory end as in memory, over a restart between', {
  timeout: 60_000 + WORLDS * 10_000,
}, async () => {
  const rules = parseRules(DECIDED_INPUT);
  for (const all of await someDecided(WORLDS)) {
    const dir = mkdtempSync(join(tmpdir(), 'hesabu-decided-'));
    try {
      await new EmbeddedLog(dir, { partitions: PARTITIONS }).close();
      // Decisions first, and then what they are about.
      const odd = all.toReversed();
      let root = '';
      for (const piece of [odd.slice(0, odd.length >> 1), odd.slice(odd.length >> 1)]) {
        const reconciler = await Reconciler.open(dir);
        await append(reconciler, piece);
        await reconciler.ledger.advance(END, rules);
        root = await reconciler.finish();
        await reconciler.close();
      }
      expect(root).toBe((await run(all, WHOLE, DECIDED_RULES)).root);
      const replayed = await replayLedger({ data: dir });
      expect(replayed.outcome_root).toBe(root);
    } finally {
      rmSync(dir, { recursive: true });
    }
  }
});
