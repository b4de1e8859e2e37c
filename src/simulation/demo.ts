// `hesabu demo`: a simulated week of a marketplace, reconciled day by day by the code that reconciles real files,
// worked on by people at the service, and compared with the truth that the simulation knows.

import { join } from 'node:path';
import { type ReconcileResult, reconcile } from '../app/reconcile.ts';
import { breakValueOf } from '../domain/break-value.ts';
import type { Language } from '../domain/reason-words.ts';
import { isBreak } from '../domain/reasons.ts';
import { formatInstant } from '../domain/time.ts';
import { casePage } from '../engine/cases.ts';
import { timeOf } from '../engine/executors/executors.ts';
import { Reconciler } from '../engine/reconciler.ts';
import type { CaseState } from '../matching/case-state.ts';
import type { OpenFinding, Overview } from '../task/overview.ts';
import type { DemoPlaces } from './marketplace/demo-directory.ts';
import { writeSimulation } from './marketplace/file-writer.ts';
import { WORKED_AFTER } from './marketplace/model/week.ts';
import type { Simulation, SimulationDay } from './marketplace/simulation.ts';
import type { WorkCounts } from './people/working-day.ts';
import { compareCases } from './truth/case-check.ts';
import { compareWithTruth } from './truth/truth-check.ts';

const WORST_COUNT = 10;
/** Shares are counted in millionths. */
const PART_SCALE = 1_000_000n;

export interface DemoDay {
  readonly day: SimulationDay;
  readonly result: ReconcileResult;
  /** What people did in the morning after it; null on the days when nobody worked. */
  readonly worked: WorkCounts | null;
}

/** A break, and its value as a share of all money received in its currency: one measure for all currencies. */
export interface WorstBreak {
  readonly open: OpenFinding;
  readonly currency: string;
  readonly minor: bigint;
  readonly partsPerMillion: bigint;
}

/** Writes the shop's files and reconciles them day by day, each as `hesabu reconcile` would; people work between. */
export async function* reconcileWeek(
  simulation: Simulation,
  places: DemoPlaces,
  lang: Language,
): AsyncIterable<DemoDay> {
  writeSimulation(simulation, places.shop);
  for (const [at, day] of simulation.days.entries()) {
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
      receivedAt: day.as_of,
      data: places.ledger,
      out: join(places.reports, day.name),
      lang,
    });
    const worked = at + 1 === WORKED_AFTER ? await workedAfter(day, simulation, places, lang) : null;
    yield { day, result, worked };
  }
}

/** The service is loaded when people first need it. */
async function workedAfter(
  { as_of: from }: SimulationDay,
  { work }: Simulation,
  places: DemoPlaces,
  lang: Language,
): Promise<WorkCounts> {
  const { workCases } = await import('./people/working-day.ts');
  return workCases({ places, from, work, lang });
}

interface TruthComparison {
  /** One sentence for each payment that differs, and one for each case; none if the ledger agrees with the truth. */
  readonly payments: readonly string[];
  readonly cases: readonly string[];
  /** How many cases stand where in the ledger. */
  readonly states: ReadonlyMap<CaseState, number>;
}

const CASES_MAX = 100_000;

export async function comparedWithTruth(simulation: Simulation, ledger: string): Promise<TruthComparison> {
  const reconciler = await Reconciler.open(ledger);
  try {
    const { ask } = reconciler.executors;
    const payments = compareWithTruth(simulation.truths, await ask({ query: 'standings' }));
    const now = timeOf(await ask({ query: 'heads' }));
    const all = { filter: { status: ['all'] }, merchants: null, sort: 'reference', routing: [] } as const;
    const { rows } = await casePage(ask, reconciler.ledger.rulesInForce, { ...all, limit: CASES_MAX, now });
    const states = Map.groupBy(rows, ({ status }) => status);
    return {
      payments,
      cases: compareCases(simulation, rows),
      states: new Map([...states].map(([state, own]) => [state, own.length])),
    };
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
