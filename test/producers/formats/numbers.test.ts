// How files write numbers: a point that may mean two things, decimal commas, marks between thousands.
import { describe, expect, test } from 'vitest';
import { parseMappings } from '../../../src/producers/files/mapping-file.ts';
import { read, SETTLEMENT_HEADER, settledOf } from '../import-helpers.ts';

const mapped = (numbers: string) => parseMappings(`settlements: { ${numbers} }`, 'm.yaml').settlements;
/** A line with these cells, each between quotes. */
const line = (amount: string, currency: string, fee = '') =>
  `${SETTLEMENT_HEADER}\nR1,T1,adjustment,"${amount}",${currency},"${fee}",2026-02-01\n`;

describe('a point before exactly three figures', () => {
  test.each([
    ['25.000', 'KES'],
    ['25.000', 'XOF'],
    ['-1.250', 'KES'],
    ['999.999', 'UGX'],
  ])('%s %s in a CSV is refused: it may stand between thousands', async (amount, currency) => {
    expect((await read('settlements', line(amount, currency))).faults).toEqual([
      '2 amount_received HESABU_AMOUNT_AMBIGUOUS',
    ]);
    expect((await read('settlements', line('1', currency, amount.replace('-', '')))).faults).toEqual([
      '2 fee_deduction HESABU_AMOUNT_AMBIGUOUS',
    ]);
  });

  test.each([
    ['25.000', 'TND', '25.000'],
    ['0.500', 'KES', '0.50'],
    ['3000.000', 'KES', '3000.00'],
    ['3000.0000', 'KES', '3000.00'],
    ['25.00', 'KES', '25.00'],
    ['25.0000', 'XOF', '25'],
    ['1000.00', 'UGX', '1000'],
  ])('%s %s is %s', async (amount, currency, gross) => {
    const { facts } = await read('settlements', line(amount, currency));
    expect(settledOf(facts[0]).gross).toBe(gross);
  });

  test('is a decimal point in JSON', async () => {
    const row = { transaction_reference: 'R1', transaction_id: 'T1', type: 'payment', settlement_date: '2026-02-01' };
    const { facts } = await read(
      'settlements',
      `${JSON.stringify({ ...row, amount_received: '25.000', currency: 'KES' })}\n`,
    );
    expect(settledOf(facts[0]).gross).toBe('25.00');
  });

  test.each([
    ['decimal: "."', '25.000', 'KES', '25.00'],
    ['decimal: ","', '25.000', 'XOF', undefined],
    ['decimal: ",", thousands: ["."]', '25.000', 'XOF', '25000'],
    ['decimal: ",", thousands: ["."]', '1.234.567,89', 'KES', '1234567.89'],
    ['decimal: ",", thousands: ["."]', '-1.250', 'KES', '-1250.00'],
    ['thousands: [","]', '1,234.50', 'KES', '1234.50'],
    ['thousands: ["\\u00a0", " "]', '1 234\u00a0567', 'UGX', '1234567'],
    ['thousands: [","]', '1234.50', 'KES', '1234.50'],
  ])('with %s, %s %s is %s', async (numbers, amount, currency, gross) => {
    const { facts, faults } = await read('settlements', line(amount, currency), { mapping: mapped(numbers) });
    if (gross === undefined) expect(faults).toEqual(['2 amount_received HESABU_AMOUNT_INVALID']);
    else expect(settledOf(facts[0]).gross).toBe(gross);
  });
});

describe('a number of another form than the mapping says', () => {
  test.each([
    ['decimal: ","', '25.50'],
    ['decimal: ",", thousands: ["."]', '25.50'],
    ['decimal: ",", thousands: ["."]', '1.23.456'],
    ['decimal: ",", thousands: ["."]', '1234.567'],
    ['thousands: [","]', '1,23.00'],
    ['thousands: [","]', '1,234,5'],
    ['decimal: ","', '1e3'],
    ['decimal: ","', '--5'],
  ])('with %s, %s is refused', async (numbers, amount) => {
    const { faults } = await read('settlements', line(amount, 'KES'), { mapping: mapped(numbers) });
    expect(faults).toEqual(['2 amount_received HESABU_AMOUNT_INVALID']);
  });
});
