// The simulated week with the people who work in it: the ledger stands as the simulation knows, what people decided is
// signed and in the log, and all of it in another order and twice gives the same outcome.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FACT_TOPICS, type Fact, isDecision } from '../../src/domain/fact.ts';
import type { Instant } from '../../src/domain/time.ts';
import { Reconciler } from '../../src/engine/reconciler.ts';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import { readFact } from '../../src/log/fact-codec.ts';
import { forEachFact } from '../../src/log/value-frames.ts';
import { isSigned } from '../../src/matching/decision-rights.ts';
import type { Rules } from '../../src/matching/rules.ts';
import { FactWriter } from '../../src/service/ledger/fact-writer.ts';
import { comparedWithTruth, worstBreaks } from '../../src/simulation/demo.ts';
import { simulate } from '../../src/simulation/marketplace/simulation.ts';
import { Random } from '../../src/simulation/random/prng.ts';
import { MAIN } from '../program.ts';

const dir = mkdtempSync(join(tmpdir(), 'hesabu-worked-week-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const SEED = 4;
const simulation = simulate(SEED);
const PARTITIONS = 3;
const PIECE = 1_000;
const place = (name: string) => join(dir, 'week', name);
let ledger: { shown: Record<string, unknown>; asOf: Instant; rules: Rules; facts: readonly Fact[]; worst: number };

beforeAll(async () => {
  const args = ['demo', '--dir', join(dir, 'week'), '--seed', String(SEED), '--format', 'json'];
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...args]);
  const reconciler = await Reconciler.open(place('books'));
  const { asOf, rulesInForce: rules } = reconciler.ledger;
  const worst = worstBreaks(await reconciler.executors.ask({ query: 'overview' })).length;
  ledger = { shown: JSON.parse(stdout), asOf, rules, facts: factsOf(reconciler), worst };
  await reconciler.close();
});

function factsOf({ log }: Reconciler): Fact[] {
  const facts: Fact[] = [];
  for (const topic of FACT_TOPICS) {
    for (let partition = 0; partition < log.partitions; partition++) {
      for (const { payload } of log.read(topic, partition, 0n)) {
        forEachFact(payload, 0, (start, end) => void facts.push(readFact(payload, start, end)));
      }
    }
  }
  return facts;
}

describe('a week in which people work', () => {
  test('is given as data, under its public names', async () => {
    const { places, ...rest } = ledger.shown;
    expect(Object.keys(rest)).toEqual(['seed', 'summary', 'cases', 'differences']);
    expect(places).toEqual(Object.fromEntries(['shop', 'books', 'reports'].map((name) => [name, place(name)])));
    expect([rest.differences, ledger.worst]).toEqual([[], 10]);
  });

  test('stands as the simulation knows, and tells each payment and each case that does not', async () => {
    const { payments, cases, states } = await comparedWithTruth(simulation, place('books'));
    expect([payments, cases]).toEqual([[], []]);
    expect([...states.keys()].sort()).toEqual([
      ...['assigned', 'awaiting_approval', 'new', 'reopened', 'resolved', 'stale'],
    ]);
    const at = simulation.truths.findIndex(({ standing }) => standing === 'matched');
    const truths = simulation.truths.with(at, { ...simulation.truths[at]!, standing: 'pending' });
    const worked = simulation.work.findIndex(({ stands }) => stands === 'resolved');
    const work = simulation.work.with(worked, { ...simulation.work[worked]!, stands: 'awaiting_approval' });
    const other = await comparedWithTruth({ ...simulation, truths, work }, place('books'));
    expect([other.payments.length, other.cases.length]).toEqual([1, 1]);
    expect(other.payments[0]).toContain(`${truths[at]!.key} (${truths[at]!.scenario}): expected pending`);
    expect(other.cases[0]).toContain(work[worked]!.key);
  });

  test('has what people decided as facts that the service signed, by several people', () => {
    const decisions = ledger.facts.filter((fact) => isDecision(fact));
    const acts = simulation.work.reduce((sum, { acts: own }) => sum + own.length, 0);
    expect(decisions.length).toBe(acts);
    expect(decisions.every((fact) => isSigned(fact) && ledger.rules.decision_keys!.includes(fact.body.signer))).toBe(
      true,
    );
    expect(new Set(decisions.map(({ body }) => body.by.person)).size).toBe(4);
  });

  test('has the same outcome of all facts and decisions shuffled, doubled and read anew (4.8)', async () => {
    const data = join(dir, 'shuffled');
    await new EmbeddedLog(data, { partitions: PARTITIONS }).close();
    const reconciler = await Reconciler.open(data);
    try {
      const facts = new Random(7).shuffle([...ledger.facts, ...ledger.facts]);
      const writer = new FactWriter(reconciler.log, () => {});
      for (let from = 0; from < facts.length; from += PIECE) await writer.append(facts.slice(from, from + PIECE));
      await reconciler.ledger.advance(ledger.asOf, ledger.rules);
      expect(await reconciler.finish()).toBe((ledger.shown.summary as { outcome_root: string }).outcome_root);
    } finally {
      await reconciler.close();
    }
  });
});
