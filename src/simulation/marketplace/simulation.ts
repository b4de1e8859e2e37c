// The simulation: one seed gives five days of a marketplace's files and the truth about every key. Pure.

import type { Instant } from '../../domain/time.ts';
import { Random } from '../random/prng.ts';
import { fileOf, type SimulationFile } from './files.ts';
import { rulesText, STORES } from './market.ts';
import { type Content, PaperTrail, type Source } from './paper-trail.ts';
import { Sale } from './sale.ts';
import { chargesShop, type Ending, type Scenario } from './scenario.ts';
import { ORDERS } from './scenarios/orders.ts';
import { ORDINARY } from './scenarios/ordinary.ts';
import { PAYMENTS } from './scenarios/payments.ts';
import { RESOLUTION } from './scenarios/resolution.ts';
import { RETURNS } from './scenarios/returns.ts';
import { SETTLEMENTS } from './scenarios/settlements.ts';
import { DAY_COUNT, startOfDay } from './week.ts';

export const SCENARIOS: readonly Scenario[] = [
  ...[...ORDINARY, ...ORDERS, ...PAYMENTS],
  ...[...RETURNS, ...SETTLEMENTS, ...RESOLUTION],
];
const SALE_COUNT = 2_000;

/** What must be true of one key when the week is over. */
export interface Truth extends Required<Ending> {
  readonly scenario: string;
}

export interface SimulationDay {
  /** `day-1` to `day-5`: also the name of the day's directory. */
  readonly name: string;
  /** The midnight at which the day's files are reconciled. */
  readonly as_of: Instant;
  readonly files: readonly SimulationFile[];
  /** How many rows of the day's files cannot be taken. */
  readonly rejected: number;
}

export interface Simulation {
  readonly seed: number;
  /** The text of rules.yaml. */
  readonly rules: string;
  readonly days: readonly SimulationDay[];
  readonly truths: readonly Truth[];
}

/** The same seed gives the same files, byte for byte. `seed` is a whole number; its lowest 32 bits count. */
export function simulate(seed: number): Simulation {
  const random = new Random(seed);
  const papers = new PaperTrail();
  const truths = castings(random).map((casting): Truth => {
    const sale = new Sale(papers, random, casting.store, casting.day);
    return { key: sale.reference, scenario: casting.scenario.name, ...casting.scenario.play(sale) };
  });
  return { seed, rules: rulesText(), days: daysOf(papers), truths };
}

interface Casting {
  readonly scenario: Scenario;
  readonly day: number;
  readonly store: (typeof STORES)[number];
}

/** Which sale plays which scenario, where and when. Every scenario is played at least twice, whatever the seed. */
function castings(random: Random): Casting[] {
  const weights = SCENARIOS.reduce((sum, scenario) => sum + scenario.weight, 0);
  const cast = SCENARIOS.flatMap((scenario): Casting[] => {
    const [first, last] = scenario.days ?? [1, DAY_COUNT];
    const stores = STORES.filter(scenario.at ?? chargesShop);
    const times = Math.max(2, Math.round((scenario.weight * SALE_COUNT) / weights));
    return Array.from({ length: times }, (_, index) => ({
      scenario,
      day: first + (index % (last - first + 1)),
      store: random.pick(stores),
    }));
  });
  return random.shuffle(cast).sort((left, right) => left.day - right.day);
}

/** The bank's holiday has no report of its own: on that day the gateway sends Tuesday's file a second time. */
const FILE_SENT_AGAIN = { from: 2, on: 3 };
/** One report comes as JSON instead of CSV. */
const JSON_REPORT_DAY = 4;

function daysOf(papers: PaperTrail): SimulationDay[] {
  const papersOf = (day: number, source: Source) =>
    papers.papers
      .filter((paper) => paper.source === source && paper.at >= startOfDay(day) && paper.at < startOfDay(day + 1))
      .sort((left, right) => left.at - right.at)
      .map((paper): Content | string => paper.content);
  return Array.from({ length: DAY_COUNT }, (_, index) => {
    const day = index + 1;
    const reported = day === FILE_SENT_AGAIN.on ? FILE_SENT_AGAIN.from : day;
    const files = [
      fileOf('orders', 'csv', papersOf(day, 'orders')),
      fileOf('callbacks', 'jsonl', papersOf(day, 'callbacks')),
      fileOf('polls', 'jsonl', papersOf(day, 'polls')),
      fileOf('settlements', day === JSON_REPORT_DAY ? 'json' : 'csv', papersOf(reported, 'settlements')),
    ].filter((file) => file !== undefined);
    return { name: `day-${day}`, as_of: startOfDay(day + 1), files, rejected: papers.rejected(day) };
  });
}
