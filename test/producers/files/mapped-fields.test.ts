// What a mapping makes of the cells of a row: columns, numbers, units, signs, words and prefixes.
import { describe, expect, test } from 'vitest';
import { parseMappings } from '../../../src/producers/files/mapping-file.ts';
import { read, SETTLEMENT_HEADER, settledOf } from '../import-helpers.ts';

const HEAD = `${SETTLEMENT_HEADER},A,B,C`;
const mapped = (part: string) => parseMappings(`settlements: { ${part} }`, 'm.yaml').settlements;

interface Cells {
  readonly reference?: string;
  readonly type?: string;
  readonly amount?: string;
  readonly currency?: string;
  readonly fee?: string;
  readonly others?: string;
}

/** A line with these cells, read by a mapping. */
function line(part: string, { reference = 'R1', type = 'payment', amount = '5.00', currency = 'KES', ...rest }: Cells) {
  const { fee = '', others = ',,' } = rest;
  const row = `${reference},T1,${type},"${amount}",${currency},"${fee}",2026-06-02,${others}`;
  return read('settlements', `${HEAD}\n${row}\n`, { mapping: mapped(part) });
}

describe('numbers', () => {
  test.each([
    ['brackets: negative', '(1234.50)', '-1234.50'],
    ['brackets: negative, thousands: [","]', '(1,234.50)', '-1234.50'],
    ['brackets: negative', '( 5 )', '-5.00'],
    ['brackets: negative', '(0.00)', '0.00'],
    ['trailing_minus: true', '5.00-', '-5.00'],
    ['trailing_minus: true, decimal: ",", thousands: [" "]', '1 234,50 -', '-1234.50'],
    ['currency_signs: { KSh: KES }', 'KSh 5.00', '5.00'],
    ['currency_signs: { KSh: KES }', '- KSh 5.00', '-5.00'],
    ['currency_signs: { KSh: KES }', 'KSh-5.00', '-5.00'],
    ['currency_signs: { KSh: KES }, brackets: negative', '(KSh 5.00)', '-5.00'],
    ['currency_signs: { KSh: KES }, brackets: negative', 'KSh (5.00)', '-5.00'],
    ['currency_signs: { KSh: KES }, trailing_minus: true', '5.00 KSh-', '-5.00'],
    ['currency_signs: { K: ZMW, KSh: KES }', 'KSh5', '5.00'],
    ['thousands: ["\'"]', "1'234'567.00", '1234567.00'],
    ['thousands: ["\u202f"], decimal: ","', '1\u202f234,50', '1234.50'],
  ])('%s: %s is %s', async (part, amount, gross) => {
    const { facts, faults } = await line(part, { type: 'adjustment', amount });
    expect(faults).toEqual([]);
    expect(settledOf(facts[0]).gross).toBe(gross);
  });

  test.each([
    ['trailing_minus: true', '(5.00)'],
    ['brackets: negative', '5.00-'],
    ['brackets: negative', '(-5.00)'],
    ['brackets: negative', '(5.00'],
    ['trailing_minus: true', '-5.00-'],
    ['currency_signs: { KSh: KES }', 'KShs 5.00'],
    ['currency_signs: { KSh: KES }', '5KSh00'],
    ['currency_signs: { KSh: UGX }', 'KSh 5.00'],
    ['thousands: [","]', '1,2345.00'],
    ['thousands: [","]', ',234.00'],
    ['thousands: [","]', '0,375.00'],
    ['decimal: ",", thousands: ["."]', '0.375'],
    ['decimal: ",", thousands: ["."]', '-025.000'],
    ['thousands: [","]', '+5.00'],
    ['decimal: ","', '5,'],
  ])('%s: %s is refused', async (part, amount) => {
    expect((await line(part, { type: 'adjustment', amount })).faults).toEqual([
      '2 amount_received HESABU_AMOUNT_INVALID',
    ]);
  });

  test('a point stays ambiguous where no key says what it means', async () => {
    for (const part of ['brackets: negative', 'trailing_minus: true', 'zone: UTC', 'currency_signs: { KSh: KES }']) {
      expect((await line(part, { amount: '25.000' })).faults).toEqual(['2 amount_received HESABU_AMOUNT_AMBIGUOUS']);
      expect((await line(part, { fee: '1.125' })).faults).toEqual(['2 fee_deduction HESABU_AMOUNT_AMBIGUOUS']);
    }
    expect((await line('brackets: negative', { type: 'refund', amount: '(25.000)' })).faults).toEqual([
      '2 amount_received HESABU_AMOUNT_AMBIGUOUS',
    ]);
  });
});

