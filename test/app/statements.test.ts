// The statements of some days from files, against sums that are made of the raw lines, and the rows behind a figure.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reconcile } from '../../src/app/reconcile.ts';
import { statementLine, statementOfDay } from '../../src/app/statements/statement.ts';
import { drillText, statementText } from '../../src/app/statements/statement-text.ts';
import { formatMinor, minorOf } from '../../src/domain/money.ts';
import { LANGUAGES } from '../../src/domain/reason-words.ts';
import { Random } from '../../src/simulation/random/prng.ts';

const dir = mkdtempSync(join(tmpdir(), 'hesabu-statements-'));
const data = join(dir, 'books');
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const CURRENCIES = ['KES', 'UGX', 'BHD'] as const;
const DAYS = [1, 2, 3];
const dateOf = (day: number) => `2026-06-0${day}`;

interface Raw {
  readonly day: number;
  readonly event: 'payment.success' | 'refund.success' | 'payment.failed';
  readonly reference: string;
  readonly currency: (typeof CURRENCIES)[number];
  readonly minor: bigint;
}

/** 23:30 on the day in the zone of the rules is the day before in UTC. */
const lines: Raw[] = [];

beforeAll(async () => {
  const random = new Random(19);
  for (const day of DAYS) {
    for (let number = 0; number < 60; number++) {
      const about = { day, reference: `R-${day}-${number}`, currency: random.pick(CURRENCIES) };
      const minor = BigInt(random.between(1, 10 ** 9));
      const isPaid = random.percent(85);
      lines.push({ ...about, minor, event: isPaid ? 'payment.success' : 'payment.failed' });
      // Some go back on the next day.
      if (isPaid && random.percent(30)) lines.push({ ...about, minor, day: day + 1, event: 'refund.success' });
    }
  }
  const body = ({ day, event, reference, currency, minor }: Raw) =>
    JSON.stringify({
      ...{ id: `ev-${event}-${reference}`, event, created_at: `${dateOf(day)}T00:30:00+03:00` },
      data: {
        ...{ transaction_reference: reference, amount: formatMinor(minor, currency), currency },
        ...(event === 'refund.success'
          ? { transaction_id: `F-${reference}`, original_transaction_id: `P-${reference}` }
          : { transaction_id: `P-${reference}` }),
      },
    });
  const path = join(dir, 'hooks.jsonl');
  writeFileSync(path, `${lines.map(body).join('\n')}\n`);
  const rules = join(dir, 'rules.yaml');
  writeFileSync(rules, 'zone: Africa/Nairobi\n');
  await reconcile({ callbacks: [path], provider: 'mfs-africa', rules, asOf: '2026-06-20T00:00:00Z', data, lang: 'en' });
});

function summed(day: number, event: Raw['event'], currency: string): bigint {
  const own = lines.filter((line) => line.day === day && line.event === event && line.currency === currency);
  return own.reduce((sum, { minor }) => sum + minor, 0n);
}

test.each(DAYS)('the statement of day %i has the sums of its raw lines by network and currency (R19)', async (day) => {
  const { statements, zone, over } = await statementOfDay({ data, day: dateOf(day) });
  expect([zone, over]).toEqual(['Africa/Nairobi', true]);
  expect(statements.map(({ currency }) => currency)).toEqual([...CURRENCIES].sort());
  for (const { provider, currency, gateway, residual } of statements) {
    const minor = (line: string) => minorOf(gateway.moves.find((one) => one.line === line)!.value, currency);
    expect(provider).toBe('mfs-africa');
    expect(minor('received')).toBe(summed(day, 'payment.success', currency));
    expect(minor('returned')).toBe(summed(day, 'refund.success', currency));
    const before = DAYS.filter((other) => other < day);
    const owed = before.map(
      (one) => summed(one, 'payment.success', currency) - summed(one, 'refund.success', currency),
    );
    expect(minorOf(gateway.opening, currency)).toBe(owed.reduce((sum, each) => sum + each, 0n));
    expect(minorOf(residual, currency)).toBe(0n);
  }
});

test('a drilled figure is the sum of its rows, each with the row of the file that it comes from', async () => {
  const { rows, sums } = await statementLine({ data, day: dateOf(2), currency: 'KES' }, 'returned');
  expect(sums).toEqual([{ currency: 'KES', sum: formatMinor(summed(2, 'refund.success', 'KES'), 'KES') }]);
  for (const { key, facts, amount } of rows) {
    const [fact] = facts;
    const line = lines[fact!.row! - 1]!;
    expect(fact!.file).toBe(join(dir, 'hooks.jsonl'));
    expect([line.reference, line.event, formatMinor(line.minor, 'KES')]).toEqual([key, 'refund.success', amount]);
  }
});

test.each(LANGUAGES)('is printed for people, in %s', async (lang) => {
  const found = await statementOfDay({ data, day: dateOf(2), currency: 'KES' });
  const text = statementText(found, { lang, target: process.stdout });
  expect(text).toContain('2026-06-02');
  expect(text).toContain('Africa/Nairobi');
  expect(text).toContain('0.00');
  const drilled = drillText(await statementLine({ data, day: dateOf(2), currency: 'KES' }, 'received'), lang);
  expect(drilled).toContain('hooks.jsonl');
  for (const printed of [text, drilled]) expect(printed).not.toMatch(/undefined|null|NaN/);
});

test.each(['2026-6-2', '2026-02-30', 'yesterday'])('%s is no day', (day) => {
  expect(() => statementOfDay({ data, day })).toThrow(/HESABU_USAGE/);
});

test('a line that no statement has is refused', () => {
  expect(() => statementLine({ data, day: dateOf(1) }, 'profit')).toThrow(/HESABU_USAGE.*total:settled/);
});
