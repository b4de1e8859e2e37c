// Several networks at once, each with every fault of its own: the ledger ends with the truth of every order. Only the
// soak plays it: the run of all tests has one network at a time.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { expect, test } from 'vitest';
import { parseFaults } from '../../../src/simulation/gateway/faults.ts';
import { runSimulation } from '../../../src/simulation/live-demo/live-demo.ts';
import { LIVE_NETWORKS } from '../../../src/simulation/live-demo/networks.ts';

const SEEDS = Array.from({ length: Number(process.env.HESABU_TEST_NETWORKS ?? 1) }, (_, nth) => 21 + nth);
const MILLIS_MAX = 400_000;

test.runIf(process.env.HESABU_TEST_NETWORKS !== undefined).each(SEEDS)(
  'a shop that sells over several networks with every fault, seed %i, ends with the truth of every order',
  async (seed) => {
    const dir = mkdtempSync(join(tmpdir(), 'hesabu-networks-'));
    try {
      const result = await runSimulation({
        ...{ seed, dir, faults: parseFaults('all'), orders: 160, speed: 7_200, networks: LIVE_NETWORKS },
        ...{ logger: pino({ level: 'silent' }), onProgress: () => {} },
      });
      expect(result.differences).toEqual([]);
      expect(result.outcomes.map(({ count, agreeing }) => count - agreeing)).toEqual(result.outcomes.map(() => 0));
      for (const { name, differences, beyondLimit } of result.networks) {
        expect([name, differences, beyondLimit]).toEqual([name, 0, 0]);
      }
      const wholes = result.networks.filter(({ parts }) => parts > 0);
      expect(wholes.length).toBeGreaterThan(0);
      for (const { name, matched, deliveries, calls } of result.networks) {
        const seen = [matched, deliveries.forged, calls.fine, calls.limited, calls.errors + calls.slow + calls.cut];
        expect([name, seen.map((count) => count > 0)]).toEqual([name, seen.map(() => true)]);
      }
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
  MILLIS_MAX,
);
