// The simulation: the same files for the same seed, in the formats of `reconcile`, with every fault and its truth.

import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { BULK_KINDS } from '../../../src/domain/decision.ts';
import { minorOf, readAmount } from '../../../src/domain/money.ts';
import { isOpening, REASON_CODES, REASONS } from '../../../src/domain/reasons.ts';
import { formatInstant, parseInstant } from '../../../src/domain/time.ts';
import { writeSimulation } from '../../../src/simulation/marketplace/file-writer.ts';
import { feeOf, isPayerBorne } from '../../../src/simulation/marketplace/model/market.ts';
import { WORKED } from '../../../src/simulation/marketplace/scenarios/decisions.ts';
import { SCENARIOS, type Simulation, simulate } from '../../../src/simulation/marketplace/simulation.ts';
import { compareWithTruth } from '../../../src/simulation/truth/truth-check.ts';

type Row = Record<string, string>;
const simulation = simulate(1);

/**
 * What only shops with accounts or numbers of their own can raise, or two orders with one payment; the simulated
 * marketplace has one of each. It is not told what was paid out either.
 */
const OF_SEVERAL_SHOPS: ReadonlySet<string> = new Set(['FOREIGN_ACCOUNT', 'PAYMENT_SHARED', 'REFERENCE_SHARED']);

const textOf = (from: Simulation, day: number, name: string) =>
  from.days[day - 1]!.files.find((file) => file.name === name)?.text;

function csvRows(text: string): Row[] {
  const parsed = Papa.parse<Row>(text, { header: true, skipEmptyLines: true });
  expect(parsed.errors).toEqual([]);
  return parsed.data;
}

/** The lines of a JSONL file that can be parsed, and the number of those that cannot. */
function jsonRows(text: string): { rows: Record<string, never>[]; cut: number } {
  const lines = text.trimEnd().split('\n');
  const rows = lines.flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
  return { rows, cut: lines.length - rows.length };
}

function settlementLines(day: number): Row[] {
  const json = textOf(simulation, day, 'settlements.json');
  if (json === undefined) return csvRows(textOf(simulation, day, 'settlements.csv')!);
  const report = JSON.parse(json) as { settlement_date: string; lines: Row[] };
  return report.lines.map((line) => ({ settlement_date: report.settlement_date, ...line }));
}

const digest = (from: Simulation) => createHash('sha256').update(JSON.stringify(from)).digest('hex');

describe('a simulation', () => {
  it('is the same for the same seed and another for another', () => {
    expect(digest(simulate(1))).toBe(digest(simulation));
    expect(digest(simulate(2))).not.toBe(digest(simulation));
  });

  it('has about two thousand orders in seven currencies over five days', () => {
    const rows = [1, 2, 3, 4, 5].flatMap((day) => csvRows(textOf(simulation, day, 'orders.csv')!));
    const orders = new Set(rows.map((row) => row.transaction_reference));
    expect(orders.size).toBeGreaterThan(1_900);
    expect(orders.size).toBeLessThan(2_100);
    const currencies = new Set(rows.map((row) => row.currency).filter((code) => code !== 'KSH'));
    expect([...currencies].sort()).toEqual(['GHS', 'KES', 'NGN', 'RWF', 'TND', 'UGX', 'XOF']);
    expect(simulation.days.map((day) => formatInstant(day.as_of))).toEqual([
      '2026-06-01T16:00:00Z',
      '2026-06-02T16:00:00Z',
      '2026-06-03T16:00:00Z',
      '2026-06-04T16:00:00Z',
      '2026-06-05T16:00:00Z',
    ]);
  });

  it.each([1, 2, 77, 4_000_000_000])('has every break, every notice and every scenario with seed %i', (seed) => {
    const { truths } = simulate(seed);
    const raised = new Set(truths.flatMap((truth) => truth.reasons));
    const expected = REASON_CODES.filter((code) => {
      return isOpening(code) && REASONS[code].stage !== 'payout' && !OF_SEVERAL_SHOPS.has(code);
    });
    expect([...raised].sort()).toEqual([...expected].sort());
    expect(new Set(truths.map((truth) => truth.scenario)).size).toBe(SCENARIOS.length + WORKED.length);
    expect(new Set(truths.map((truth) => truth.standing)).size).toBe(5);
  });

  it('has people who do all that people do without money, and cases in every state that a demo can leave', () => {
    const { work } = simulation;
    const acts = new Set(work.flatMap((one) => one.acts.map(({ act }) => act)));
    expect([...acts].sort()).toEqual(['approve', 'assign', 'note', 'propose', 'reject', 'revoke', 'withdraw']);
    const kinds = work.flatMap((one) => one.acts.flatMap((act) => (act.act === 'propose' ? [act.kind] : [])));
    expect([...new Set(kinds)].sort()).toEqual([...BULK_KINDS].sort());
    const states = new Set(work.map(({ stands }) => stands ?? 'ended'));
    expect([...states].sort()).toEqual([
      ...['assigned', 'awaiting_approval', 'ended', 'new', 'reopened', 'resolved', 'stale'],
    ]);
  });

  it('has one truth for each key, and no two sales share a key', () => {
    expect(new Set(simulation.truths.map((truth) => truth.key)).size).toBe(simulation.truths.length);
  });

  it('has a standing that agrees with its reasons', () => {
    for (const truth of simulation.truths) {
      const broken = truth.reasons.some((reason) => REASONS[reason].severity === 'break');
      expect([truth.key, truth.standing === 'unmatched']).toEqual([truth.key, broken]);
    }
  });
});

