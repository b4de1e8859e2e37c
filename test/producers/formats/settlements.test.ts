// Settlement lines: types, signs, ids, and lines that occur more than once in a file.
import { describe, expect, test } from 'vitest';
import { contentHash, RepeatCounter } from '../../../src/producers/formats/claim-id.ts';
import { read, SETTLEMENT_HEADER, settledOf } from '../import-helpers.ts';

const EXTRA = 'line_id,payout_id,settlement_currency,settlement_amount,fx_rate,original_transaction_id';
const FULL_HEADER = `${SETTLEMENT_HEADER},${EXTRA},operator_transaction_id,request_id`;
const one = (row: string) => read('settlements', `${FULL_HEADER}\n${row}\n`);
const lines = (...rows: string[]) => read('settlements', `${SETTLEMENT_HEADER}\n${rows.join('\n')}\n`);

describe('a settlement line', () => {
  test('becomes one fact without a time of its own', async () => {
    const { facts, topics } = await one('R1,T1,payment,10,KES,0.15,2026-02-01,L1,P1,USD,0.08,0.0077,T0,O1,Q1');
    expect(topics).toEqual(['settlements.v1']);
    expect(facts[0]).toMatchObject({
      id: 'mfs-africa:line:L1',
      merchant: '',
      occurred_at: null,
      report: null,
      line: 'L1',
      payout: 'P1',
    });
    expect(settledOf(facts[0])).toEqual({
      type: 'SettlementLineReported',
      line_type: 'payment',
      word: null,
      provider_transaction_id: 'T1',
      operator_transaction_id: 'O1',
      request_id: 'Q1',
      original_transaction_id: 'T0',
      gross: '10.00',
      currency: 'KES',
      fee: '0.15',
      settlement_date: '2026-02-01',
      settlement_currency: 'USD',
      settlement_amount: '0.08',
      fx_rate: '0.0077',
    });
  });

  test('has the time at which it was booked, if the file tells it, under the same id as without', async () => {
    const row = (time: string) => `R1,T1,payment,10,KES,,2026-02-01,${time}`;
    const timed = (time: string) => read('settlements', `${SETTLEMENT_HEADER},completed_at\n${row(time)}\n`);
    const [{ facts }, { facts: plain }] = [await timed('2026-02-01T08:00:00+03:00'), await timed('')];
    expect(facts[0]).toEqual({ ...plain[0], occurred_at: Date.parse('2026-02-01T05:00:00Z') });
    expect((await timed('2026-02-01')).faults).toEqual([expect.stringContaining('completed_at')]);
  });

  test.each([
    ['refund', 'refund', null],
    ['reversal', 'reversal', null],
    ['chargeback', 'chargeback', null],
    ['fee', 'fee', null],
    ['payout', 'payout', null],
    ['reserve', 'reserve', null],
    ['adjustment', 'adjustment', null],
    ['tax', 'tax', null],
    ['transfer', 'transfer', null],
    ['bonus', 'unclassified', 'bonus'],
    ['__proto__', 'unclassified', '__proto__'],
  ])('of type %s is %s', async (type, lineType, word) => {
    const { facts } = await lines(`R1,T1,${type},-10.00,KES,,2026-02-01`);
    expect(settledOf(facts[0])).toMatchObject({ line_type: lineType, word, gross: '-10.00', fee: null });
  });

  test.each(['payment', 'release', 'return_failed'])('of type %s is not below zero', async (type) => {
    const { facts, faults } = await lines(
      ...['5', '0', '-5'].map((amount) => `R1,T1,${type},${amount},KES,,2026-02-01`),
    );
    expect(facts.map((fact) => settledOf(fact).gross)).toEqual(['5.00', '0.00']);
    expect(faults).toEqual(['4 amount_received HESABU_AMOUNT_SIGN']);
  });

  test.each(['refund', 'reversal', 'chargeback', 'reserve'])('of type %s is not above zero', async (type) => {
    const { facts, faults } = await lines(
      ...['-5', '0', '5'].map((amount) => `R1,T1,${type},${amount},KES,,2026-02-01`),
    );
    expect(facts.map((fact) => settledOf(fact).gross)).toEqual(['-5.00', '0.00']);
    expect(faults).toEqual(['4 amount_received HESABU_AMOUNT_SIGN']);
  });

  test.each(['fee', 'tax', 'payout', 'adjustment', 'transfer'])('of type %s has either sign', async (type) => {
    const { facts } = await lines(`R1,T1,${type},5,KES,,2026-02-01`, `R1,T1,${type},-5,KES,,2026-02-01`);
    expect(facts.map((fact) => settledOf(fact).gross)).toEqual(['5.00', '-5.00']);
  });

  test('has no fee below zero: it is what was taken', async () => {
    const { faults } = await lines('R1,T1,refund,-5,KES,-0.10,2026-02-01');
    expect(faults).toEqual(['2 fee_deduction HESABU_AMOUNT_RANGE']);
  });

  test('is the same line with other decimals', async () => {
    const [{ facts: first }, { facts: second }] = await Promise.all([
      one('R1,T1,payment,10,KES,0.5,2026-02-01,,,USD,7.5,0.75,,,'),
      one('R1,T1,payment,10.00,KES,0.500,2026-02-01,,,USD,7.50,0.7500,,,'),
    ]);
    expect(first).toHaveLength(1);
    expect(second.map(({ id, body }) => ({ id, body }))).toEqual(first.map(({ id, body }) => ({ id, body })));
  });

  test.each([
    ['R1,T1,,10,KES,,2026-02-01,,,,,,,,', 'type HESABU_FIELD_MISSING'],
    ['R1,T1,payment,,KES,,2026-02-01,,,,,,,,', 'amount_received HESABU_FIELD_MISSING'],
    ['R1,T1,payment,-0,KES,,2026-02-01,,,,,,,,', 'amount_received HESABU_AMOUNT_INVALID'],
    ['R1,T1,payment,10,,,2026-02-01,,,,,,,,', 'currency HESABU_FIELD_MISSING'],
    ['R1,T1,payment,10,KES,-0,2026-02-01,,,,,,,,', 'fee_deduction HESABU_AMOUNT_INVALID'],
    ['R1,T1,payment,10,KES,,,,,,,,,,', 'settlement_date HESABU_FIELD_MISSING'],
    ['R1,T1,payment,10,KES,,2026-06-31,,,,,,,,', 'settlement_date HESABU_DATE_INVALID'],
    ['R1,T1,payment,10,KES,,2026-02-01T25:00:00Z,,,,,,,,', 'settlement_date HESABU_DATE_INVALID'],
    ['R1,T1,payment,10,KES,,2026-02-01,,,,0.08,,,,', 'settlement_currency HESABU_FIELD_MISSING'],
    ['R1,T1,payment,10,KES,,2026-02-01,,,USD,0.081,,,,', 'settlement_amount HESABU_AMOUNT_PRECISION'],
    ['R1,T1,payment,10,KES,,2026-02-01,,,USD,1,0,,,', 'fx_rate HESABU_AMOUNT_RANGE'],
    ['R1,T1,payment,10,KES,,2026-02-01,,,USD,1,-1,,,', 'fx_rate HESABU_AMOUNT_RANGE'],
    ['R1,T1,payment,10,KES,,2026-02-01,,,USD,1,1e-3,,,', 'fx_rate HESABU_AMOUNT_INVALID'],
    [',,payment,10,KES,,2026-02-01,,,,,,T0,,', 'transaction_reference HESABU_FIELD_MISSING'],
  ])('%s is refused: %s', async (row, fault) => {
    expect((await one(row)).faults).toEqual([`2 ${fault}`]);
  });

  test.each(['fee', 'tax', 'reserve', 'adjustment', 'transfer'])(
    'of type %s may stand for the account',
    async (type) => {
      const { facts, faults } = await one(`,,${type},-10,KES,,2026-02-01,,PAY-9,,,,,,`);
      expect([faults, facts[0]?.transaction_reference]).toEqual([[], '!mfs-africa:PAY-9']);
      const alone = await one(`,SUB-06,${type},-10,KES,,2026-02-01,,,,,,,,`);
      expect(alone.facts[0]?.transaction_reference).toBe('!mfs-africa@2026-02-01');
    },
  );

  test("of a fee is its payment's where it names the reference or the original", async () => {
    const { facts } = await one('R1,F1,fee,-10,KES,,2026-02-01,,PAY-9,,,,,,');
    expect(facts[0]?.transaction_reference).toBe('R1');
    const named = await one(',F1,fee,-10,KES,,2026-02-01,,PAY-9,,,,T1,,');
    expect(named.facts[0]?.transaction_reference).toMatch(/^\?mfs-africa:/);
  });

  test.each([
    [',,payout,-10,KES,,2026-02-01,,PAY-9,,,,,,', 'PAY-9'],
    [',PAY-9,payout,-10,KES,,2026-02-01,,,,,,,,', 'PAY-9'],
    ['PAY-9,,payout,-10,KES,,2026-02-01,,,,,,,,', 'PAY-9'],
    ['R1,X1,payout,10,KES,,2026-02-01,,PAY-9,,,,,,', 'PAY-9'],
  ])('that says what was paid belongs to its payout: %s', async (row, payout) => {
    const { facts } = await one(row);
    expect(facts[0]).toMatchObject({ transaction_reference: `!mfs-africa:${payout}`, payout });
  });

  test('that says what was paid must name a payout', async () => {
    const { faults } = await one(',,payout,-10,KES,,2026-02-01,,,,,,,,');
    expect(faults).toEqual(['2 payout_id HESABU_FIELD_MISSING']);
  });

  test('of a JSON report has the payout of its report', async () => {
    const own = { transaction_reference: 'R1', transaction_id: 'T1', type: 'payment', currency: 'KES' };
    const lines = [
      { ...own, amount_received: '10.00' },
      { ...own, amount_received: '5.00', payout_id: 'PAY-8' },
    ];
    const report = { report_id: 'REP', payout_id: 'PAY-9', settlement_date: '2026-02-01', lines };
    const { facts } = await read('settlements', JSON.stringify(report));
    expect(facts.map(({ payout }) => payout)).toEqual(['PAY-9', 'PAY-8']);
  });

  test('without a reference waits for resolution', async () => {
    const { facts, topics } = await one(',,refund,-10,KES,,2026-02-01,,,,,,T0,,');
    expect([topics[0], facts[0]?.transaction_reference]).toEqual(['settlements.v1', '?mfs-africa:T0']);
  });
});

