// Breaks that ask which order they belong to: their sentences name what they may be about, with the plain signs.

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hesabu, readCsv, readSummary, writeFiles } from './cli-process.ts';
import { freshDirectory } from './commands/given-ledger.ts';

const ORDER_HEADER = 'merchant,transaction_reference,amount,currency,placed_at,status,order_number,msisdn';

interface GivenOrder {
  readonly merchant?: string;
  readonly reference: string;
  readonly amount: string;
  readonly placed?: string;
  readonly status?: string;
  readonly number?: string;
  readonly phone?: string;
}

const ordersCsv = (rows: readonly GivenOrder[]) =>
  [
    ORDER_HEADER,
    ...rows.map(({ merchant = 'duka-1', reference, amount, placed = '08:00', status = 'awaiting_payment', ...more }) =>
      [merchant, reference, amount, 'KES', `2026-06-01T${placed}:00+03:00`, status, more.number, more.phone].join(),
    ),
    '',
  ].join('\n');

const paid = (reference: string, amount: string, at: string, msisdn?: string) =>
  JSON.stringify({
    ...{ id: `e-${reference}`, event: 'payment.success', created_at: `2026-06-01T${at}:00+03:00` },
    data: { transaction_reference: reference, transaction_id: `T-${reference}`, amount, currency: 'KES', msisdn },
  });

interface Given {
  readonly orders?: readonly GivenOrder[];
  readonly money?: readonly string[];
  readonly settlements?: string;
  readonly bank?: string;
  readonly rules?: string;
  readonly asOf?: string;
  readonly lang?: string;
}

/** The sentence of each break, by key and reason, up to its first stop or colon. */
async function sentences(given: Given): Promise<Record<string, string>> {
  const { orders = [], money = [], settlements, bank, rules, asOf = '2026-06-01T06:40:00Z', lang = 'en' } = given;
  const out = freshDirectory();
  const files = writeFiles(freshDirectory(), {
    'orders.csv': ordersCsv(orders),
    'hooks.jsonl': [...money, ''].join('\n'),
    'lines.csv': settlements ?? '',
    'bank.csv': bank ?? '',
    'rules.yaml': rules ?? '',
  });
  const args = [
    ...(orders.length > 0 ? ['--orders', files['orders.csv']] : []),
    ...(money.length > 0 ? ['--callbacks', files['hooks.jsonl']] : []),
    ...(settlements === undefined ? [] : ['--settlements', files['lines.csv']]),
    ...(bank === undefined ? [] : ['--bank', files['bank.csv']]),
    ...(rules === undefined ? [] : ['--rules', files['rules.yaml']]),
  ];
  const ran = await hesabu(['reconcile', ...args, '--as-of', asOf, '--out', out, '--lang', lang]);
  expect([ran.code, ran.stderr]).toEqual([0, '']);
  expect(readSummary(out).standing.matched).toBe(0);
  const rows = readCsv(join(out, 'breaks.csv'));
  return Object.fromEntries(
    rows.map(({ transaction_reference: key, reason, message }) => {
      return [
        `${key} ${reason}`,
        /^(?:The money|Its money|The excess|这笔)[^:。]*may|^这笔[^。]*/u.test(message!)
          ? message!.split(/: look|，请先/u)[0]!
          : '',
      ];
    }),
  );
}

const [ANN, BEN, CAM, DOT] = ['254711000001', '254711000002', '254711000003', '254711000004'];
const FOUR: readonly GivenOrder[] = [
  { reference: 'INV-2041', amount: '1000.00', number: '2041', phone: ANN },
  { reference: 'INV-2042', amount: '2600.00', number: '2042', phone: BEN },
  { reference: 'INV-2043', amount: '750.00', number: '2043', phone: CAM, status: 'paid' },
  { reference: 'INV-2044', amount: '980.00', number: '2044', phone: DOT },
];
const TYPED = [
  paid('inv-2041', '1000.00', '08:10', ANN),
  paid('2042', '2600.00', '08:11', BEN),
  paid('INV 2O43', '750.00', '08:12', CAM),
  paid('Wanjiku', '980.00', '08:13', DOT),
];

