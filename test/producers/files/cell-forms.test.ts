// Cells in forms that a mapping names, and the hint at that mapping where there is none.
import { describe, expect, test } from 'vitest';
import { parseMappings } from '../../../src/producers/files/mapping-file.ts';
import { read, settledOf } from '../import-helpers.ts';

const HEADER = 'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date';
const mapped = (yaml: string) => parseMappings(`settlements: { ${yaml} }`, 'm.yaml').settlements!;
const NIGERIAN = mapped(
  'thousands: [","], currency_signs: { "\u20a6": NGN, "KSh": KES }, dates: ["dd/MM/yyyy", "yyyyMMdd"]',
);
const line = (row: string, mapping = NIGERIAN) => read('settlements', `${HEADER}\n${row}\n`, { mapping });
const plain = (row: string) => read('settlements', `${HEADER}\n${row}\n`);

describe('with a mapping of its forms', () => {
  test.each([
    ['"25,000.00",NGN,475.00,02/06/2026', '25000.00', '475.00'],
    ['"\u20a61,500.00",NGN,\u20a622.50,02/06/2026', '1500.00', '22.50'],
    ['"1,500.00 \u20a6",NGN,,20260602', '1500.00', null],
    ['"-KSh 3,000",KES,,2026-06-02', '-3000.00', null],
  ])('%s is read', async (cells, gross, fee) => {
    const { facts, faults } = await line(`R1,T1,${gross.startsWith('-') ? 'refund' : 'payment'},${cells}`);
    expect(faults).toEqual([]);
    expect(settledOf(facts[0])).toMatchObject({ gross, fee, settlement_date: '2026-06-02' });
  });

  test("a sign of another currency than the row's is refused, and so is a date that does not exist", async () => {
    expect((await line('R1,T1,payment,KSh5.00,NGN,,02/06/2026')).faults).toEqual([
      '2 amount_received HESABU_AMOUNT_INVALID',
    ]);
    expect((await line('R1,T1,payment,5.00,NGN,,31/06/2026')).faults).toEqual([
      '2 settlement_date HESABU_DATE_INVALID',
    ]);
  });

  test('a form that is none, a sign that is a figure and an unknown currency are refused', () => {
    for (const part of [
      'dates: ["hello"]',
      'dates: ["HH:mm"]',
      'currency_signs: { "1": KES }',
      'currency_signs: { "K": XQQ }',
    ]) {
      expect(() => mapped(part)).toThrow('HESABU_MAPPING_INVALID');
    }
  });
});

describe('without one, the reject names the setting that reads the cell', () => {
  test.each([
    ['"25,000.00",NGN,,2026-06-02', 'A mapping with `thousands: [","]` reads it.'],
    ['"3,000",NGN,,2026-06-02', 'A mapping with `thousands: [","]` (or `decimal: ","`) reads it.'],
    ['"\u20a61,500.00",NGN,,2026-06-02', '`thousands: [","]` and `currency_signs: { "\u20a6": ... }` reads it.'],
    ['KSh 5.00,KES,,2026-06-02', 'A mapping with `currency_signs: { "KSh": ... }` reads it.'],
    ['"1,500/=",KES,,2026-06-02', '`currency_signs: { "/=": ... }` reads it.'],
    ['5.00 F,XOF,,2026-06-02', 'A mapping with `currency_signs: { "F": ... }` reads it.'],
    ['"1.500,00",KES,,2026-06-02', 'A mapping with `decimal: ","`, `thousands: ["."]` reads it.'],
    ['5.00,NGN,,02/06/2026', '`dates: ["d/M/yyyy"]` (or "M/d/yyyy") reads it.'],
    ['5.00,NGN,,02-06-2026 09:05:03', '`dates: ["d-M-yyyy HH:mm:ss"]` (or "M-d-yyyy HH:mm:ss") reads it.'],
    ['5.00,NGN,,20260602090503', '`dates: ["yyyyMMddHHmmss"]` reads it.'],
    ['5.00,NGN,,2.6.2026', '`dates: ["d.M.yyyy"]` (or "M.d.yyyy") reads it.'],
    ['#DIV/0!,NGN,,2026-06-02', 'no separators, no exponent.'],
    ['#N/A,NGN,,2026-06-02', 'no separators, no exponent.'],
  ])('%s: %s', async (cells, hint) => {
    const { rejects } = await plain(`R1,T1,payment,${cells}`);
    expect(rejects[0]?.message).toContain(hint);
  });

  test('and none where the cell shows none', async () => {
    const marks = ['=1+1', '@SUM(1)', '5%', '~5.00', '>5', '1.5k5', '5.00 DR', '5.00 cr', 'KSh 1-2', '5\u00d72'];
    const amounts = marks.map((cell) => `${cell},NGN,,2026-06-02`);
    for (const cells of ['abc,NGN,,2026-06-02', '1e5,NGN,,2026-06-02', '5.00,NGN,,soon', ...amounts]) {
      const { rejects } = await plain(`R1,T1,payment,${cells}`);
      expect(rejects[0]?.message).not.toContain('mapping with');
    }
  });
});
