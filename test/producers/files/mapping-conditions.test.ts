// Values of fields that depend on other cells of their row, amounts with the other sign, and keys without anything.
import { describe, expect, test } from 'vitest';
import { parseMappings } from '../../../src/producers/files/mapping-file.ts';
import { orderOf, read, settledOf } from '../import-helpers.ts';

const settled = async (columns: string, content: string) => {
  const yaml = `settlements:
  constants: { type: payment, currency: KES, fee_deduction: "", settlement_date: "2026-06-02" }
  columns: { transaction_reference: ref, transaction_id: id, amount_received: paid, ${columns} }`;
  const { facts, faults } = await read('settlements', content, { mapping: parseMappings(yaml, 'm').settlements! });
  expect(faults).toEqual([]);
  return facts.map(settledOf);
};

describe('a value under conditions', () => {
  const WHEN = 'original_transaction_id: { from: link, when: [{ from: id, where: { kind: [Charge], link: [""] } }] }';

  test('is the column of the first case that applies, otherwise that of `from`', async () => {
    const rows = await settled(
      WHEN,
      'ref,id,paid,kind,link\nA,1,5,sale,\nA,2,5,charge,\nA,3,5,charge,9\nA,4,5,sale,8\n',
    );
    expect(rows.map(({ original_transaction_id }) => original_transaction_id)).toEqual([null, '2', '9', '8']);
  });

  test('may be a text, and the conditions may say what a cell is not', async () => {
    const yaml = `orders:
  constants: { merchant: m, currency: KES }
  columns:
    transaction_reference: no
    amount: total
    placed_at: at
    status: { from: state, when: [{ value: cancelled, not: { gone: [""] } }] }`;
    const content = [
      'no,total,at,state,gone',
      'A,5,2026-06-01T00:00:00Z,paid,',
      'B,5,2026-06-01T00:00:00Z,paid,2026-06-02',
      '',
    ].join('\n');
    const { facts } = await read('orders', content, { mapping: parseMappings(yaml, 'm').orders! });
    expect(facts.map(orderOf).map(({ status }) => status)).toEqual(['paid', 'cancelled']);
  });

  test('reads paths in JSON rows', async () => {
    const rows = await settled(
      'original_transaction_id: { when: [{ from: meta.of, where: { meta.kind: [refund] } }] }',
      [
        '{"ref":"A","id":1,"paid":5,"meta":{"kind":"refund","of":7}}',
        '{"ref":"A","id":2,"paid":5,"meta":{"kind":"x","of":8}}',
      ].join('\n'),
    );
    expect(rows.map(({ original_transaction_id }) => original_transaction_id)).toEqual(['7', null]);
  });

  test('without any case takes nothing, also not from a column of the name of the field', async () => {
    const [row] = await settled('request_id: { when: [] }', 'ref,id,paid,request_id\nA,1,5,9\n');
    expect(row?.request_id).toBeNull();
  });

  test('does not make its columns necessary', async () => {
    const rows = await settled('request_id: { when: [{ from: gone, where: { kind: [x] } }] }', 'ref,id,paid\nA,1,5\n');
    expect(rows).toHaveLength(1);
  });

  test.each([
    ['{ when: [{ where: { a: [b] } }] }', 'expected either `from` or `value`'],
    ['{ when: [{ from: a, value: b }] }', 'expected either `from` or `value`'],
    ['{ when: [{ fro: a }] }', 'expected from, the nearest that there is'],
  ])('is refused as %s', (column, message) => {
    const yaml = `settlements: { columns: { request_id: ${column} } }`;
    expect(() => parseMappings(yaml, 'm')).toThrow(message);
  });
});

test('an amount that the source writes with the other sign is turned, whatever it is', async () => {
  const yaml = `settlements:
  constants: { type: adjustment, currency: KES, fee_deduction: "", settlement_date: "2026-06-02", transaction_id: "" }
  columns: { transaction_reference: ref, amount_received: { negate: paid } }`;
  const mapping = parseMappings(yaml, 'm').settlements!;
  const { facts } = await read('settlements', 'ref,paid\nA,5\nB,-7.25\nC,0\n', { mapping });
  expect(facts.map(settledOf).map(({ gross }) => gross)).toEqual(['-5.00', '7.25', '0.00']);
});

test('ids in small letters are capitals where the mapping says so, also those under a condition', async () => {
  const when = '{ from: request_id, letters: upper, when: [{ from: other, where: { kind: [x] } }] }';
  const columns = `transaction_id: { from: transaction_id, letters: upper }, request_id: ${when}`;
  const yaml = `settlements:
  constants: { type: payment, currency: KES, fee_deduction: "", settlement_date: "2026-06-02" }
  columns: { transaction_reference: ref, amount_received: paid, ${columns} }`;
  const file = 'ref,paid,transaction_id,request_id,other,kind\na,5,tab1,r1,o1,x\nb,5,TaB2,r2,o2,y\n';
  const { facts } = await read('settlements', file, { mapping: parseMappings(yaml, 'm').settlements! });
  const lines = facts.map(settledOf);
  expect(lines.map(({ provider_transaction_id: id }) => id)).toEqual(['TAB1', 'TAB2']);
  expect(lines.map(({ request_id: id }) => id)).toEqual(['O1', 'R2']);
});

test('letters are upper, and nothing else', () => {
  const yaml = 'settlements: { columns: { request_id: { from: a, letters: lower } } }';
  expect(() => parseMappings(yaml, 'm')).toThrow('expected "upper"');
});

test('keys with nothing but comments after them have no members', () => {
  const text = 'orders:\n  columns:\n    # ? amount: Total\n  words:\n    status:\n  constants:\npolls:\n';
  expect(parseMappings(text, 'm')).toEqual(parseMappings('{ orders: { words: { status: {} } }, polls: {} }', 'm'));
});
