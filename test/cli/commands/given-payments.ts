// A ledger of two days with one typical payment of each kind, for the commands that read a ledger.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ReconcileOptions, reconcile } from '../../../src/app/reconcile.ts';
import type { Summary } from '../../../src/app/reports/summary.ts';
import { freshDirectory } from './given-ledger.ts';

const RULES = `zone: Asia/Shanghai
fees: [{ provider: mfs-africa, currency: KES, percent: "1.5" }]
`;

/** Two orders have one number, so two keys have that name. */
const ORDERS = [
  'merchant,transaction_reference,order_number,amount,currency,placed_at,note',
  'duka,ORDER-1,#1,1000.00,KES,2026-06-01T08:00:00Z,',
  'duka,ORDER-2,#2,1000.00,KES,2026-06-01T08:00:00Z,',
  'duka,ORDER-3,#3,250.00,KES,2026-06-01T08:00:00Z,',
  'soko,ORDER-4,QK4,5000,UGX,2026-06-01T08:00:00Z,',
  'soko,ORDER-5,QK4,5000,UGX,2026-06-01T08:00:00Z,',
  '"soko, ltd",ORDER-6,#6,1000.00,KES,2026-06-01T08:00:00Z,"a ""quoted""\nnote"',
  'duka,ORDER-7,#7,80.00,KES,2026-06-01T22:00:00Z,',
];

interface Hook {
  readonly number: number;
  readonly amount: string;
  readonly currency: string;
  readonly ids?: object;
}

export function callback({ number, amount, currency, ids }: Hook): string {
  return JSON.stringify({
    id: `evt-${number}`,
    event: 'payment.success',
    created_at: '2026-06-01T08:05:00Z',
    data: {
      transaction_reference: `ORDER-${number}`,
      transaction_id: `TXN-${number}`,
      ...{ amount, currency, status: 'success', ...ids },
    },
  });
}

const CALLBACKS = [
  callback({
    number: 1,
    amount: '1000.00',
    currency: 'KES',
    ids: { operator_transaction_id: 'QK1', request_id: 'R1' },
  }),
  callback({ number: 2, amount: '900.00', currency: 'KES' }),
  callback({ number: 4, amount: '5000', currency: 'UGX' }),
  callback({ number: 5, amount: '4990', currency: 'UGX' }),
  callback({ number: 6, amount: '995.00', currency: 'KES' }),
];

const POLL = JSON.stringify({
  ...{ transaction_reference: 'ORDER-2', transaction_id: 'TXN-2', status: 'success', amount: '1000.00' },
  ...{ currency: 'KES', updated_at: '2026-06-01T08:06:00Z', polled_at: '2026-06-02T01:00:00Z' },
});

const line = (number: number, amount: string, fee: string) =>
  `{"transaction_reference":"ORDER-${number}","transaction_id":"TXN-${number}","type":"payment",` +
  `"amount_received":"${amount}","currency":"KES","fee_deduction":"${fee}"}`;
const REPORT = `{"report_id":"SR-2","settlement_date":"2026-06-02","lines":[
  ${line(1, '1000.00', '15.00')},
  ${line(2, '1000.00', '15.00')},
  ${line(6, '995.00', '20.00')}
]}
`;

export interface GivenPayments {
  readonly data: string;
  /** The directory of the input files. */
  readonly dir: string;
  /** The summary of each day. */
  readonly summaries: readonly Summary[];
}

/**
 * ORDER-1 agrees, ORDER-2 seemed too little until a poll, ORDER-3 ended unpaid, ORDER-4 is never settled, ORDER-5 and
 * ORDER-6 are paid too little, ORDER-7 is not paid yet.
 */
export async function givenPayments(): Promise<GivenPayments> {
  const dir = freshDirectory();
  const write = (name: string, text: string) => {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, name), text);
    return [join(dir, name)];
  };
  const [rules] = write('rules.yaml', RULES);
  const data = join(dir, 'data');
  const run = async (asOf: string, files: Partial<ReconcileOptions>) => {
    return (await reconcile({ provider: 'mfs-africa', data, rules: rules!, asOf, lang: 'en', ...files })).summary;
  };
  const orders = write('orders.csv', `${ORDERS.join('\n')}\n`);
  const callbacks = write('hooks.jsonl', `${CALLBACKS.join('\n')}\n`);
  const first = await run('2026-06-01T20:00:00Z', { orders, callbacks });
  // The second callback is delivered again.
  const again = write('hooks-again.jsonl', `${CALLBACKS[1]}\n`);
  const settlements = write('report.json', REPORT);
  const polls = write('polls.jsonl', `${POLL}\n`);
  const second = await run('2026-06-02T20:00:00Z', { callbacks: again, polls, settlements });
  return { data, dir, summaries: [first, second] };
}

/** One hash over the names and bytes of all files below a directory. */
export function hashOfDirectory(dir: string): string {
  const sum = createHash('sha256');
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(dir, name);
    sum.update(`${name}\n`);
    if (statSync(path).isFile()) sum.update(readFileSync(path));
  }
  return sum.digest('hex');
}
