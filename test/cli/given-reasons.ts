// One small payment for each reason, as the rows of a shop's files. By default it is an order of KES 1000.00 on Monday
// 2 March 2026, 16:00 in Shanghai, paid five minutes later and settled on Tuesday. Its reference is the name of the
// reason.

import Papa from 'papaparse';
import type { ReasonCode } from '../../src/domain/reasons.ts';
import { writeFiles } from './cli-process.ts';
import { freshDirectory } from './commands/given-ledger.ts';

const RULES = `zone: Asia/Shanghai
grace: { order: PT15M, payment: PT24H, inconclusive: PT72H }
settlement: { days: 1, weekend: [6, 7], holidays: [] }
fees: [{ provider: mfs-africa, currency: GHS, percent: "1.5", min: "0", max: "200" }]
`;
/** Midnight before Friday 20 March in Shanghai. */
export const AS_OF = '2026-03-20T00:00:00+08:00';

type Row = Readonly<Record<string, string>>;

const ORDER: Row = { merchant: 'duka', amount: '1000.00', currency: 'KES', placed_at: '2026-03-02T08:00:00Z' };
const PAID: Row = { amount: '1000.00', currency: 'KES', status: 'success', completed_at: '2026-03-02T08:05:00Z' };
const POLLED: Row = { amount: '1000.00', currency: 'KES', status: 'succeeded', updated_at: '2026-03-02T08:06:00Z' };
const LINE: Row = {
  ...{ type: 'payment', amount_received: '1000.00', currency: 'KES' },
  ...{ fee_deduction: '', settlement_date: '2026-03-03' },
};

/** A return has an id of its own and refers to the payment. */
const of = (name: ReasonCode): Row => ({ transaction_id: `B-${name}`, original_transaction_id: `T-${name}` });

interface Given {
  readonly orders?: readonly Row[];
  /** `id` and `event` are outside `data`. */
  readonly callbacks?: readonly Row[];
  readonly polls?: readonly Row[];
  readonly lines?: readonly Row[];
}

/** A missing list means the one default row; an empty list means no row. */
const CASES: Readonly<Partial<Record<ReasonCode, Given>>> = {
  CONFLICTING_EVIDENCE: {
    callbacks: [
      { id: 'cb-same', fee: '1' },
      { id: 'cb-same', fee: '2' },
    ],
  },
  STATUS_CONFLICT: { polls: [{ status: 'failed' }], lines: [] },
  CURRENCY_MISMATCH: { callbacks: [{ currency: 'UGX', amount: '1000' }], lines: [{ currency: 'UGX' }] },
  AMOUNT_UNDER: { callbacks: [{ amount: '900.00' }], lines: [{ amount_received: '900.00' }] },
  AMOUNT_OVER: { callbacks: [{ amount: '1000.01' }], lines: [{ amount_received: '1000.01' }] },
  ORDER_MISSING: { orders: [] },
  PAYMENT_MISSING: { orders: [{ status: 'paid' }], callbacks: [], lines: [] },
  PAYMENT_INCONCLUSIVE: { callbacks: [], polls: [{ status: 'MR102' }], lines: [] },
  PAID_AFTER_CANCEL: { orders: [{ status: 'cancelled', status_at: '2026-03-02T08:05:00Z' }] },
  DUPLICATE_PAYMENT: {
    callbacks: [{}, { id: 'cb-again', transaction_id: 'T-again', completed_at: '2026-03-02T08:07:00Z' }],
    lines: [{}, { transaction_id: 'T-again' }],
  },
  REFUND_EXCEEDS_PAYMENT: {
    callbacks: [{}, { id: 'cb-refund', event: 'refund.success', ...of('REFUND_EXCEEDS_PAYMENT'), amount: '1200.00' }],
  },
  CHARGEBACK_OPEN: { callbacks: [{}, { id: 'cb-dispute', event: 'chargeback.opened', ...of('CHARGEBACK_OPEN') }] },
  CANCELLED_BUT_PAID: { orders: [{ status: 'cancelled', status_at: '2026-03-02T10:00:00Z' }] },
  REFUND_FAILED: {
    callbacks: [
      {},
      { id: 'cb-sent', event: 'refund.success', ...of('REFUND_FAILED'), amount: '300.00' },
      {
        ...{ id: 'cb-bounced', event: 'refund.failed', ...of('REFUND_FAILED'), amount: '300.00' },
        completed_at: '2026-03-02T10:00:00Z',
      },
    ],
  },
  UNCLASSIFIED: { callbacks: [{}, { id: 'cb-odd', event: 'payment.blessed', transaction_id: 'T-odd' }] },
  SETTLEMENT_MISSING: { lines: [] },
  SETTLED_NOT_PAID: { callbacks: [{ event: 'payment.failed' }] },
  SETTLEMENT_AMOUNT: { lines: [{ amount_received: '990.00' }] },
  SETTLEMENT_CURRENCY: { lines: [{ currency: 'UGX' }] },
  SETTLEMENT_LATE: { lines: [{ settlement_date: '2026-03-09' }] },
  FEE_VARIANCE: {
    orders: [{ currency: 'GHS' }],
    callbacks: [{ currency: 'GHS' }],
    lines: [{ currency: 'GHS', fee_deduction: '16.00' }],
  },
  FEE_MISSING: { orders: [{ currency: 'GHS' }], callbacks: [{ currency: 'GHS' }], lines: [{ currency: 'GHS' }] },
  FX_RATE_DELTA: { lines: [{ settlement_currency: 'USD', settlement_amount: '8.00', fx_rate: '0.0077' }] },
  DUPLICATE_SETTLEMENT: { lines: [{ line_id: 'L1' }, { line_id: 'L2', settlement_date: '2026-03-04' }] },
  REFUND_UNLINKED: {
    lines: [
      {},
      { type: 'refund', transaction_id: 'T-x', original_transaction_id: 'T-none', amount_received: '-10.00' },
    ],
  },
  REVERSAL_NOT_SETTLED: {
    callbacks: [{}, { id: 'cb-back', event: 'payment.reversed', ...of('REVERSAL_NOT_SETTLED'), amount: '100.00' }],
  },
};

