// `hesabu demo`: a simulated week of a marketplace, reconciled day by day by the code that reconciles real files, and
// compared with the truth that the simulation knows.

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ReconcileResult, reconcile } from '../app/reconcile.ts';
import { breakValueOf } from '../domain/break-value.ts';
import { HesabuError } from '../domain/errors.ts';
import type { Language } from '../domain/reason-words.ts';
import { isBreak } from '../domain/reasons.ts';
import { formatInstant } from '../domain/time.ts';
import { Reconciler } from '../engine/reconciler.ts';
import type { OpenFinding, Overview } from '../task/overview.ts';
import { writeSimulation } from './marketplace/file-writer.ts';
import type { Simulation, SimulationDay } from './marketplace/simulation.ts';
import { compareWithTruth } from './truth/truth-check.ts';

/** A file that marks a demo's directory: no other directory is ever emptied. */
const MARKER = 'made-by-hesabu-demo';
const WORST_COUNT = 10;
/** Shares are counted in millionths. */
const PART_SCALE = 1_000_000n;

export interface DemoPlaces {
  readonly shop: string;
  readonly ledger: string;
  readonly reports: string;
}

export interface DemoDay {
  readonly day: SimulationDay;
  readonly result: ReconcileResult;
}

/** A break, and its value as a share of all money received in its currency: one measure for all currencies. */
export interface WorstBreak {
  readonly open: OpenFinding;
  readonly currency: string;
  readonly minor: bigint;
  readonly partsPerMillion: bigint;
}

/** Creates an empty directory for the demo, or empties one that a demo created. Never touches other files. */
export function prepareDemo(dir: string): DemoPlaces {
  const isOurs = existsSync(join(dir, MARKER));
  if (!isOurs && existsSync(dir) && readdirSync(dir).length > 0) {
    throw new HesabuError('HESABU_USAGE', { where: dir, expected: 'an empty directory, or one that a demo created' });
  }
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, MARKER), '');
  return { shop: join(dir, 'shop'), ledger: join(dir, 'books'), reports: join(dir, 'reports') };
}

/** Writes the shop's files and reconciles them day by day, each as `hesabu reconcile` would. */
export async function* reconcileWeek(
  simulation: Simulation,
  places: DemoPlaces,
  lang: Language,
): AsyncIterable<DemoDay> {
  writeSimulation(simulation, places.shop);
  for (const day of simulation.days) {
    const paths = (source: string) =>
      day.files.filter((file) => file.source === source).map((file) => join(places.shop, day.name, file.name));
    const result = await reconcile({
      orders: paths('orders'),
      callbacks: paths('callbacks'),
      polls: paths('polls'),
      settlements: paths('settlements'),
      provider: 'mfs-africa',
      rules: join(places.shop, 'rules.yaml'),
      asOf: formatInstant(day.as_of),
      // The simulated week has days of its own, whatever the clock shows.
      future: true,
      data: places.ledger,
      out: join(places.reports, day.name),
      lang,
    });
    yield { day, result };
  }
}

/** The differences between the ledger and the truth, one sentence for each key; none if they agree. */
export async function differencesFromTruth(simulation: Simulation, ledger: string): Promise<string[]> {
  const reconciler = await Reconciler.open(ledger);
  try {
    return compareWithTruth(simulation.truths, await reconciler.executors.ask({ query: 'standings' }));
  } finally {
    await reconciler.close();
  }
}

/** Amounts of two currencies cannot be compared, so each is measured against the money received in its own. */
export function worstBreaks({ findings, all }: Overview): WorstBreak[] {
  const worst = findings.flatMap((open): WorstBreak[] => {
    if (!isBreak(open.finding.reason)) return [];
    return breakValueOf(open).map(([currency, minor]) => {
      const received = all.money.get(currency)?.received ?? 0n;
      return { open, currency, minor, partsPerMillion: received === 0n ? 0n : (minor * PART_SCALE) / received };
    });
  });
  worst.sort((left, right) => Number(right.partsPerMillion - left.partsPerMillion));
  return worst.slice(0, WORST_COUNT);
}

/** The payment to trace: the one with most findings, where a return or a duplicate counts three times. */
export function tracedKey({ findings }: Overview): string | undefined {
  const weights = new Map<string, number>();
  for (const { key, merchant, finding } of findings) {
    // Without an order a trace shows little.
    if (merchant === '') continue;
    weights.set(key, (weights.get(key) ?? 0) + (finding.kind === 'reversal' || finding.kind === 'duplicate' ? 3 : 1));
  }
  return [...weights].sort((left, right) => right[1] - left[1])[0]?.[0];
}