describe('units', () => {
  test.each([
    ['unit: minor', 'NGN', '200000', '3000', '2000.00', '30.00'],
    ['unit: minor', 'XOF', '350000', '6825', '3500', '68.25'],
    ['unit: minor', 'TND', '350000', '5', '3500.000', '0.050'],
    ['unit: iso_minor', 'XOF', '3500', '68', '3500', '68'],
    ['unit: iso_minor', 'TND', '3500', '68', '3.500', '0.068'],
    ['unit: iso_minor', 'KES', '-5', '', '-0.05', null],
    ['unit: { NGN: minor, XOF: minor }', 'KES', '3500', '5', '3500.00', '5.00'],
    ['unit: { ngn: minor }', 'NGN', '1', '', '', null],
    ['unit: { XOF: minor }', 'xof', '350000', '', '3500', null],
    ['unit: minor, thousands: [","]', 'KES', '1,234', '', '12.34', null],
  ])('%s: %s %s and a fee of %s', async (part, currency, amount, fee, gross, taken) => {
    if (part.includes('ngn')) return expect(() => mapped(part)).toThrow('HESABU_MAPPING_INVALID');
    const { facts, faults } = await line(part, { type: 'adjustment', currency, amount, fee });
    expect(faults).toEqual([]);
    expect(settledOf(facts[0])).toMatchObject({ gross, fee: taken });
  });

  test('hundredths that the currency cannot hold are refused', async () => {
    expect((await line('unit: minor', { currency: 'XOF', amount: '350050' })).faults).toEqual([
      '2 amount_received HESABU_AMOUNT_PRECISION',
    ]);
    expect((await line('unit: minor', { amount: '5,0' })).faults).toEqual(['2 amount_received HESABU_AMOUNT_INVALID']);
  });
});

test('an amount with two decimals is none in hundredths', async () => {
  const refused = ['2 amount_received HESABU_AMOUNT_INVALID'];
  expect((await line('unit: minor', { amount: '1000.00' })).faults).toEqual(refused);
  expect((await line('unit: iso_minor', { amount: '1000.00' })).faults).toEqual(refused);
  expect((await line('unit: { KES: minor }, decimal: ","', { amount: '1000,00' })).faults).toEqual(refused);
  expect((await line('unit: minor', { amount: '100000', fee: '1250.50' })).faults).toEqual([]);
  expect((await line('unit: iso_minor', { amount: '1000.00', currency: 'XOF' })).faults).toEqual([]);
});

