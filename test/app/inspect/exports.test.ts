// What `hesabu inspect` tells of the rows of a portal's file: in the words of the file.

import { describe, expect, test } from 'vitest';
import { inspectFile } from '../../../src/app/inspect/inspect.ts';
import { writeFiles } from '../../cli/cli-process.ts';
import { freshDirectory } from '../../cli/commands/given-ledger.ts';

const STATEMENT = [
  'Receipt No.,Completion Time,Initiation Time,Details,Transaction Status,Paid In,Withdrawn,Balance,Balance Confirmed',
  ...['Reason Type', 'Other Party Info', 'Linked Transaction ID', 'A/C No.'],
].join(',');
const PAID = {
  ...{ receipt: 'TF21AAAAAA', time: '2026-06-01 12:00:03', begun: '2026-06-01 12:00:00', details: 'Pay Bill' },
  ...{ status: 'Completed', paid: '100.00', withdrawn: '', balance: '1.00', confirmed: 'true' },
  ...{ reason: 'Pay Bill Online', other: '', linked: '', reference: 'ord-71' },
};

async function inspected(provider: string, text: string) {
  const { 'a.csv': path } = writeFiles(freshDirectory(), { 'a.csv': text });
  return inspectFile(path, { provider, now: '2026-06-02T12:00:00Z' });
}

const statement = (...rows: Partial<typeof PAID>[]) =>
  inspected('mpesa', [STATEMENT, ...rows.map((row) => Object.values({ ...PAID, ...row }).join(','))].join('\n'));

describe('a row that is refused', () => {
  test.each<[column: string, row: Partial<typeof PAID>]>([
    ['Paid In', { paid: 'abc' }],
    ['Withdrawn', { paid: '', withdrawn: 'abc' }],
    ['Paid In', { paid: '' }],
    ['Completion Time', { time: '31-02-2026 12:00:00' }],
    ['A/C No.', { reference: '2.60601E+16' }],
  ])('names the column %s of the file', async (field, row) => {
    const { facts, rejects } = await statement(PAID, row);
    expect(facts).toHaveLength(1);
    expect(rejects).toEqual([{ field, place: 'line 3', why: expect.any(String) }]);
  });
});

describe('what stands for no id', () => {
  test.each(['N/A', 'n/a', '-', '0', 'null'])('is none in an export: %s', async (text) => {
    const { facts } = await statement({ reference: text, linked: text });
    expect(facts).toMatchObject([
      { transaction_reference: '?mpesa:TF21AAAAAA', body: { original_transaction_id: null, gross: '100.00' } },
    ]);
  });

  test('names no payment', async () => {
    const columns = 'Reference number,Transaction date,Customer email,Amount paid,Paystack fee,Amount due to merchant';
    const others =
      'Settlement date,Gateway response,Customer full name,Transaction ID,Card type,Card bank,Country code';
    const row = 'N/A,2026-06-01 09:00:00,,100.00,3.90,96.10,2026-06-02,Approved,,N/A,,,GH,GHS,,';
    const text = `${columns},${others},Currency,Subaccount,Subaccount due\n${row}\n`;
    const { facts, rejects } = await inspected('paystack', text);
    expect({ facts, rejects }).toMatchObject({ facts: [], rejects: [{ field: 'Reference number', place: 'line 2' }] });
  });
});
