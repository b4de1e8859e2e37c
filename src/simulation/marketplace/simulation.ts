// The simulation: one seed gives the files of five days of a marketplace, what people do about its breaks, and the
// truth about every key and every case. Pure.

import type { Instant } from '../../domain/time.ts';
import { Random } from '../random/prng.ts';
import { randomFor } from '../random/seeded-random.ts';
import { fileOf, type SimulationFile } from './files.ts';
import { rulesText, STORES } from './model/market.ts';
import { Sale } from './model/sale.ts';
import { chargesShop, type ExpectedResult, type Scenario } from './model/scenario.ts';
import { type Content, type Source, SourceRows } from './model/source-rows.ts';
import { DAY_COUNT, startOfDay } from './model/week.ts';
import type { WorkedCase } from './model/work.ts';
import { WORKED } from './scenarios/decisions.ts';
import { ORDERS } from './scenarios/orders.ts';
import { ORDINARY } from './scenarios/ordinary.ts';
import { PAYMENTS } from './scenarios/payments.ts';
import { RESOLUTION } from './scenarios/resolution.ts';
import { RETURNS } from './scenarios/returns.ts';
import { SETTLEMENTS } from './scenarios/settlements.ts';

export const SCENARIOS: readonly Scenario[] = [
  ...[...ORDINARY, ...ORDERS, ...PAYMENTS],
  ...[...RETURNS, ...SETTLEMENTS, ...RESOLUTION],
];
const SALE_COUNT = 2_000;
/** So often each story happens in which people decide. */
const WORKED_TIMES = 2;
const WORKED_SALES_DAY = 1;

/** The expected result of one key at the end of the week. */
export interface Truth extends Required<ExpectedResult> {
  readonly scenario: string;
}

export interface SimulationDay {
  /** `day-1` to `day-5`: also the name of the day's directory. */
  readonly name: string;
  /** The midnight as of which the day's files are reconciled. */
  readonly as_of: Instant;
  readonly files: readonly SimulationFile[];
  /** How many rows of the day's files are invalid. */
  readonly rejected: number;
}

export interface Simulation {
  readonly seed: number;
  /** The text of rules.yaml. */
  readonly rules: string;
  readonly days: readonly SimulationDay[];
  readonly truths: readonly Truth[];
  /** What people do, each case by itself. */
  readonly work: readonly WorkedCase[];
}

/** The same seed gives the same files, byte for byte. `seed` is a whole number; its lowest 32 bits count. */
export function simulate(seed: number): Simulation {
  const random = new Random(seed);
  const rows = new SourceRows();
  const truths = planSales(random).map((planned): Truth => {
    const sale = new Sale(rows, random, planned.store, planned.day);
    return { key: sale.reference, scenario: planned.scenario.name, ...planned.scenario.write(sale) };
  });
  const { truths: decided, work } = workedSales(rows, randomFor(seed, 'people'));
  return { seed, rules: rulesText(), days: daysOf(rows), truths: [...truths, ...decided], work };
}

/** The sales whose breaks people work. They come last, with their own random numbers: the others stay as they are. */
function workedSales(rows: SourceRows, random: Random) {
  const truths: Truth[] = [];
  const work: WorkedCase[] = [];
  for (const { name: scenario, at, write } of WORKED) {
    for (let time = 0; time < WORKED_TIMES; time++) {
      const sale = new Sale(rows, random, random.pick(STORES.filter(at)), WORKED_SALES_DAY);
      const { results, cases } = write(sale);
      truths.push(...results.map((result) => ({ key: sale.reference, ...result, scenario })));
      work.push(...cases.map((one) => ({ ...one, scenario })));
    }
  }
  return { truths, work };
}

interface PlannedSale {
  readonly scenario: Scenario;
  readonly day: number;
  readonly store: (typeof STORES)[number];
}

/** The scenario, day and store of every sale. Every scenario happens at least twice, whatever the seed. */
function planSales(random: Random): PlannedSale[] {
  const weights = SCENARIOS.reduce((sum, scenario) => sum + scenario.weight, 0);
  const plan = SCENARIOS.flatMap((scenario): PlannedSale[] => {
    const [first, last] = scenario.days ?? [1, DAY_COUNT];
    const stores = STORES.filter(scenario.at ?? chargesShop);
    const times = Math.max(2, Math.round((scenario.weight * SALE_COUNT) / weights));
    return Array.from({ length: times }, (_, index) => ({
      scenario,
      day: first + (index % (last - first + 1)),
      store: random.pick(stores),
    }));
  });
  return random.shuffle(plan).sort((left, right) => left.day - right.day);
}

/** On the bank's holiday there is no new report: the gateway sends Tuesday's file a second time. */
const FILE_SENT_AGAIN = { from: 2, on: 3 };
/** One report comes as JSON instead of CSV. */
const JSON_REPORT_DAY = 4;

function daysOf(rows: SourceRows): SimulationDay[] {
  const papersOf = (day: number, source: Source) =>
    rows.rows
      .filter((row) => row.source === source && row.at >= startOfDay(day) && row.at < startOfDay(day + 1))
      .sort((left, right) => left.at - right.at)
      .map((row): Content | string => row.content);
  return Array.from({ length: DAY_COUNT }, (_, index) => {
    const day = index + 1;
    const reported = day === FILE_SENT_AGAIN.on ? FILE_SENT_AGAIN.from : day;
    const files = [
      fileOf('orders', 'csv', papersOf(day, 'orders')),
      fileOf('callbacks', 'jsonl', papersOf(day, 'callbacks')),
      fileOf('polls', 'jsonl', papersOf(day, 'polls')),
      fileOf('settlements', day === JSON_REPORT_DAY ? 'json' : 'csv', papersOf(reported, 'settlements')),
    ].filter((file) => file !== undefined);
    return { name: `day-${day}`, as_of: startOfDay(day + 1), files, rejected: rows.rejected(day) };
  });
}