describe('signs', () => {
  test.each([
    ['refund', '5.00', '-5.00'],
    ['Chargeback', '5.00', '-5.00'],
    ['reversal', '0', '0.00'],
    ['reserve', '5.00', '-5.00'],
    ['payment', '5.00', '5.00'],
    ['fee', '5.00', '5.00'],
    ['payout', '5.00', '5.00'],
    ['return_failed', '5.00', '5.00'],
  ])('`returns: positive`: a %s of %s is %s', async (type, amount, gross) => {
    const { facts, faults } = await line('signs: { returns: positive }', { type, amount });
    expect(faults).toEqual([]);
    expect(settledOf(facts[0]).gross).toBe(gross);
  });

  test('`fees`: what was taken, in its column and in lines of fees and taxes', async () => {
    const negative = await line('signs: { fees: negative }', { fee: '-0.50' });
    expect(settledOf(negative.facts[0]).fee).toBe('0.50');
    const positive = await line('signs: { fees: positive }', { type: 'fee', amount: '0.50' });
    expect(settledOf(positive.facts[0]).gross).toBe('-0.50');
    const absent = await line('', { type: 'fee', amount: '-0.50' });
    expect(settledOf(absent.facts[0]).gross).toBe('-0.50');
  });

  test.each([
    ['signs: { returns: positive }', { type: 'refund', amount: '-5.00' }, 'amount_received HESABU_AMOUNT_SIGN'],
    ['signs: { returns: negative }', { type: 'refund', amount: '5.00' }, 'amount_received HESABU_AMOUNT_SIGN'],
    ['signs: { returns: positive }', { type: 'payment', amount: '-5.00' }, 'amount_received HESABU_AMOUNT_SIGN'],
    ['signs: { fees: negative }', { fee: '0.50' }, 'fee_deduction HESABU_AMOUNT_SIGN'],
    ['signs: { fees: positive }', { fee: '-0.50' }, 'fee_deduction HESABU_AMOUNT_RANGE'],
  ])('%s: %j is refused', async (part, cells, fault) => {
    expect((await line(part, cells)).faults).toEqual([`2 ${fault}`]);
  });
});

describe('columns', () => {
  const AMOUNT = (written: string) => `columns: { amount_received: ${written} }, thousands: [","]`;
  test.each([
    ['{ plus: A, minus: B }', '"1,500.00",,', '1500.00'],
    ['{ plus: A, minus: B }', ',-8.25,', '-8.25'],
    ['{ plus: A, minus: B }', ',8.25,', '-8.25'],
    ['{ plus: A, minus: B }', '0.1,0.3,', '-0.20'],
    ['{ minus: B }', ',"1,000",', '-1000.00'],
    ['{ sum: [A, B, C] }', '0.1,0.2,0.4', '0.70'],
    ['{ sum: [A, B, C] }', ',0.2,', '0.20'],
    ['{ sum: [A, B] }', '90071992547409.93,0.01,', '90071992547409.94'],
    ['[A, B]', ',7.00,', '7.00'],
    ['[B, A]', '6.00,7.00,', '7.00'],
    ['{ from: C, pattern: "paid ([0-9,.]+)" }', ',,"paid 1,500.00 in all"', '1500.00'],
  ])('%s of %s is %s', async (written, others, gross) => {
    const { facts, faults } = await line(AMOUNT(written), { type: 'adjustment', others });
    expect(faults).toEqual([]);
    expect(settledOf(facts[0]).gross).toBe(gross);
  });

  test.each([
    ['{ plus: A, minus: B }', ',,', 'HESABU_FIELD_MISSING', 'nothing'],
    ['{ plus: A, minus: B }', '5.00,x,', 'HESABU_AMOUNT_INVALID', '"x"'],
    ['{ sum: [A, B] }', '5.00,(1),', 'HESABU_AMOUNT_INVALID', '"(1)"'],
    ['{ from: C, pattern: "paid ([0-9,.]+)" }', ',,none', 'HESABU_FIELD_MISSING', 'nothing'],
  ])('%s of %s is refused', async (written, others, code, found) => {
    const { faults, rejects } = await line(AMOUNT(written), { others });
    expect(faults).toEqual([`2 amount_received ${code}`]);
    expect(rejects[0]?.message).toContain(`found ${found}`);
  });

  test('constants stand in for empty cells, in the form of the file', async () => {
    const part = 'columns: { fee_deduction: A, payout_id: B }, constants: { fee_deduction: "1,50", payout_id: P1 }';
    const { facts } = await line(`${part}, decimal: ","`, { amount: '5,00' });
    expect([settledOf(facts[0]).fee, facts[0]?.payout]).toEqual(['1.50', 'P1']);
    const own = await line(`${part}, decimal: ","`, { amount: '5,00', others: '"0,25",P2,' });
    expect([settledOf(own.facts[0]).fee, own.facts[0]?.payout]).toEqual(['0.25', 'P2']);
  });
});

