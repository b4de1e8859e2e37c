// Whatever was imported, replaced, issued again and withdrawn: the ledger stands where it would with what still counts.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parseInstant } from '../../src/domain/time.ts';
import { Reconciler } from '../../src/engine/reconciler.ts';
import type { FileKind } from '../../src/producers/formats/format.ts';

const RUNS = Number(process.env.HESABU_TEST_IMPORTS ?? 8);
const AS_OF = parseInstant('2026-06-09T00:00:00Z')!;
const root = mkdtempSync(join(tmpdir(), 'hesabu-imports-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let made = 0;
function written(text: string): string {
  const path = join(root, `file-${made++}`);
  writeFileSync(path, text);
  return path;
}

const NAMES = ['A', 'B', 'C', 'D'];
/** Which rows a file has, each with one of two amounts; `report` is the version of the report, 0 for none. */
interface Given {
  readonly kind: FileKind;
  readonly rows: readonly (readonly [name: number, amount: number])[];
  readonly report: number;
}

type Step =
  | { readonly step: 'import'; readonly file: Given; readonly replaces: number | null }
  | { readonly step: 'withdraw'; readonly which: number };

const rows = fc.uniqueArray(fc.tuple(fc.nat(3), fc.nat(1)), { selector: ([name]) => name, minLength: 1 });
const file = fc.record({
  kind: fc.constantFrom('orders', 'callbacks', 'settlements', 'settlements'),
  rows,
  report: fc.nat(3),
});
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ step: fc.constant('import' as const), file, replaces: fc.constant(null) }) },
    { weight: 2, arbitrary: fc.record({ step: fc.constant('import' as const), file, replaces: fc.nat(9) }) },
    { weight: 2, arbitrary: fc.record({ step: fc.constant('withdraw' as const), which: fc.nat(9) }) },
  ),
  { minLength: 3, maxLength: 9 },
) as fc.Arbitrary<Step[]>;

const AMOUNTS = ['1000.00', '900.00'];
const LINES =
  'line_id,transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date';

/** Blank lines make no two files the same, so that none is refused. */
function textOf({ kind, rows, report }: Given): string {
  const blank = '\n'.repeat(made + 1);
  const named = rows.map(([name, amount]) => [NAMES[name]!, AMOUNTS[amount]!] as const);
  if (kind === 'orders') {
    const orders = named.map(([name, amount]) => `duka,${name},${amount},KES,2026-06-01T08:00:00Z,paid`);
    return ['merchant,transaction_reference,amount,currency,placed_at,status', ...orders, blank].join('\n');
  }
  if (kind === 'callbacks') {
    const bodies = named.map(([name, amount]) => ({
      ...{ id: `e-${name}`, event: 'payment.success', created_at: '2026-06-01T08:05:00Z' },
      data: { transaction_reference: name, transaction_id: `T-${name}`, amount, currency: 'KES' },
    }));
    return bodies.map((body) => `${JSON.stringify(body)}\n`).join('') + blank;
  }
  const lines = named.map(([name, amount]) => `L-${name},${name},T-${name},payment,${amount},KES,0,2026-06-02`);
  if (report === 0) return [LINES, ...lines, blank].join('\n');
  const fields = LINES.split(',');
  const objects = lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [fields[at]!, cell])));
  return `{"report_id":"R","issued_at":"2026-06-0${report}T10:00:00Z","lines":${JSON.stringify(objects)}}${blank}`;
}

interface Imported extends Given {
  readonly path: string;
  readonly at: number;
  readonly replaces: number | null;
  isWithdrawn: boolean;
}

async function take(reconciler: Reconciler, one: Imported, replaces: number | null): Promise<void> {
  const { importer, ledger } = reconciler;
  const [done] = await importer.importFiles([{ path: one.path, kind: one.kind }], {
    ...{ provider: 'mfs-africa', mappings: {}, receivedAt: one.at, reject: () => {} },
    ...(replaces === null ? {} : { replaces: [importer.imports.get(replaces)!] }),
  });
  expect(done!.record.status).toBe('done');
  await ledger.advance(AS_OF, ledger.rulesInForce);
}