describe('money under a reference that the payer typed', () => {
  it('names the order it may be for and why (case, order number, a look-alike letter, a name)', async () => {
    expect(await sentences({ orders: FOUR, money: TYPED })).toEqual({
      'inv-2041 ORDER_MISSING':
        'The money may be for INV-2041 (same reference but for case and blanks, same phone and amount within the hour)',
      '2042 ORDER_MISSING': 'The money may be for INV-2042 (same order number, same phone and amount within the hour)',
      'INV 2O43 ORDER_MISSING': 'The money may be for INV-2043 (same phone and amount within the hour)',
      'Wanjiku ORDER_MISSING': 'The money may be for INV-2044 (same phone and amount within the hour)',
    });
  });

  it('is named by the order that misses it, and in Chinese', async () => {
    const later = { orders: FOUR, money: TYPED.slice(2, 3), asOf: '2026-06-02T06:40:00Z' };
    expect((await sentences(later))['INV-2043 PAYMENT_MISSING']).toBe(
      'Its money may be under INV 2O43 (same phone and amount within the hour)',
    );
    expect(await sentences({ ...later, lang: 'zh-CN' })).toMatchObject({
      'INV 2O43 ORDER_MISSING': '这笔款可能属于 INV-2043（一小时内手机号与金额相同）',
      'INV-2043 PAYMENT_MISSING': '这笔订单的款可能记在 INV 2O43（一小时内手机号与金额相同）名下',
    });
  });

  it('is for nobody where only one of phone, amount and hour fits, and where the order has its money', async () => {
    const money = [
      paid('x-1', '1000.00', '08:10', BEN),
      paid('x-2', '2600.01', '08:11', BEN),
      paid('x-3', '750.00', '09:01', CAM),
      paid('INV-2044', '980.00', '08:13', DOT),
      paid('inv-2044', '980.00', '08:14', DOT),
    ];
    const found = await sentences({ orders: FOUR, money });
    expect(found).toMatchObject({ 'x-1 ORDER_MISSING': '', 'x-2 ORDER_MISSING': '', 'x-3 ORDER_MISSING': '' });
    expect(found['inv-2044 ORDER_MISSING']).toBe('');
  });

  it('names three orders at most, the nearest in time first, and counts the others', async () => {
    const times = ['08:01', '08:40', '08:20', '08:10', '08:30'];
    const orders = times.map((placed, at) => ({ reference: `R-${at}`, amount: '90.00', placed, phone: ANN! }));
    const found = await sentences({ orders, money: [paid('typo', '90.00', '08:41', ANN)] });
    const sign = 'same phone and amount within the hour';
    expect(found['typo ORDER_MISSING']).toBe(
      `The money may be for R-1 (${sign}) or R-4 (${sign}) or R-2 (${sign}) or 2 more`,
    );
  });
});

it('a trace of the money names its order, as text and as data', async () => {
  const [data, dir] = [freshDirectory(), freshDirectory()];
  const files = writeFiles(dir, { 'orders.csv': ordersCsv(FOUR), 'hooks.jsonl': [...TYPED, ''].join('\n') });
  const args = ['--orders', files['orders.csv']!, '--callbacks', files['hooks.jsonl']!, '--data', data];
  await hesabu(['reconcile', ...args, '--as-of', '2026-06-01T06:40:00Z']);
  const text = await hesabu(['trace', 'inv-2041', '--data', data]);
  expect(text.stdout).toContain('The money may be for INV-2041 (same reference but for case and blanks, same phone');
  const { story } = JSON.parse((await hesabu(['trace', 'inv-2041', '--data', data, '--format', 'json'])).stdout);
  const signs = ['same_reference', 'same_phone_and_amount'];
  expect(story.hints).toEqual({ ORDER_MISSING: { named: [{ name: 'INV-2041', signs }], others: 0 } });
  expect(story.findings[0].message).toContain('INV-2041');
});

describe('one payment for two invoices', () => {
  const orders = [
    { reference: 'ML-A', amount: '1000.00' },
    { reference: 'ML-B', amount: '500.00' },
  ];

  it('names the order whose amount is the excess, before it says to refund', async () => {
    const found = await sentences({ orders, money: [paid('ML-A', '1500.00', '09:05')], asOf: '2026-06-01T07:00:00Z' });
    expect(found).toEqual({
      'ML-A AMOUNT_OVER': 'The excess may be for ML-B (the excess is the amount of the order)',
    });
  });

  it('does not name another shop’s order, another amount, or itself', async () => {
    const others = [
      { reference: 'ML-A', amount: '750.00' },
      { reference: 'ML-B', amount: '750.01' },
      { reference: 'ML-C', amount: '750.00', merchant: 'duka-2' },
    ];
    const found = await sentences({ orders: others, money: [paid('ML-A', '1500.00', '09:05')] });
    expect(found).toEqual({ 'ML-A AMOUNT_OVER': '' });
  });
});

it('money at the bank without a name names the payout of its amount that the bank did not confirm', async () => {
  const line =
    'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date,payout_id';
  const found = await sentences({
    settlements: [
      line,
      'A-1,P-1,payment,500.00,KES,10,2026-06-02,PO-1',
      ',P-2,payout,-490.00,KES,,2026-06-02,PO-1',
      'A-2,P-3,payment,700.00,KES,10,2026-06-02,PO-2',
      ',P-4,payout,-690.00,KES,,2026-06-02,PO-2',
      '',
    ].join('\n'),
    bank: 'account,bank_reference,value_date,amount,currency,narration\nBK,B-1,2026-06-03,490.00,KES,transfer\n',
    rules: 'payouts: { due: P2D, bank: P3D }\n',
    asOf: '2026-06-20T00:00:00Z',
  });
  expect(found['!mfs-africa:B-1 BANK_UNEXPLAINED']).toBe('The money may be of the payout PO-1 (same amount)');
});
