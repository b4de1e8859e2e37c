// Personal data in the files of a command: the ledger has none in clear but what the list of docs/security.md says. The
// files themselves are kept as they came.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { KINDS, ledgerTextsIn, Planted, type PlantedKind } from '../service/markers.ts';
import { hesabu, writeFiles } from './cli-process.ts';
import { freshDirectory } from './commands/given-ledger.ts';

const PERSONAL = KINDS.filter((kind) => kind !== 'secret');
const planted = new Planted();
let texts: string[];
let output: string;
let nth = 0;

/** The same row for each kind, with a text of it in one cell. */
function rowsWith(place: string, cells: (text: string, kind: PlantedKind) => readonly string[]): string[] {
  return PERSONAL.map((kind) => {
    const row = cells(planted.text(place, kind), kind);
    return row.map((cell) => `"${cell}"`).join(',');
  });
}

const ORDER = 'merchant,transaction_reference,amount,currency,placed_at,msisdn,country,operator,ip,device_id,customer';
const CALLBACK = 'id,event,created_at,transaction_reference,transaction_id,amount,currency,operator,msisdn,note';
const LINE = 'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date,details';
const BANK = 'account,bank_reference,value_date,amount,currency,narration';
const AT = '2026-06-01T08:00:00Z';

function order(at: number): (text: string) => string[] {
  return (text) => {
    const cells = ['shop', `A-${++nth}`, '10.00', 'KES', AT, '', '', '', '', '', ''];
    return cells.map((cell, index) => (index === at ? text : cell));
  };
}

function callback(at: number): (text: string) => string[] {
  return (text) => {
    const cells = [`e-${++nth}`, 'payment.success', AT, `A-${nth}`, `P-${nth}`, '10.00', 'KES', '', '', ''];
    return cells.map((cell, index) => (index === at ? text : cell));
  };
}

beforeAll(async () => {
  const dir = freshDirectory();
  const data = join(dir, 'books');
  mkdirSync(data);
  const fileOf = (header: string, rows: readonly string[]) => `${[header, ...rows].join('\n')}\n`;
  const named = PERSONAL.map((kind) => `of_${planted.text('the name of a file', kind)}.csv`);
  const files: Record<string, string> = {
    'orders.csv': fileOf(ORDER, [
      ...rowsWith('the number of a customer', order(5)),
      ...rowsWith('the operator of an order', order(7)),
      ...rowsWith('the address of a customer', order(8)),
      ...rowsWith('the device of a customer', order(9)),
      ...rowsWith('an unknown column', order(10)),
    ]),
    'callbacks.csv': fileOf(CALLBACK, [
      ...rowsWith('a word of a network', (text) => callback(1)(`payment.${text}`)),
      ...rowsWith('the name of an operator', callback(7)),
      ...rowsWith('the payer of a callback', callback(8)),
      ...rowsWith('a note', callback(9)),
    ]),
    'bank.csv': fileOf(
      BANK,
      rowsWith('the text of a bank', (text) => ['KCB', `B-${++nth}`, '2026-06-02', '10.00', 'KES', text]),
    ),
    'lines.csv': fileOf(
      LINE,
      rowsWith('the details of a line', (text) => [
        `A-${++nth}`,
        `P-${nth}`,
        'payment',
        '10.00',
        'KES',
        '0',
        '2026-06-02',
        text,
      ]),
    ),
    ...Object.fromEntries(
      named.map((name) => [name, fileOf(LINE, [`A-${++nth},P-${nth},payment,10.00,KES,0,2026-06-02,`])]),
    ),
  };
  const path = writeFiles(dir, files);
  const inputs = ['--orders', path['orders.csv']!, '--callbacks', path['callbacks.csv']!, '--bank', path['bank.csv']!];
  const lines = ['--settlements', path['lines.csv']!, ...named.map((name) => path[name]!)];
  const run = await hesabu(['reconcile', ...inputs, ...lines, '--data', data, '--as-of', '2026-06-03T00:00:00Z']);
  expect([run.code, run.stderr]).toEqual([0, expect.not.stringContaining('HESABU_')]);
  output = run.stdout + run.stderr;
  texts = ledgerTextsIn(data);
});

const OF_PEOPLE = ['personal name', 'postal address'] as const;
const LISTED = ['a word of a network', 'the name of a file', 'the name of an operator', 'the operator of an order'];

test('S24: the ledger of a command holds nothing personal but what the list says', () => {
  const listed = LISTED.flatMap((place) => OF_PEOPLE.map((kind) => `${place}: ${kind}`));
  expect(planted.foundIn(texts)).toEqual(listed.sort());
});

test('S24: what it prints holds the names of files, without numbers and mail addresses', () => {
  expect(planted.foundIn([output])).toEqual(OF_PEOPLE.map((kind) => `the name of a file: ${kind}`));
});
