// Payouts in whole runs: lines of many references, of the account and of the bank, in files in any order and cut.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hesabu, readCsv, readSummary, writeFiles } from './cli-process.ts';
import { freshDirectory } from './commands/given-ledger.ts';

const ORDERS = `merchant,transaction_reference,amount,currency,placed_at,status
duka-1,PO-1,8000.00,KES,2026-06-01T08:00:00+03:00,paid
duka-1,PO-2,2000.00,KES,2026-06-01T08:00:00+03:00,paid
`;
const HEADER =
  'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date,payout_id';
const SALES = [
  'PO-1,T1,payment,8000.00,KES,120.00,2026-06-02,PAY-9',
  'PO-2,T2,payment,2000.00,KES,30.00,2026-06-02,PAY-9',
];
const SHORT = [...SALES, ',SUB-06,fee,-500.00,KES,,2026-06-02,PAY-9', ',PAY-9,payout,-4350.00,KES,,2026-06-02,PAY-9'];
const RULES = 'payouts: { due: P2D, bank: P3D }\n';
const BANK = 'account,bank_reference,value_date,amount,currency,narration,payout_id';

interface Given {
  readonly header?: string;
  readonly orders?: string;
  readonly lines?: readonly string[];
  readonly bank?: readonly string[];
  readonly rules?: string;
  readonly asOf?: string;
  readonly data?: string;
}

let runs = 0;

async function run({
  header = HEADER,
  orders = ORDERS,
  lines,
  bank,
  rules,
  asOf = '2026-06-03T00:00:00Z',
  data,
}: Given) {
  const dir = freshDirectory();
  const out = join(dir, 'out');
  const table = (names: string, rows: readonly string[]) => `${[names, ...rows].join('\n')}\n`;
  const written: Record<string, string> = {
    'orders.csv': orders,
    ...(lines === undefined ? {} : { 'lines.csv': table(header, lines) }),
    ...(bank === undefined ? {} : { 'bank.csv': table(BANK, bank) }),
    ...(rules === undefined ? {} : { 'rules.yaml': rules }),
  };
  const files: Record<string, string> = writeFiles(dir, written);
  const inputs = [
    ...['--orders', files['orders.csv']!],
    ...(lines === undefined ? [] : ['--settlements', files['lines.csv']!]),
    ...(bank === undefined ? [] : ['--bank', files['bank.csv']!]),
    ...(rules === undefined ? [] : ['--rules', files['rules.yaml']!]),
  ];
  const directory = data ?? join(dir, `books-${runs++}`);
  const result = await hesabu(['reconcile', ...inputs, '--data', directory, '--out', out, '--as-of', asOf]);
  expect(result.stderr).toBe('');
  const payouts = readCsv(join(out, 'payouts.csv'));
  const breaks = readCsv(join(out, 'breaks.csv')).map(({ reason, expected, observed, difference, currency }) => {
    return [reason, expected, observed, difference, currency];
  });
  return { ...result, out, directory, payouts, breaks, summary: readSummary(out) };
}

