// What a data directory makes for itself, its key of pseudonyms above all, decides nothing.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hesabu, readCsv, readSummary, writeFiles } from './cli-process.ts';
import { freshDirectory } from './commands/given-ledger.ts';

const PAYER = ['+254712345678', '+254722345678', '+254733345678'];

const HEADER = 'merchant,transaction_reference,amount,currency,placed_at,msisdn,ip,device_id';

const webhook = (id: string, reference: string, msisdn: string, amount: string, transaction = `P-${reference}`) =>
  JSON.stringify({
    ...{ id, event: 'payment.success', created_at: '2026-03-02T08:05:00Z' },
    data: { transaction_reference: reference, transaction_id: transaction, amount, currency: 'KES', msisdn },
  });

it('five new directories give one root (phone, device, address differ, with or without the amount)', async () => {
  const references = Array.from({ length: 12 }, (_, at) => `PK-${at}`);
  const orders = references.flatMap((reference, at) =>
    PAYER.map((msisdn, other) => {
      const amount = at % 2 === 0 ? '1000.00' : `${1000 - other}.00`;
      return `duka,${reference},${amount},KES,2026-03-02T08:00:00Z,${msisdn},10.0.0.${other},device-${other}`;
    }),
  );
  const callbacks = references.flatMap((reference, at) => [
    webhook(`e-${at}`, reference, PAYER[0]!, '1000.00'),
    webhook(`e-${at}`, reference, PAYER[1]!, at % 3 === 0 ? '1000.00' : '999.00'),
    webhook(`e-${at}`, reference, PAYER[2]!, at % 3 === 2 ? '998.00' : '1000.00'),
  ]);
  const files = writeFiles(freshDirectory(), {
    'orders.csv': [HEADER, ...orders, ''].join('\n'),
    'callbacks.jsonl': `${callbacks.join('\n')}\n`,
  });
  const args = ['reconcile', '--orders', files['orders.csv']!, '--callbacks', files['callbacks.jsonl']!];
  const seen: { root: string; rows: string; key: string }[] = [];
  for (let run = 0; run < 5; run++) {
    const [data, out] = [freshDirectory(), freshDirectory()];
    const { code } = await hesabu([...args, '--as-of', '2026-03-03T00:00:00Z', '--data', data, '--out', out]);
    expect(code).toBe(0);
    const rows = readCsv(join(out, 'breaks.csv')).map(({ transaction_reference: reference, expected, observed }) => {
      return `${reference} ${expected} ${observed}`;
    });
    const key = readFileSync(join(data, 'keys', 'pseudonym.key')).toString('hex');
    seen.push({ root: readSummary(out).outcome_root, rows: rows.join('\n'), key });
  }
  expect(new Set(seen.map(({ key }) => key)).size).toBe(5);
  expect(new Set(seen.map(({ rows }) => rows)).size).toBe(1);
  expect(new Set(seen.map(({ root }) => root)).size).toBe(1);
  expect(seen[0]!.rows).toContain('msisdn: another, hidden');
});
