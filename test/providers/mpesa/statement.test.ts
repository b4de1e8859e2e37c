// The organisation statement in the shapes that people get: each is read to the same lines.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inspectFile } from '../../../src/app/inspect/inspect.ts';
import { fileReading } from '../../../src/providers/registry.ts';
import { read } from '../../producers/import-helpers.ts';

const TITLES = ['Organization:,Duka,,,,,,,,,,,', 'Short Code:,600123,,,,,,,,,,,', ''];
const header = (receipt = 'Receipt No.') =>
  `${receipt},Completion Time,Initiation Time,Details,Transaction Status,Paid In,Withdrawn,Balance,` +
  'Balance Confirmed,Reason Type,Other Party Info,Linked Transaction ID,A/C No.';
const DONE = 'Completed,,';
const [JUNE_1, JUNE_2] = ['01-06-2026 08:04:03,01-06-2026 08:04:03', '02-06-2026 10:15:00,02-06-2026 10:15:00'];
const ROWS = [
  `TF2RRR0003,${JUNE_2},"Reversal of\r x",${DONE}"-1,500.00",0,true,Pay Bill Reversal,,TF2AAA0001,`,
  `TF2CCC0002,${JUNE_1},Pay Bill Charge,${DONE}-8.25,0,true,Business Pay Bill Charge,,,`,
  'TF2FFF0009,01-06-2026 08:04:02,01-06-2026 08:04:02,Pay Bill,Failed,10.00,,0,true,Pay Bill Online,,,ord-71',
  'TF2AAA0001,"01-06-2026\r 08:04:03",,"Pay Bill\r Acc.",Completed,"1,500.00",,0,true,Pay Bill Online,,,ord-71',
] as const;
const TOTALS = 'Totals,,,,,"1,500.00","-1,508.25",,,,,,';

async function linesOf(rows: readonly string[]) {
  const reading = { provider: 'mpesa', ...fileReading('mpesa', 'settlements', undefined) };
  const { facts, faults } = await read('settlements', `${rows.join('\n')}\n`, reading);
  expect(faults).toEqual([]);
  return facts
    .map(({ transaction_reference: key, occurred_at: at, body }) => {
      if (body.type !== 'SettlementLineReported') throw new Error('no line');
      const { line_type, gross, provider_transaction_id: id, original_transaction_id: of, settlement_date } = body;
      return { key, at, line_type, gross, id, of, settlement_date };
    })
    .sort((left, right) => (left.id! < right.id! ? -1 : 1));
}

const at = (text: string) => Date.parse(text);
const first = { at: at('2026-06-01T05:04:03Z'), settlement_date: '2026-06-01' };
const LINES = [
  { ...first, key: 'ord-71', line_type: 'payment', gross: '1500.00', id: 'TF2AAA0001', of: null },
  { ...first, key: '?mpesa:TF2CCC0002', line_type: 'fee', gross: '-8.25', id: 'TF2CCC0002', of: 'TF2CCC0002' },
  {
    ...{ at: at('2026-06-02T07:15:00Z'), settlement_date: '2026-06-02', key: '?mpesa:TF2RRR0003' },
    ...{ line_type: 'reversal', gross: '-1500.00', id: 'TF2RRR0003', of: 'TF2AAA0001' },
  },
];