describe('a payout that does not add up', () => {
  test('is a break of the payout: what its lines come to, what was paid, what is missing', async () => {
    const { breaks, payouts, summary, stdout, directory } = await run({ lines: SHORT });
    expect(breaks).toEqual([['PAYOUT_AMOUNT', '9350.00', '4350.00', '-5000.00', 'KES']]);
    expect(payouts).toEqual([
      {
        ...{ provider: 'mfs-africa', account: '', payout_id: 'PAY-9', date: '2026-06-02', currency: 'KES', lines: '3' },
        ...{ gross: '10000.00', fees: '650.00', returns: '0.00', other: '0.00', expected: '9350.00', paid: '4350.00' },
        ...{ banked: '', difference: '-5000.00', state: 'unmatched' },
      },
    ]);
    expect(summary).toMatchObject({
      keys: 2,
      standing: { matched: 2, unmatched: 0 },
      breaks: { PAYOUT_AMOUNT: 1 },
      payouts: { matched: 0, pending: 0, unmatched: 1 },
      fees: { KES: '650.00' },
    });
    expect(stdout).not.toContain('Everything agrees');
    const traced = await hesabu(['trace', 'PAY-9', '--data', directory, '--format', 'json']);
    expect(JSON.parse(traced.stdout).story).toMatchObject({ key: '!mfs-africa:PAY-9', payout: 'unmatched' });
    const report = await hesabu(['report', '--data', directory, '--out', join(directory, '..', 'report')]);
    expect(report.code).toBe(0);
    expect(readCsv(join(directory, '..', 'report', 'payouts.csv'))).toEqual(payouts);
  });

  test('counts reserves, adjustments and fees of the account, which need no reference and are no keys', async () => {
    const more = [
      ',RES-1,reserve,-1000.00,KES,,2026-06-02,PAY-9',
      ',ADJ-7,adjustment,-17.27,KES,,2026-06-02,PAY-9',
      ',PAY-9,payout,-8332.73,KES,,2026-06-02,PAY-9',
    ];
    const whole = await run({ lines: [...SHORT.slice(0, 3), ...more] });
    expect([whole.breaks, whole.summary.keys, whole.payouts[0]?.difference]).toEqual([[], 2, '0.00']);
    const late = await run({ lines: [...SHORT.slice(0, 3), ...more, ',,fee,-50.00,KES,,2026-06-02,PAY-9'] });
    expect(late.breaks).toEqual([['PAYOUT_AMOUNT', '8282.73', '8332.73', '50.00', 'KES']]);
    expect(late.summary).toMatchObject({ keys: 2, facts: { rejected: 0 }, fees: { KES: '700.00' } });
  });

  test('has one sum and one root, in files in any order and cut, and no entry of what it seemed', async () => {
    const whole = await run({ lines: SHORT });
    const dir = freshDirectory();
    const data = join(dir, 'directory');
    await run({ lines: [SHORT[3]!, SHORT[1]!], data, asOf: '2026-06-01T12:00:00Z' });
    const second = await run({ lines: [SHORT[2]!, SHORT[0]!], data });
    expect(second.payouts).toEqual(whole.payouts);
    expect(second.summary.outcome_root).toBe(whole.summary.outcome_root);
    expect(whole.summary.ledger_entries).toBe(5);
    const again = await run({ lines: SHORT.toReversed(), data });
    expect([again.summary.outcome_root, again.payouts]).toEqual([whole.summary.outcome_root, whole.payouts]);
  });
});

