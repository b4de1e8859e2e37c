// People's decisions in topics: in any order, and with several workers, they stand as in one process; what a stranger
// signed is no decision there either.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { ByteWriter } from '../../src/domain/bytes.ts';
import { topicOf } from '../../src/domain/fact.ts';
import { formatInstant } from '../../src/domain/time.ts';
import { checkedFact } from '../../src/kafka/records/fact-check.ts';
import { writeFact } from '../../src/log/fact-codec.ts';
import { endOf, factsIn, goldenDirectory, parseGolden } from '../golden/golden.ts';
import { DECIDED_INPUT, DECIDED_RULES, someDecided } from '../task/decided-world.ts';
import { END, factOf, type Keyed, type Running, run } from '../task/world.ts';
import { type GivenFact, shuffled } from './given-facts.ts';
import { GivenLedger } from './given-ledger.ts';
import { expectOnce } from './recon.ts';

let ledger: GivenLedger;
let dir = '';

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hesabu-decided-'));
  ledger = await GivenLedger.make();
});
afterEach(async () => {
  await ledger.remove();
  rmSync(dir, { recursive: true });
});

function given({ key, claim }: Keyed): GivenFact {
  const writer = new ByteWriter();
  writeFact(writer, factOf(key, claim));
  return { topic: topicOf(claim.body) as GivenFact['topic'], key, value: Buffer.from(writer.take()) };
}

const isTaken = ({ topic, value }: GivenFact) => typeof checkedFact(topic, value, 0, value.length) !== 'string';

/** The first of some worlds in which a decision holds, and how it stands in one process. */
async function worldWithResolutions(partitions: number): Promise<{ readonly all: Keyed[]; readonly alone: Running }> {
  for (const all of await someDecided(30)) {
    // What no topic takes, forged decisions among it, is a dead letter there.
    const kept = all.filter((one) => isTaken(given(one)));
    const alone = await run(kept, { partitions, pieces: 1, batch: 100 }, DECIDED_RULES);
    if (alone.overview.all.standing.resolved > 0) return { all, alone };
  }
  throw new Error('no decision holds in any of the worlds');
}

test('evidence and decisions in any order end with two workers as in one process', async () => {
  const { all, alone } = await worldWithResolutions(ledger.partitions);
  const rules = join(dir, 'rules.yaml');
  writeFileSync(rules, stringify(DECIDED_INPUT));
  const args = ['--rules', rules, '--as-of', formatInstant(END), '--session', '6'];
  for (let worker = 0; worker < 2; worker++) ledger.worker(args);
  await ledger.produce(shuffled(all, 7).map(given));
  const { root, entries } = await ledger.drained();
  expect(root).toBe(alone.root);
  expectOnce(await ledger.recon(), entries);
});

test('every kind of decision, shuffled and doubled, ends with two workers as in the golden ledger', async () => {
  const golden = parseGolden(join(goldenDirectory(2), 'ledger.jsonl'));
  const { rules, asOf } = endOf(2);
  const args = ['--rules', rules, '--as-of', formatInstant(asOf), '--session', '6'];
  for (let worker = 0; worker < 2; worker++) ledger.worker(args);
  const facts = factsIn(golden).map((claim) => given({ key: claim.transaction_reference, claim }));
  await ledger.produce(shuffled([...facts, ...facts], 3));
  const { root, entries } = await ledger.drained();
  expect(root).toBe(golden.outcome_root);
  expectOnce(await ledger.recon(), entries);
});