describe('a line without an id', () => {
  const LINE = 'R1,T1,payment,10,KES,,2026-02-01';

  test('is identified by its content, and by its count among equal lines', async () => {
    const { facts } = await lines(LINE, 'R2,T1,payment,10,KES,,2026-02-01', LINE, LINE.replace('10', '10.00'));
    const [first, second, third, fourth] = facts.map(({ id }) => id);
    expect(first).toMatch(/^mfs-africa:line:#[\w-]{22}\/0$/);
    expect(third).toBe(first?.replace('/0', '/1'));
    expect(fourth).toBe(first?.replace('/0', '/2'));
    expect(second).toMatch(/\/0$/);
    expect(second).not.toBe(first);
  });

  test('has the same id in another report, and another one in another payout', async () => {
    const { facts } = await lines(LINE);
    const report = { transaction_reference: 'R1', transaction_id: 'T1', type: 'payment', amount_received: 10.0 };
    const json = { report_id: 'REP', settlement_date: '2026-02-01', lines: [{ ...report, currency: 'KES' }] };
    const other = await read('settlements', JSON.stringify(json));
    expect(other.facts[0]).toMatchObject({ id: facts[0]?.id, report: 'REP' });
    const paid = await read('settlements', JSON.stringify({ payout_id: 'PAY-9', ...json }));
    expect(paid.facts[0]?.id).not.toBe(facts[0]?.id);
  });
});

describe('the counter of repeats', () => {
  test('counts each hash separately, however many there are', () => {
    const counter = new RepeatCounter();
    const hashes = Array.from({ length: 5_000 }, (_, index) => contentHash([index]));
    hashes.push(Buffer.alloc(16).toString('base64url'));
    for (const ordinal of [0, 1, 2]) {
      expect(new Set(hashes.map((hash) => counter.ordinal(hash)))).toEqual(new Set([ordinal]));
    }
  });
});