describe('a payout', () => {
  test('in two currencies has a row for each', async () => {
    const orders = `${ORDERS}duka-1,PO-3,100.00,USD,2026-06-01T08:00:00+03:00,paid\n`;
    const lines = [
      ...SALES,
      'PO-3,T3,payment,100.00,USD,1.00,2026-06-02,PAY-9',
      ',,payout,-9850.00,KES,,2026-06-02,PAY-9',
    ];
    const { payouts, breaks } = await run({ orders, lines, rules: RULES, asOf: '2026-06-20T00:00:00Z' });
    expect(payouts.map(({ currency, expected, paid, state }) => [currency, expected, paid, state])).toEqual([
      ['KES', '9850.00', '9850.00', 'unmatched'],
      ['USD', '99.00', '', 'unmatched'],
    ]);
    expect(breaks.map(([reason, expected]) => [reason, expected])).toEqual([
      ['BANK_MISSING', '9850.00'],
      ['PAYOUT_MISSING', '99.00'],
    ]);
  });

  test('that only the bank tells of is proved by it, and one that it paid otherwise is not', async () => {
    const bank = (amount: string) => [`KE-1,B1,2026-06-03,${amount},KES,PAYOUT OF JANE DOE,PAY-9`];
    const proved = await run({ lines: SALES, bank: bank('9850.00'), rules: RULES });
    expect([proved.breaks, proved.summary.payouts]).toEqual([[], { matched: 1, pending: 0, unmatched: 0 }]);
    expect(proved.stdout).toContain('Everything agrees.');
    const other = await run({ lines: SALES, bank: bank('9800.00'), rules: RULES });
    expect(other.breaks).toEqual([['PAYOUT_AMOUNT', '9850.00', '9800.00', '-50.00', 'KES']]);
  });

  test('that the rules ask for is not said to agree before it is proved', async () => {
    const lines = [...SALES, ',,payout,-9850.00,KES,,2026-06-02,PAY-9'];
    const waiting = await run({ lines, rules: RULES });
    expect([waiting.breaks, waiting.summary.payouts.pending]).toEqual([[], 1]);
    expect(waiting.stdout).not.toContain('Everything agrees');
    expect(waiting.stdout).toContain('Payouts not proved yet: 1');
    const late = await run({ lines, rules: RULES, asOf: '2026-06-20T00:00:00Z' });
    expect(late.breaks).toEqual([['BANK_MISSING', '9850.00', '0.00', '-9850.00', 'KES']]);
  });

  test('takes back what it paid before: returns, bounced returns, and claw-backs larger than its sales', async () => {
    const first = [...SALES, ',,payout,-9850.00,KES,,2026-06-02,PAY-9'];
    const second = [
      'PO-1,R1,refund,-8000.00,KES,,2026-06-03,PAY-10',
      'PO-2,R2,refund,-2000.00,KES,,2026-06-03,PAY-10',
      'PO-2,R2,return_failed,2000.00,KES,,2026-06-03,PAY-10',
      ',RES-1,release,500.00,KES,,2026-06-03,PAY-10',
      ',,payout,7500.00,KES,,2026-06-03,PAY-10',
    ];
    const { payouts, breaks } = await run({ lines: [...first, ...second], asOf: '2026-06-04T00:00:00Z' });
    expect(payouts[1]).toMatchObject({ payout_id: 'PAY-10', lines: '4', gross: '0.00', returns: '-8000.00' });
    expect(payouts[1]).toMatchObject({ other: '500.00', expected: '-7500.00', paid: '-7500.00', difference: '0.00' });
    expect(breaks.filter(([reason]) => reason?.startsWith('PAYOUT'))).toEqual([]);
  });
});

test('money at the bank that names no payout is asked about in time, and is no payout', async () => {
  const bank = ['KE-1,B7,2026-06-03,77.00,KES,CASH DEPOSIT,', 'KE-1,B8,2026-06-03,-20.00,KES,CHARGES,'];
  const given = { lines: SALES, bank, rules: RULES };
  const { summary, breaks } = await run({ ...given, asOf: '2026-06-20T00:00:00Z' });
  expect(breaks.filter(([reason]) => reason === 'BANK_UNEXPLAINED')).toEqual([
    ['BANK_UNEXPLAINED', '0.00', '77.00', '77.00', 'KES'],
  ]);
  expect([summary.keys, summary.payouts, summary.facts.bank]).toEqual([2, { matched: 0, pending: 0, unmatched: 1 }, 2]);
});

test('a line that comes again with its reference is one line of its payout, and one fee, in either order', async () => {
  const [nameless, named] = [',T1,payment,8000.00,KES,120.00,2026-06-02,PAY-9', SALES[0]!];
  const roots = await Promise.all(
    [
      [nameless, named],
      [named, nameless],
    ].map(async ([first, second]) => {
      const header = `${HEADER},line_id`;
      const one = await run({ header, lines: [`${first},L1`] });
      const { payouts, summary } = await run({ header, lines: [`${second},L1`], data: one.directory });
      expect(payouts.map(({ lines, gross, fees }) => [lines, gross, fees])).toEqual([['1', '8000.00', '120.00']]);
      expect(summary.fees).toEqual({ KES: '120.00' });
      return summary.outcome_root;
    }),
  );
  expect(roots[1]).toBe(roots[0]);
});
