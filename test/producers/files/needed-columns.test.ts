// Columns that a file must have under a mapping: what the mapping names, and what every row needs.
import { expect, test } from 'vitest';
import { parseMappings } from '../../../src/producers/files/mapping-file.ts';
import { read, settledOf } from '../import-helpers.ts';

const CONSTANTS = 'constants: { type: payment, currency: KES, settlement_date: "2026-06-02" }';
const settlements = (columns: string) =>
  parseMappings(`settlements: { ${CONSTANTS}, columns: { ${columns} } }`, 'm').settlements!;

test('a mapping need not name a fee, nor an id of the provider beside another id', async () => {
  const mapping = settlements('transaction_reference: ref, operator_transaction_id: receipt, amount_received: paid');
  const { facts, faults } = await read('settlements', 'ref,receipt,paid\nA,QK1,5\n', { mapping });
  expect(faults).toEqual([]);
  expect(facts.map(settledOf)).toMatchObject([{ fee: null, operator_transaction_id: 'QK1' }]);
});

test.each([
  ['the only id', 'transaction_reference: ref, amount_received: paid', 'transaction_id'],
  ['the amount', 'transaction_reference: ref, transaction_id: receipt', 'amount_received'],
  ['a fee that it names', 'amount_received: paid, transaction_id: receipt, fee_deduction: charge', 'charge'],
])('%s is still needed', async (_, columns, missing) => {
  const mapping = settlements(columns);
  const content = 'ref,receipt,paid,transaction_reference\nA,QK1,5,A\n';
  await expect(read('settlements', content, { mapping })).rejects.toThrow(`expected the column ${missing}`);
});

test('what to write in the mapping for a missing column is said', async () => {
  const reading = read('settlements', 'ref,paid\nA,5\n', {
    mapping: settlements('transaction_reference: ref, amount_received: paid'),
  });
  await expect(reading).rejects.toThrow('say in `constants` what holds for all rows (`""` for nothing)');
});

test('without a mapping the canonical columns are all needed', async () => {
  const header = 'transaction_reference,transaction_id,type,amount_received,currency,settlement_date';
  const content = `${header}\nA,1,payment,5,KES,2026-06-02\n`;
  await expect(read('settlements', content)).rejects.toThrow('expected the column fee_deduction');
});

test.each([
  ['by its row', 'header_row: 61'],
  ['by a cell', 'header: "Receipt No."'],
])('a header that a mapping names %s may stand far down', async (_, named) => {
  const columns = 'transaction_reference: ref, transaction_id: Receipt No., amount_received: paid';
  const titles = Array.from({ length: 60 }, (__, at) => `title ${at}`);
  const yaml = `settlements: { ${named}, ${CONSTANTS}, columns: { ${columns} } }`;
  const mapping = parseMappings(yaml, 'm').settlements!;
  const content = (rows: readonly string[]) => `${[...rows, 'ref,Receipt No.,paid', 'A,QK1,5'].join('\n')}\n`;
  const { facts } = await read('settlements', content(titles), { mapping });
  expect(facts).toHaveLength(1);
  const short = titles.slice(0, 5).join('\n');
  await expect(read('settlements', `${short}\n`, { mapping })).rejects.toThrow('Correct `header` or `header_row`');
});