describe('the organisation statement', () => {
  const changed = (from: RegExp, to: string | ((found: string) => string)) =>
    ROWS.map((row) => row.replace(from, to as string));
  test.each<[string, readonly string[]]>([
    ['as the portal gives it', [...TITLES, header(), ...ROWS, TOTALS]],
    ['without titles and without totals', [header(), ...ROWS]],
    ['with the oldest row first', [...TITLES, header(), ...ROWS.toReversed(), TOTALS]],
    ['with another label of the receipt', [header('Receipt No'), ...ROWS]],
    ['with a third label of the receipt', [header('Receipt'), ...ROWS]],
    ['with what was withdrawn above zero', [header(), ...changed(/"?-([\d,.]+)"?,0,/, '"$1",0,')]],
    ['with receipts in small letters', [header(), ...changed(/TF2[A-Z]{3}000\d/g, (receipt) => receipt.toLowerCase())]],
    ['with dates as yyyy-MM-dd', [header(), ...ROWS.map((row) => row.replace(/(\d\d)-(\d\d)-(2026)/g, '$3-$2-$1'))]],
    ['with dates as d/M/yyyy', [header(), ...ROWS.map((row) => row.replace(/0(\d)-0(\d)-(2026)/g, '$1/$2/$3'))]],
  ])('%s is read to its completed rows, each with its time', async (_, rows) => {
    expect(await linesOf(rows)).toEqual(LINES);
  });

  test('without a reason keeps what it is open', async () => {
    const row = 'tf2zzz0001,01-06-2026 08:04:03,01-06-2026 08:04:00,x,Completed,5.00,,0,true,,,,till-1';
    const [line] = await linesOf([header(), row]);
    expect(line).toMatchObject({ id: 'TF2ZZZ0001', line_type: 'unclassified', gross: '5.00', key: 'till-1' });
    const out = row.replace('5.00,,0,true,,', ',5.00,0,true,Withdrawal,');
    expect(await linesOf([header(), out])).toMatchObject([{ line_type: 'payout', gross: '-5.00' }]);
  });

  test('of a till, without account numbers and links, is read by its receipts', async () => {
    const cut = (row: string, from: number) => row.split(',').slice(0, from).join(',');
    const rows = [
      'TF2AAA0001,01-06-2026 08:04:03,,Pay Merchant,Completed,1500.00,,0,true,Customer Buy Goods Online,,',
      'TF2AAA0001,01-06-2026 08:04:03,,Charge,Completed,,-8.25,0,true,Pay Merchant Charge,,',
      'TF2RRR0003,02-06-2026 10:15:00,,Back,Completed,,-1500.00,0,true,Buy Goods Reversal,,TF2AAA0001',
    ];
    const lines = await linesOf([cut(header(), 12), ...rows]);
    expect(lines).toMatchObject([
      { key: '?mpesa:TF2AAA0001', line_type: 'payment', gross: '1500.00' },
      { key: '?mpesa:TF2AAA0001', line_type: 'fee', gross: '-8.25', of: 'TF2AAA0001' },
      { line_type: 'reversal', of: 'TF2AAA0001' },
    ]);
    const without = await linesOf([cut(header(), 11), ...rows.slice(0, 2).map((row) => cut(row, 11))]);
    expect(without).toEqual(lines.slice(0, 2));
  });

  test.each([
    ['Business Payment to Customer via API', 'transfer'],
    ['business payment to customer', 'transfer'],
    ['Salary Payment via API', 'transfer'],
    ['Promotion Payment', 'transfer'],
    ['Fee For B2C Payment', 'fee'],
    ['Business Payment to Customer Withdrawal Charge Paid', 'fee'],
    ['Organization Settlement', 'payout'],
    ['Levitation of Funds', 'unclassified'],
  ])('has %s as a %s', async (reason, type) => {
    const row = `TF2BBB0007,01-06-2026 08:04:03,,x,Completed,,-22.40,0,true,${reason},,,`;
    const [line] = await linesOf([header(), row]);
    expect(line).toMatchObject({ line_type: type, gross: '-22.40', of: type === 'fee' ? 'TF2BBB0007' : null });
  });

  test('names each row that it leaves out by its receipt', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hesabu-'));
    try {
      const path = join(folder, 'statement.csv');
      writeFileSync(path, `${[...TITLES, header(), ...ROWS, TOTALS].join('\n')}\n`);
      const { ignored, facts, rejects } = await inspectFile(path, { provider: 'mpesa', as: 'export' });
      expect([facts.length, rejects]).toEqual([3, []]);
      expect(ignored.map(({ id }) => id)).toEqual(['TF2FFF0009', null]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
