// A ledger of two orders, the files beside them, and a run of `hesabu reconcile` on it with all that it says.

import { join } from 'node:path';
import type { FileSummary } from '../../src/app/reports/summary.ts';
import { hesabu, readCsv, readSummary, writeFiles } from './cli-process.ts';
import { freshDirectory } from './commands/given-ledger.ts';

const ORDERS =
  'merchant,transaction_reference,amount,currency,placed_at,status\n' +
  'shop-1,SN-1,2500,XOF,2026-06-01T09:00:00Z,paid\nshop-1,SN-2,900,XOF,2026-06-01T20:00:00Z,paid\n';
export const HEADER = 'reference,id,type,paid,currency,fee,day';
export const LINES = `${HEADER}\nSN-1,P-1,payment,2500,XOF,25,2026-06-02\nSN-2,P-2,payment,900,XOF,9,2026-06-03\n`;
export const mappingOf = (amount: string, date = 'day') =>
  'settlements: { columns: { transaction_reference: reference, transaction_id: id, ' +
  `amount_received: ${amount}, fee_deduction: fee, settlement_date: ${date} } }\n`;
const AS_OF = '2026-06-20T12:00:00Z';
export const PLAIN_LINE =
  'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date\n' +
  'SN-1,P-1,payment,2500,XOF,25,2026-06-02\n';

interface Given {
  readonly dir: string;
  readonly data: string;
  readonly files: Record<string, string>;
}

export function given(files: Record<string, string | Buffer>): Given {
  const dir = freshDirectory();
  const all = { 'orders.csv': ORDERS, 'wrong.yaml': mappingOf('currency'), 'right.yaml': mappingOf('paid'), ...files };
  return { dir, data: join(dir, 'data'), files: writeFiles(dir, all) };
}

export async function run({ data, dir }: Given, ...args: string[]) {
  const out = join(dir, 'out');
  const ran = await hesabu(['reconcile', ...args, '--data', data, '--out', out, '--as-of', AS_OF]);
  const summary = readSummary(out);
  return { ...ran, summary, rejects: readCsv(join(out, 'rejects.csv')), breaks: readCsv(join(out, 'breaks.csv')) };
}

export const shown = ({ name, read, rows, taken, redelivered, rejected, refused }: FileSummary) => {
  const how = refused ? 'read, taken before' : read ? 'read' : 'not read';
  return `${name} ${how}: ${[rows, taken, redelivered, rejected].join(' ')}`;
};