export const REASONS_GIVEN = Object.keys(CASES) as readonly ReasonCode[];

interface Rows {
  readonly orders: readonly Row[];
  readonly callbacks: readonly Row[];
  readonly polls: readonly Row[];
  readonly settlements: readonly Row[];
}

/** The rows of all cases, and of one payment that agrees. Callbacks are flat here. */
function rowsOf(): Rows {
  const names = Object.entries<Given>({ ...CASES, AGREES: {} });
  const each = (part: keyof Given, usual: Row, own: (name: string) => Row, absent: readonly Row[] = [{}]) =>
    names.flatMap(([name, given]) => (given[part] ?? absent).map((row) => ({ ...usual, ...own(name), ...row })));
  const ids = (name: string) => ({ transaction_reference: name, transaction_id: `T-${name}` });
  return {
    orders: each('orders', ORDER, (name) => ({ transaction_reference: name })),
    callbacks: each('callbacks', PAID, (name) => ({
      ...{ id: `cb-${name}`, event: 'payment.success', created_at: '2026-03-02T08:05:10Z' },
      ...ids(name),
    })),
    polls: each('polls', { ...POLLED, polled_at: '2026-03-02T09:00:00Z' }, ids, []),
    settlements: each('lines', LINE, ids),
  };
}

const ALONGSIDE = ['id', 'event', 'created_at'];

/** A flat callback as the body of a webhook. */
export function webhookBody(row: Row): string {
  const parts = (isAlongside: boolean) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => ALONGSIDE.includes(name) === isAlongside));
  return JSON.stringify({ ...parts(true), data: parts(false) });
}

/** CSV with every column that any row has. */
export function csvOf(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return `${Papa.unparse(rows as Row[], { columns, newline: '\n' })}\n`;
}

export function jsonlOf(rows: readonly Row[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

export function linesOf(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}

/** The rows in separate files, as a command reads them. */
export function givenFiles() {
  const rows = rowsOf();
  const files = writeFiles(freshDirectory(), {
    'orders.csv': csvOf(rows.orders),
    'callbacks.jsonl': linesOf(rows.callbacks.map(webhookBody)),
    'polls.jsonl': jsonlOf(rows.polls),
    'settlements.csv': csvOf(rows.settlements),
    'rules.yaml': RULES,
  });
  const INPUTS = {
    orders: [files['orders.csv']],
    callbacks: [files['callbacks.jsonl']],
    polls: [files['polls.jsonl']],
    settlements: [files['settlements.csv']],
  };
  const INPUT_ARGS = Object.entries(INPUTS).flatMap(([kind, paths]) => [`--${kind}`, ...paths]);
  return { rows, files, INPUTS, INPUT_ARGS };
}
