// Errors of whole files, as the command says them, and of rows, each as one line of rejects.csv: the code, the file and
// line, the field, and the message.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { reconcile } from '../../src/app/reconcile.ts';
import type { ErrorCode } from '../../src/domain/error-codes.ts';
import { readCsv, writeFiles } from '../cli/cli-process.ts';
import { command, type Provocation, type Provocations } from './provocation.ts';

type FileCode = Extract<ErrorCode, `HESABU_FILE_${string}`> | 'HESABU_HEADER_INVALID' | 'HESABU_WORKBOOK_INVALID';

export const FILES: Provocations<FileCode> = {
  HESABU_FILE_MISSING: (dir) => command(dir, 'reconcile', '--orders', 'orders.csv'),
  HESABU_FILE_UNREADABLE: (dir) => {
    mkdirSync(join(dir, 'exports'));
    return command(dir, 'reconcile', '--orders', 'exports');
  },
  HESABU_FILE_EMPTY: (dir) => {
    writeFiles(dir, { 'settlements.csv': '' });
    return command(dir, 'reconcile', '--settlements', 'settlements.csv');
  },
  HESABU_FILE_ENCODING: (dir) => {
    const text = `${HEADER}\nboutique,Réf-1,500.00,KES,${PLACED}\n`;
    writeFiles(dir, { 'orders.csv': Buffer.from(text, 'latin1') });
    return command(dir, 'reconcile', '--orders', 'orders.csv');
  },
  HESABU_FILE_SEEN: async (dir) => {
    const content = 'merchant,transaction_reference,amount,currency,placed_at\n';
    const files = writeFiles(dir, { 'orders.csv': content, 'orders-copy.csv': content });
    return rejectIn(dir, { orders: [files['orders.csv'], files['orders-copy.csv']] });
  },
  HESABU_HEADER_INVALID: (dir) => {
    writeFiles(dir, { 'orders.csv': 'merchant,transaction_reference,amount,currency\nshop-1,A-1,500,KES\n' });
    return command(dir, 'reconcile', '--orders', 'orders.csv');
  },
  HESABU_WORKBOOK_INVALID: (dir) => {
    writeFiles(dir, { 'payouts.xls': Buffer.from('d0cf11e0a1b11ae1', 'hex') });
    return command(dir, 'reconcile', '--settlements', 'payouts.xls');
  },
};

const order = (cells: object = {}) => {
  const all = { merchant: 'shop-1', reference: 'A-1', amount: '500.00', currency: 'KES', placed: PLACED, ...cells };
  return Object.values(all).join(',');
};
const PLACED = '2026-06-01T09:00:00Z';
const HEADER = 'merchant,transaction_reference,amount,currency,placed_at';

/** Rows under the header of orders, of which the last is refused. */
const orders =
  (...rows: string[]): Provocation =>
  (dir) => {
    const { 'orders.csv': path } = writeFiles(dir, {
      'orders.csv': Buffer.from([HEADER, ...rows, ''].join('\n'), 'latin1'),
    });
    return rejectIn(dir, { orders: [path] });
  };

const callbacks =
  (line: string): Provocation =>
  (dir) => {
    const { 'callbacks.jsonl': path } = writeFiles(dir, { 'callbacks.jsonl': `${line}\n` });
    return rejectIn(dir, { callbacks: [path] });
  };

const settlements =
  (row: string): Provocation =>
  (dir) => {
    const header = 'transaction_reference,transaction_id,type,amount_received,fee_deduction,currency,settlement_date';
    const { 'settlements.csv': path } = writeFiles(dir, { 'settlements.csv': `${header}\n${row}\n` });
    return rejectIn(dir, { settlements: [path] });
  };

type RowCode =
  | Extract<ErrorCode, `HESABU_${'ROW' | 'FIELD' | 'AMOUNT'}_${string}`>
  | 'HESABU_JSON_INVALID'
  | 'HESABU_XML_INVALID'
  | 'HESABU_ID_CHANGED'
  | 'HESABU_REFERENCE_INVALID'
  | 'HESABU_REFERENCE_RESERVED'
  | 'HESABU_CURRENCY_UNKNOWN'
  | 'HESABU_TIME_INVALID'
  | 'HESABU_DATE_INVALID';

export const ROWS: Provocations<RowCode> = {
  HESABU_JSON_INVALID: callbacks('{"id":"evt-1","event":"payment.success"'),
  HESABU_XML_INVALID: (dir) => {
    const { 'bank.xml': path } = writeFiles(dir, { 'bank.xml': '<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>' });
    return rejectIn(dir, { bank: [path] });
  },
  HESABU_ROW_RAGGED: orders(order({ amount: '1,000.00' })),
  HESABU_ROW_QUOTE: orders(order(), order({ merchant: '"shop-1' })),
  HESABU_ROW_TOO_LONG: orders(order({ merchant: 's'.repeat(1024 * 1024) })),
  HESABU_ROW_ENCODING: orders(order({ merchant: 'caf\0' })),
  HESABU_ROW_HEADER: orders(order(), HEADER),
  HESABU_ROW_SHAPE: callbacks('{"id":"evt-1","event":"payment.success","data":[]}'),
  HESABU_FIELD_MISSING: orders(order({ reference: '' })),
  HESABU_FIELD_INVALID: callbacks('{"id":"evt-1","event":"payment.success","data":{"transaction_id":{}}}'),
  HESABU_REFERENCE_INVALID: orders(order({ reference: '?A-1' })),
  HESABU_ID_CHANGED: settlements('A-1,2.60601E+16,payment,500.00,5.00,KES,2026-06-03'),
  HESABU_REFERENCE_RESERVED: (dir) => {
    const { 'orders.csv': path, 'rules.yaml': rules } = writeFiles(dir, {
      'orders.csv': `${HEADER}\n${order()}\n`,
      'rules.yaml': 'merchants: { shop-1: { prefix: "S1-" } }',
    });
    return rejectIn(dir, { orders: [path], rules });
  },
  HESABU_AMOUNT_INVALID: orders(order({ amount: '"1,000.00"' })),
  HESABU_AMOUNT_PRECISION: orders(order({ amount: '100.5', currency: 'UGX' })),
  HESABU_AMOUNT_AMBIGUOUS: orders(order({ amount: '25.000' })),
  HESABU_AMOUNT_SIGN: settlements('A-1,R-1,refund,500.00,,KES,2026-06-03'),
  HESABU_AMOUNT_RANGE: orders(order({ amount: '-500.00' })),
  HESABU_CURRENCY_UNKNOWN: orders(order({ currency: 'KSH' })),
  HESABU_TIME_INVALID: orders(order({ placed: '2026-06-01 09:00' })),
  HESABU_DATE_INVALID: settlements('A-1,P-1,payment,500.00,5.00,KES,2026-06-31'),
};

type Files = Partial<Readonly<Record<'orders' | 'callbacks' | 'settlements' | 'bank', string[]>>> & {
  readonly rules?: string;
};

/** The only line of rejects.csv after the files were reconciled. */
async function rejectIn(dir: string, files: Files): Promise<string> {
  const out = join(dir, 'out');
  await reconcile({ ...files, provider: 'mfs-africa', out, lang: 'en' });
  const rejects = readCsv(join(out, 'rejects.csv'));
  if (rejects.length !== 1) return `${rejects.length} rejects`;
  const { file, line, field, code, message } = rejects[0]!;
  const place = [`${file}${line === '' ? '' : ` line ${line}`}`, ...(field === '' ? [] : [field])];
  return [code, ...place, message].join(': ');
}
