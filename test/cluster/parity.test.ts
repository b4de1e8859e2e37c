// The same facts give the same outcome on Kafka as in one process, in any order and with any number of workers; and
// one process replays every block of the workers byte for byte.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type GivenFacts, givenFacts, shuffled } from './given-facts.ts';
import { GivenLedger } from './given-ledger.ts';
import { expectOnce } from './recon.ts';

/** Several share the work; one and three do in a long run. */
const WORKERS = process.env.HESABU_TEST_DISTURBANCES === undefined ? [2] : [1, 2, 3];

let given: GivenFacts;
let ledger: GivenLedger;

beforeAll(async () => {
  given = await givenFacts(1_000);
});
afterEach(() => ledger.remove());
afterAll(() => given.remove());

describe('facts in any order', () => {
  test.each(WORKERS)('with %d workers end at the outcome of one process (R18 partly)', async (count) => {
    ledger = await GivenLedger.make();
    const args = ['--rules', given.rules, '--as-of', given.asOf, '--session', '6'];
    for (let worker = 0; worker < count; worker++) ledger.worker(args);
    await ledger.produce(shuffled(given.facts, count));
    const { root, entries, blocks } = await ledger.drained();
    expect(root).toBe(given.root);
    expect(blocks).toBeGreaterThanOrEqual(ledger.partitions);
    expectOnce(await ledger.recon(), entries);
  });
});
