// JSON of other programs: dotted paths, lists somewhere in a document, numbers as they are written, words of events.
import { describe, expect, test } from 'vitest';
import { parseMappings } from '../../../src/producers/files/mapping-file.ts';
import type { FileKind } from '../../../src/producers/formats/format.ts';
import { paymentOf, read, settledOf } from '../import-helpers.ts';

const mapped = (kind: FileKind, yaml: string, text: string) =>
  read(kind, text, { mapping: parseMappings(yaml, 'm.yaml')[kind] });
const lines = (...rows: unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

describe('webhook bodies as gateways send them', () => {
  test('Paystack: hundredths, also in XOF', async () => {
    const yaml = `
callbacks:
  unit: minor
  columns:
    id: data.id
    created_at: data.created_at
    transaction_reference: data.reference
    transaction_id: data.id
    fee: data.fees
    completed_at: data.paid_at
  words: { event: { charge.success: payment.success } }`;
    const body = (reference: string, amount: number, currency: string, fees: number) => ({
      event: 'charge.success',
      data: { id: 5120001, reference, amount, currency, fees, paid_at: '2026-06-01T07:05:00.000Z', metadata: '' },
    });
    const text = lines(body('PK-1', 200000, 'NGN', 3000), body('PK-2', 350000, 'XOF', 6825));
    const { facts, faults } = await mapped('callbacks', yaml, text);
    expect(faults).toEqual([]);
    expect(facts.map((fact) => paymentOf(fact))).toMatchObject([
      { kind: 'payment', status: 'succeeded', amount: '2000.00', currency: 'NGN', fee: '30.00' },
      { kind: 'payment', status: 'succeeded', amount: '3500', currency: 'XOF', fee: '68.25' },
    ]);
    expect(facts[0]).toMatchObject({
      transaction_reference: 'PK-1',
      id: 'mfs-africa:callback:5120001',
      occurred_at: Date.UTC(2026, 5, 1, 7, 5),
    });
  });

  test('Flutterwave: the word that decides is in the data', async () => {
    const yaml = `
callbacks:
  columns:
    event: data.status
    transaction_reference: tx_ref
    transaction_id: flw_ref
    fee: app_fee
    completed_at: created_at
    id: data.id
    created_at: data.created_at
  words: { event: { successful: payment.success } }`;
    const data = { id: 1001, tx_ref: 'PK-1', flw_ref: 'FLW-1', amount: 2000, currency: 'NGN', app_fee: 28 };
    const row = {
      event: 'charge.completed',
      data: { ...data, status: 'SUCCESSFUL', created_at: '2026-06-01T07:05:00.000Z' },
    };
    const { facts, faults } = await mapped('callbacks', yaml, lines(row));
    expect(faults).toEqual([]);
    expect(paymentOf(facts[0])).toMatchObject({ status: 'succeeded', amount: '2000.00', fee: '28.00' });
  });

  test('M-Pesa C2B: no data, a local time of figures, and a constant currency', async () => {
    const yaml = `
callbacks:
  dates: ["yyyyMMddHHmmss"]
  zone: Africa/Nairobi
  columns:
    event: TransactionType
    transaction_reference: BillRefNumber
    transaction_id: TransID
    amount: TransAmount
    completed_at: TransTime
  constants: { currency: KES }
  words: { event: { "Pay Bill": payment.success } }`;
    const row = {
      TransactionType: 'Pay Bill',
      TransID: 'TAB1',
      TransTime: '20260601120000',
      TransAmount: '5.00',
      BillRefNumber: 'PK-1',
    };
    const { facts, faults } = await mapped('callbacks', yaml, lines(row));
    expect(faults).toEqual([]);
    expect(paymentOf(facts[0])).toMatchObject({ amount: '5.00', currency: 'KES', provider_transaction_id: 'TAB1' });
    expect(facts[0]?.occurred_at).toBe(Date.UTC(2026, 5, 1, 9));
  });
});

describe('a document', () => {
  const MAPPING = `
settlements:
  each: data.transactions
  columns: { transaction_reference: ref, transaction_id: id, amount_received: amount.value, settlement_date: paid_at }
  constants: { type: payment, currency: KES, fee_deduction: "" }`;
  const row = (ref: string, value: unknown = '5.00') => ({
    ref,
    id: `T-${ref}`,
    amount: { value },
    paid_at: '2026-06-02',
  });
  const document = (...rows: unknown[]) => ({
    status: 'ok',
    meta: { transactions: [[{ data: [1] }]], note: 'a "quoted, [text" \\' },
    data: { total: 2, transactions: rows, more: { transactions: [] } },
  });

  test.each([undefined, 2])('has its rows where `each` says, with indents of %s', async (indent) => {
    const { facts, faults } = await mapped(
      'settlements',
      MAPPING,
      JSON.stringify(document(row('R1'), row('R2')), null, indent),
    );
    expect(faults).toEqual([]);
    expect(facts.map(({ transaction_reference, raw }) => [transaction_reference, raw])).toEqual([
      ['R1', '7/1'],
      ['R2', '7/2'],
    ]);
  });

  test('may be a list, with a mapping and without one', async () => {
    const { facts } = await mapped(
      'settlements',
      MAPPING.replace('  each: data.transactions\n', ''),
      JSON.stringify([row('R1')]),
    );
    expect(facts).toHaveLength(1);
    const polls = ['R1', 'R2'].map((ref) => ({
      transaction_reference: ref,
      transaction_id: ref,
      status: 'failed',
      currency: 'KES',
    }));
    const plain = await read('polls', JSON.stringify(polls, null, 2));
    expect([plain.faults, plain.facts.length]).toEqual([[], 2]);
    expect((await read('polls', '[]')).result.rows).toBe(0);
  });

  test.each([
    ['cut', JSON.stringify(document(row('R1'), row('R2'))).slice(0, -40)],
    ['cut after its list', JSON.stringify([row('R1')]).slice(0, -1)],
    ['followed by more', `${JSON.stringify(document(row('R1')))} []`],
  ])('that is %s is not taken', async (_, text) => {
    const mapping = text.startsWith('[') ? MAPPING.replace('  each: data.transactions\n', '') : MAPPING;
    const { facts, result } = await mapped('settlements', mapping, text);
    expect([facts.length, result.lack === null]).toEqual([0, false]);
  });

  test.each([
    ['transactions', '{"data":{"transactions":[]}}'],
    ['data', '{"data":{"transactions":[]}}'],
    ['data.transactions', '{"data":[{"transactions":[]}]}'],
    ['data.transactions', '[{"data":{"transactions":[]}}]'],
    ['data.transactions', `{"x":"${'x'.repeat(70_000)}","data":{"transactions":[]}}`],
  ])('without a list at %s is refused: %.40s', async (each, text) => {
    const reading = mapped('settlements', MAPPING.replace('data.transactions', each), text);
    await expect(reading).rejects.toThrow(`a list of rows at "${each}"`);
  });

  test('leaves out the rows that `rows` leaves out', async () => {
    const yaml = `${MAPPING}\n  rows: { where: { "state.name": [Paid] } }`;
    const rows = [{ ...row('R1'), state: { name: 'paid' } }, { ...row('R2'), state: { name: 'open' } }, row('R3')];
    const { facts, result } = await mapped('settlements', yaml, JSON.stringify(document(...rows)));
    expect(facts.map(({ transaction_reference }) => transaction_reference)).toEqual(['R1']);
    expect([result.rows, result.leftOut]).toEqual([3, 2]);
  });

  test.each([
    ['90071992547409.93', '90071992547409.93'],
    ['25.000', '25.00'],
    ['-5', undefined],
    ['1e3', undefined],
    ['true', undefined],
    ['[5]', undefined],
    ['null', undefined],
  ])('a number %s stays as it is written, whatever the mapping says of texts', async (written, gross) => {
    const text = JSON.stringify([row('R1', '@')]).replace('"@"', written);
    const yaml = `${MAPPING.replace('  each: data.transactions\n', '')}\n  decimal: ","`;
    const { facts } = await mapped('settlements', yaml, text);
    expect(facts.map((fact) => settledOf(fact).gross)).toEqual(gross === undefined ? [] : [gross]);
  });

  test('names of JavaScript are names (B08)', async () => {
    const text = '[{"__proto__":{"ref":"evil"},"ref":"R1","id":"T","amount":{"value":"5"},"paid_at":"2026-06-02"}]';
    const yaml = MAPPING.replace('  each: data.transactions\n', '').replace(': ref', ': toString.length');
    expect((await mapped('settlements', yaml, text)).facts[0]?.transaction_reference).toBe('?mfs-africa:T');
  });
});