/** The rows that count, as files in the order of their imports: what a new directory gets. */
function counting(all: readonly Imported[]): Imported[] {
  const keptBy = (one: Imported, of: number): Given['rows'] => {
    if (one.isWithdrawn) return [];
    const live = all.filter(({ isWithdrawn }) => !isWithdrawn);
    const newest = Math.max(...live.map(({ report, kind }) => (kind === 'settlements' ? report : 0)));
    const isOld = one.kind === 'settlements' && one.report > 0 && one.report < newest;
    const versions = isOld ? live.filter(({ kind, report }) => kind === 'settlements' && report === newest) : [];
    const has = (others: readonly Given['rows'][]) => (row: readonly [number, number]) =>
      others.some((rows) => rows.some(([name, amount]) => name === row[0] && amount === row[1]));
    const kept = isOld ? one.rows.filter(has(versions.map((version) => version.rows))) : one.rows;
    const replacers = all.flatMap((other, at) => (other.replaces === of && !other.isWithdrawn ? [at] : []));
    return replacers.reduce<Given['rows']>((left, at) => left.filter(has([chain(at)])), kept);
  };
  // Of what replaces it, only what its own replacers leave.
  const chain = (at: number): Given['rows'] => {
    const replacers = all.flatMap((other, by) => (other.replaces === at && !other.isWithdrawn ? [by] : []));
    return replacers.reduce<Given['rows']>((left, by) => {
      const rows = chain(by);
      return left.filter((row) => rows.some(([name, amount]) => name === row[0] && amount === row[1]));
    }, all[at]!.rows);
  };
  return all.flatMap((one, at) => {
    const rows = keptBy(one, at);
    return rows.length === 0 ? [] : [{ ...one, rows, report: 0, path: written(textOf({ ...one, rows, report: 0 })) }];
  });
}

async function rootOf(reconciler: Reconciler): Promise<string> {
  return reconciler.executors.ask({ query: 'outcomeRoot' });
}

describe('imports of any kind, one after the other', () => {
  it('leave what would be with the rows that count alone (A, B, A; reports in any order; withdrawals)', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (given) => {
        const [dir, other] = [join(root, `a-${made++}`), join(root, `b-${made++}`)];
        const reconciler = await Reconciler.open(dir);
        const all: Imported[] = [];
        /** The number of each import: withdrawals have numbers too. */
        const numbers: number[] = [];
        let at = AS_OF;
        for (const step of given) {
          at += 1000;
          if (step.step === 'withdraw') {
            const which = step.which % Math.max(1, all.length);
            if (all[which] === undefined || all[which].isWithdrawn) continue;
            all[which].isWithdrawn = true;
            await reconciler.importer.withdraw(numbers[which]!, 'wrong', at);
            await reconciler.ledger.advance(AS_OF, reconciler.ledger.rulesInForce);
            continue;
          }
          const wanted = step.replaces === null ? null : step.replaces % Math.max(1, all.length);
          const isFitting = wanted !== null && all[wanted]?.kind === step.file.kind && !all[wanted].isWithdrawn;
          const replaces = isFitting ? wanted : null;
          numbers.push(reconciler.importer.imports.nextId);
          const one = { ...step.file, path: written(textOf(step.file)), at, replaces, isWithdrawn: false };
          all.push(one);
          await take(reconciler, one, replaces === null ? null : numbers[replaces]!);
        }
        const fresh = await Reconciler.open(other);
        for (const one of counting(all)) await take(fresh, one, null);
        await fresh.ledger.advance(AS_OF, fresh.ledger.rulesInForce);
        expect(await rootOf(reconciler)).toBe(await rootOf(fresh));
        await reconciler.close();
        await fresh.close();
      }),
      { numRuns: RUNS },
    );
  }, 300_000);
});

it('a withdrawal that ended with its process before it was all written is finished by the next import', async () => {
  const dir = join(root, `c-${made++}`);
  const given: Given = { kind: 'orders', rows: [[0, 0]], report: 0 };
  const files = [given, { ...given, rows: [[1, 0]] as Given['rows'] }].map((one) => {
    return { ...one, path: written(textOf(one)), at: AS_OF, replaces: null, isWithdrawn: false };
  });
  const killed = await Reconciler.open(dir, {
    onFailpoint: (step) => {
      if (step === 'run:withdrawal-begun') throw new Error('the process ended');
    },
  });
  await take(killed, files[0]!, null);
  await expect(killed.importer.withdraw(1, 'wrong', AS_OF)).rejects.toThrow('the process ended');
  await killed.close();
  const next = await Reconciler.open(dir);
  expect(next.importer.imports.get(1)).toMatchObject({ withdrawn: 'wrong' });
  await take(next, files[1]!, null);
  const fresh = await Reconciler.open(join(root, `d-${made++}`));
  await take(fresh, files[1]!, null);
  expect(await rootOf(next)).toBe(await rootOf(fresh));
  await next.close();
  await fresh.close();
});