describe('the files of a day', () => {
  it('have only what was known at its end', () => {
    for (const [index, day] of simulation.days.entries()) {
      const { rows } = jsonRows(textOf(simulation, index + 1, 'callbacks.jsonl')!);
      const latest = Math.max(...rows.map((row) => parseInstant(row.created_at!)!));
      expect(latest).toBeLessThan(day.as_of);
      for (const row of jsonRows(textOf(simulation, index + 1, 'polls.jsonl')!).rows) {
        expect(parseInstant(row.polled_at!)!).toBeLessThan(day.as_of);
      }
    }
  });

  it('can be parsed, except the bad rows, which are counted', () => {
    for (const [index, day] of simulation.days.entries()) {
      const orders = csvRows(textOf(simulation, index + 1, 'orders.csv')!);
      const badOrders = orders.filter((row) => {
        const amount = readAmount(row.amount!, row.currency!);
        const bad = typeof amount !== 'string' || amount.startsWith('-') || row.transaction_reference === '';
        return bad || parseInstant(row.placed_at!) === undefined;
      });
      const { cut } = jsonRows(textOf(simulation, index + 1, 'callbacks.jsonl')!);
      const taken = index === 0 || index === 2 ? [] : settlementLines(index + 1);
      const nameless = taken.filter((line) => !line.transaction_reference && !line.transaction_id);
      expect([day.name, badOrders.length + cut + nameless.length]).toEqual([day.name, day.rejected]);
    }
    expect(simulation.days.reduce((sum, day) => sum + day.rejected, 0)).toBeGreaterThan(3);
  });

  it('include one settlement report twice, on the holiday of the bank', () => {
    expect(textOf(simulation, 1, 'settlements.csv')).toBeUndefined();
    expect(textOf(simulation, 3, 'settlements.csv')).toBe(textOf(simulation, 2, 'settlements.csv'));
  });

  it('make ordinary sales agree to the minor unit', () => {
    const ordinary = new Set(simulation.truths.filter((one) => one.scenario === 'ordinary').map((one) => one.key));
    const orders = new Map(
      csvRows(textOf(simulation, 2, 'orders.csv')!).map((row) => [row.transaction_reference, row.amount]),
    );
    let checked = 0;
    for (const line of settlementLines(4)) {
      if (!ordinary.has(line.transaction_reference!) || line.type !== 'payment') continue;
      const asked = minorOf(orders.get(line.transaction_reference!)!, line.currency!);
      const fee = feeOf(asked, line.currency!);
      expect(minorOf(line.fee_deduction!, line.currency!)).toBe(fee);
      expect(minorOf(line.amount_received!, line.currency!)).toBe(isPayerBorne(line.currency!) ? asked + fee : asked);
      checked++;
    }
    expect(checked).toBeGreaterThan(200);
  });

  it('are written to disk unchanged', () => {
    const dir = mkdtempSync(join(tmpdir(), 'hesabu-demo-'));
    try {
      writeSimulation(simulation, dir);
      expect(readdirSync(dir).sort()).toEqual(['day-1', 'day-2', 'day-3', 'day-4', 'day-5', 'rules.yaml']);
      expect(readdirSync(join(dir, 'day-4')).sort()).toEqual([
        'callbacks.jsonl',
        'orders.csv',
        'polls.jsonl',
        'settlements.json',
      ]);
      expect(readFileSync(join(dir, 'day-2', 'orders.csv'), 'utf8')).toBe(textOf(simulation, 2, 'orders.csv'));
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

describe('fees', () => {
  it.each([
    [99_999n, 'KES', 1_000n],
    [100_000n, 'KES', 1_500n],
    [2_000_000n, 'KES', 20_000n],
    [10_000_000n, 'NGN', 150_500n],
    [20_000_000n, 'NGN', 215_000n],
    [10_000n, 'UGX', 500n],
    [5_025n, 'XOF', 90n],
    [20_100n, 'TND', 802n],
  ] as const)('of %i minor units of %s are %i', (gross, currency, fee) => {
    expect(feeOf(gross, currency)).toBe(fee);
  });
});

describe('comparing with the truth', () => {
  const matching = simulation.truths.map((truth) => ({ ...truth, reasons: [...truth.reasons] }));

  it('finds nothing if all agree, with or without closing reasons', () => {
    expect(compareWithTruth(simulation.truths, matching)).toEqual([]);
    const closing = matching.map((one) => (one.standing === 'closed' ? { ...one, reasons: ['ORDER_EXPIRED'] } : one));
    expect(compareWithTruth(simulation.truths, closing)).toEqual([]);
  });

  it('names a wrong standing, an extra reason, a missing key and an extra key', () => {
    const [first, second, third] = matching.filter((one) => one.scenario === 'ordinary' && one.standing === 'matched');
    const outcomes = matching
      .filter((one) => one !== first)
      .map((one) => (one === second ? { ...one, standing: 'pending' } : one))
      .map((one) =>
        one === third ? { ...one, standing: 'unmatched', reasons: ['FEE_VARIANCE', 'AMOUNT_OVER'] } : one,
      );
    const stray = { key: 'XX-1', standing: 'unmatched', reasons: ['ORDER_MISSING'] };
    expect(compareWithTruth(simulation.truths, [...outcomes, stray])).toEqual([
      `${first!.key} (ordinary): expected matched, found nothing`,
      `${second!.key} (ordinary): expected matched, found pending`,
      `${third!.key} (ordinary): expected matched, found unmatched with AMOUNT_OVER, FEE_VARIANCE`,
      'XX-1 (unknown): expected nothing, found unmatched with ORDER_MISSING',
    ]);
  });
});
