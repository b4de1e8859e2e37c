// Files with other column names, other separators and missing columns, and faults of a mapping.
import { describe, expect, test } from 'vitest';
import type { HesabuError } from '../../../src/domain/errors.ts';
import type { Mappings } from '../../../src/producers/files/mapping.ts';
import { parseMappings } from '../../../src/producers/files/mapping-file.ts';
import { read, settledOf } from '../import-helpers.ts';

const YAML = `
settlements:
  provider: paystack
  separator: ";"
  columns:
    transaction_reference: Reference number
    transaction_id: Transaction ID
    amount_received: "Amount; paid"
    settlement_date: Settlement date
  constants: { type: payment, currency: NGN, fee_deduction: "" }
`;
const mapping = (): NonNullable<Mappings['settlements']> => parseMappings(YAML, 'paystack.yaml').settlements!;

describe('a mapping', () => {
  test('reads another CSV in our format', async () => {
    const { facts, faults } = await read(
      'settlements',
      'Reference number;"Amount; paid";Settlement date;Transaction ID;Card type\nR1;1500;2026-02-01;T1;visa\n',
      { mapping: mapping() },
    );
    expect(faults).toEqual([]);
    expect(facts[0]).toMatchObject({ provider: 'paystack', transaction_reference: 'R1' });
    expect(settledOf(facts[0])).toMatchObject({ line_type: 'payment', gross: '1500.00', currency: 'NGN', fee: null });
  });

  test('reads JSONL by the same names, and values of a row replace the constants', async () => {
    const row = { 'Reference number': 'R1', 'Amount; paid': -5, 'Settlement date': '2026-02-01', type: 'refund' };
    const { facts } = await read('settlements', JSON.stringify(row), { mapping: mapping() });
    expect(settledOf(facts[0])).toMatchObject({ line_type: 'refund', gross: '-5.00', currency: 'NGN' });
  });

  test('says what a line is, beside a column of that name with words that are not ours', async () => {
    const header = 'Reference number;"Amount; paid";Settlement date;Transaction ID;Type';
    const paid = (type: string) =>
      read('settlements', `${header}\nR1;15;2026-02-01;T1;${type}\n`, { mapping: mapping() });
    expect(settledOf((await paid('Credit')).facts[0]).line_type).toBe('payment');
    expect(settledOf((await paid('FEE')).facts[0]).line_type).toBe('fee');
    const { faults } = await paid('Refund');
    expect(faults).toEqual(['2 amount_received HESABU_AMOUNT_SIGN']);
  });

  test('says what an event is, and a currency, where the words of the file are not ours', async () => {
    const { callbacks } = parseMappings('callbacks: { constants: { event: payment.success, currency: KES } }', 'm');
    const body = { event: 'charge.success', data: { transaction_reference: 'R1', transaction_id: 'T1', amount: '5' } };
    const odd = await read('callbacks', JSON.stringify({ ...body, data: { ...body.data, currency: 'KSh' } }), {
      mapping: callbacks,
    });
    expect(odd.facts[0]?.body).toMatchObject({ status: 'succeeded', currency: 'KES' });
    const other = await read('callbacks', JSON.stringify({ ...body, data: { ...body.data, currency: 'ugx' } }), {
      mapping: callbacks,
    });
    expect(other.facts[0]?.body).toMatchObject({ currency: 'UGX' });
  });

  test('that names the column keeps a word that it does not know', async () => {
    const named = parseMappings(YAML.replace('columns:', 'columns:\n    type: Type'), 'm').settlements!;
    const csv = 'Reference number;"Amount; paid";Settlement date;Transaction ID;Type\nR1;15;2026-02-01;T1;Credit\n';
    const { facts } = await read('settlements', csv, { mapping: named });
    expect(settledOf(facts[0])).toMatchObject({ line_type: 'unclassified' });
  });

  test.each([
    ['refund,,5.00', '-5.00'],
    ['refund,,-5.00', '-5.00'],
    ['refund,5.00,', '-5.00'],
    ['fee,,0.50', '-0.50'],
    ['fee,0.50,', '-0.50'],
  ])('does not turn again by `signs` what stands in the column of what went out: %s is %s', async (cells, gross) => {
    const part =
      'settlements: { signs: { returns: positive, fees: positive }, ' +
      'columns: { amount_received: { plus: In, minus: Out } }, ' +
      'constants: { currency: KES, settlement_date: "2026-02-01", fee_deduction: "" } }';
    const csv = `transaction_reference,transaction_id,type,In,Out\nR1,T1,${cells}\n`;
    const { facts, faults } = await read('settlements', csv, { mapping: parseMappings(part, 'm').settlements });
    expect(faults).toEqual([]);
    expect(settledOf(facts[0]).gross).toBe(gross);
  });

  test('that does not match the file names the missing columns of the file', async () => {
    const reading = read('settlements', 'Reference number;Settlement date\n', { mapping: mapping() });
    await expect(reading).rejects.toThrow('expected the columns Transaction ID, Amount; paid, found');
  });

  test('has a part for each given kind', () => {
    expect(Object.keys(parseMappings('{ orders: {}, polls: { separator: "|" } }', 'm'))).toEqual(['orders', 'polls']);
  });

  test.each([
    ['settlements: { colums: {} }', 'm.yaml: settlements.colums'],
    ['refunds: {}', 'm.yaml: refunds'],
    ['settlements: { columns: { amount: Paid } }', 'm.yaml: settlements.columns.amount'],
    ['settlements: { columns: { type: " " } }', 'm.yaml: settlements.columns.type'],
    ['settlements: { constants: { fee_deduction: [1] } }', 'm.yaml: settlements.constants.fee_deduction'],
    ['settlements: { thousands: ["."] }', 'm.yaml: settlements.thousands'],
    ['settlements: { decimal: ",", thousands: [".", ","] }', 'm.yaml: settlements.thousands'],
    ['orders: { separator: ";;" }', 'm.yaml: orders.separator'],
    ['orders: { provider: "" }', 'm.yaml: orders.provider'],
    ['[]', 'm.yaml: mapping'],
    ['', 'm.yaml: mapping'],
    ['orders: {}\npolls: {{', 'm.yaml:2'],
  ])('%j is refused at %s', (yaml, where) => {
    const fault = () => parseMappings(yaml, 'm.yaml');
    expect(fault).toThrow(expect.objectContaining({ code: 'HESABU_MAPPING_INVALID' }) as HesabuError);
    expect(fault).toThrow(where);
  });
});