describe('words', () => {
  const WORDS = 'words: { type: { "Pay In": payment, Back: refund, Odd: unclassified, "*": adjustment } }';
  test.each([
    ['Pay In', 'payment', null],
    ['pay in', 'payment', null],
    ['FEE', 'fee', null],
    ['Bonus', 'adjustment', null],
    ['Odd', 'unclassified', 'Odd'],
  ])('%s is %s', async (type, line_type, word) => {
    const { facts } = await line(WORDS, { type });
    expect(settledOf(facts[0])).toMatchObject({ line_type, word });
  });

  test('others may stay as the source wrote them, which people see', async () => {
    const { facts } = await line('words: { type: { "*": unclassified } }', { type: 'Bonus' });
    expect(settledOf(facts[0])).toMatchObject({ line_type: 'unclassified', word: 'Bonus' });
    expect(settledOf((await line('words: { type: { A: fee } }', { type: 'Bonus' })).facts[0]).word).toBe('Bonus');
  });

  test('of a currency', async () => {
    const { facts } = await line('words: { currency: { KSh: KES } }', { currency: 'ksh' });
    expect(settledOf(facts[0]).currency).toBe('KES');
  });
});

describe('a prefix', () => {
  test('stands before every reference, and never before what a spreadsheet made of one', async () => {
    expect((await line('prefix: "D1-"', {})).facts[0]?.transaction_reference).toBe('D1-R1');
    const { faults } = await line('prefix: "D1-"', { reference: '2.60601E+16' });
    expect(faults).toEqual(['2 transaction_reference HESABU_ID_CHANGED']);
    const none = await line('prefix: "D1-"', { reference: '' });
    expect(none.facts[0]?.transaction_reference).toBe('?mfs-africa:T1');
  });

  test('may depend on the merchant', async () => {
    const { orders: mapping } = parseMappings('orders: { prefix: { duka-1: "D1-", duka-2: "D2-" } }', 'm.yaml');
    const rows = ['duka-1', 'duka-2', 'duka-3'].map((merchant) => `${merchant},71,5,KES,2026-06-01T08:00:00Z`);
    const header = 'merchant,transaction_reference,amount,currency,placed_at';
    const { facts } = await read('orders', [header, ...rows].join('\n'), { mapping });
    expect(facts.map(({ transaction_reference }) => transaction_reference)).toEqual(['D1-71', 'D2-71', '71']);
  });
});

describe('hostile files with a mapping', () => {
  test('patterns that would hang another engine take linear time (B19)', async () => {
    const cell = `${'a'.repeat(50_000)}!`;
    for (const pattern of ['^(a+)+$', '(a|aa)+$', '(.*a){12}$', '([a-z]+)*=']) {
      const part = `columns: { payout_id: { from: C, pattern: "${pattern}" } }`;
      const { facts } = await line(part, { others: `,,${cell}` });
      expect(facts).toHaveLength(1);
    }
  });

  test('a formula in every text cell stays a text', async () => {
    const formula = "=cmd|'/c calc'!A1";
    const { facts, faults } = await line('', { reference: formula });
    expect([faults, facts[0]?.transaction_reference]).toEqual([[], formula]);
    for (const part of ['zone: UTC', 'decimal: ","']) {
      expect((await line(part, { amount: '=1+1' })).faults).toEqual(['2 amount_received HESABU_AMOUNT_INVALID']);
    }
  });

  test('names that programs give a meaning of their own are names (B08)', async () => {
    const header = `${SETTLEMENT_HEADER},__proto__,constructor`;
    const mapping = mapped('columns: { payout_id: constructor, line_id: ["__proto__"] }');
    const row = 'R1,T1,payment,5.00,KES,,2026-06-02,L1,P1';
    const { facts, faults } = await read('settlements', `${header}\n${row}\n`, { mapping });
    expect([faults, facts[0]?.payout, facts[0]?.line]).toEqual([[], 'P1', 'L1']);
  });
});
