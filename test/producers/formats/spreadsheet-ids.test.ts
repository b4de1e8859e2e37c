// What a spreadsheet makes of an id is refused in a table, and never taken for an id of a payment.
import { describe, expect, test } from 'vitest';
import type { FileKind } from '../../../src/producers/formats/format.ts';
import { read, SETTLEMENT_HEADER } from '../import-helpers.ts';

const line = (reference: string, id: string, more = '') =>
  `${SETTLEMENT_HEADER}${more === '' ? '' : ',line_id,report_id,payout_id,original_transaction_id'}\n` +
  `"${reference}","${id}",payment,10.00,KES,,2026-02-01${more}\n`;

const CHANGED = [
  '2.60601E+16',
  '2,60601E+16',
  '2.6e+16',
  '1E+05',
  '-2.6E+16',
  '#REF!',
  '#N/A',
  '#NAME?',
  '#DIV/0!',
  '#VALEUR!',
  '########',
  'TRUE',
  'FALSE',
  '1/6/2026',
  '01/06/2026',
  '2026-06-01',
  '2026-06-01 00:00:00',
  "'2.60601E+16",
];

describe('what a spreadsheet wrote where an id was', () => {
  test.each(CHANGED)('%s is refused as a reference and as an id of a line', async (text) => {
    expect((await read('settlements', line(text, 'T1'))).faults).toEqual(['2 transaction_reference HESABU_ID_CHANGED']);
    expect((await read('settlements', line('R1', text))).faults).toEqual(['2 transaction_id HESABU_ID_CHANGED']);
    expect((await read('settlements', line('', text))).faults).toEqual(['2 transaction_id HESABU_ID_CHANGED']);
    expect((await read('settlements', line('R1', 'T1', `,,,,"${text}"`))).faults).toEqual([
      '2 original_transaction_id HESABU_ID_CHANGED',
    ]);
    expect((await read('settlements', line('R1', 'T1', `,"${text}",,,`))).faults).toEqual([
      '2 line_id HESABU_ID_CHANGED',
    ]);
  });

  test.each(['219E01', '1E5', '#1042', '#EN1001', 'true', 'TRUE-1', '20260601', '26060100000000123', '2026-06', '1/2'])(
    '%s is an id',
    async (text) => {
      const { facts, faults } = await read('settlements', line(text, text));
      expect(faults).toEqual([]);
      expect(facts.map(({ transaction_reference: reference }) => reference)).toEqual([text]);
    },
  );

  test('a report may be named by its day, and by no rounded number', async () => {
    expect((await read('settlements', line('R1', 'T1', ',,2026-06-01,,'))).faults).toEqual([]);
    expect((await read('settlements', line('R1', 'T1', ',,2.6E+11,,'))).faults).toEqual([
      '2 report_id HESABU_ID_CHANGED',
    ]);
  });

  test.each([
    [
      'orders',
      'merchant,transaction_reference,amount,currency,placed_at,order_number\nm,R1,1,KES,2026-06-01T00:00:00Z,1E+15\n',
      '2 order_number HESABU_ID_CHANGED',
    ],
    [
      'callbacks',
      'id,event,created_at,transaction_reference,transaction_id,amount,currency\n' +
        '1.2E+17,payment.success,2026-06-01T00:00:00Z,R1,T1,1,KES\n',
      '2 id HESABU_ID_CHANGED',
    ],
    [
      'polls',
      'transaction_reference,transaction_id,status,amount,currency,updated_at,operator_transaction_id\n' +
        'R1,T1,succeeded,1,KES,2026-06-01T00:00:00Z,1.2E+17\n',
      '2 operator_transaction_id HESABU_ID_CHANGED',
    ],
  ] as const)('is refused in a CSV of %s', async (kind: FileKind, text, fault) => {
    expect((await read(kind, text)).faults).toEqual([fault]);
  });

  test('is taken as it is in JSON, which comes from programs', async () => {
    const row = { transaction_reference: 'TRUE', transaction_id: '2026-06-01', status: 'succeeded', amount: '1' };
    const { faults } = await read('polls', JSON.stringify({ ...row, currency: 'KES' }));
    expect(faults).toEqual([]);
  });
});

describe('an apostrophe before a cell', () => {
  test('is no part of a reference, an id or a phone number', async () => {
    const { facts } = await read('settlements', line("'0071", "'26060100000000123"));
    expect(facts.map(({ transaction_reference: reference }) => reference)).toEqual(['0071']);
    expect(facts[0]!.body).toMatchObject({ provider_transaction_id: '26060100000000123' });
    const header = 'merchant,transaction_reference,amount,currency,placed_at,msisdn\n';
    const orders = ["'254712345678", '254712345678'].map(async (phone) => {
      return (await read('orders', `${header}m,R1,1,KES,2026-06-01T00:00:00Z,${phone}\n`)).facts[0]!.body;
    });
    const [guarded, plain] = await Promise.all(orders);
    expect(guarded).toEqual(plain);
  });

  test('alone is an empty cell', async () => {
    const { facts, faults } = await read('settlements', line("'", 'T1'));
    expect(faults).toEqual([]);
    expect(facts.map(({ transaction_reference: reference }) => reference)).toEqual(['?mfs-africa:T1']);
    expect((await read('settlements', line("'", "'"))).faults).toEqual([
      '2 transaction_reference HESABU_FIELD_MISSING',
    ]);
  });
});
