// What several bodies of a network say of one payment, brought together: they are one payment, whatever their order.
import { describe, expect, test } from 'vitest';
import type { Fact } from '../../src/domain/fact.ts';
import { idOfName } from '../../src/domain/key.ts';
import { assess, readMatchGroup } from '../../src/matching/assess.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { AIRTEL } from '../../src/providers/airtel/airtel.ts';
import { MPESA } from '../../src/providers/mpesa/mpesa.ts';
import { MTN_MOMO } from '../../src/providers/mtn-momo/mtn-momo.ts';
import { fold, order } from '../matching/given.ts';
import { READ_AT, readBody } from './body-reader.ts';
import {
  CONFIRMATION,
  pulled,
  RECEIPT,
  result,
  STK_ACCEPTED,
  stkCallback,
  stkQuery,
  transaction,
} from './mpesa/given-bodies.ts';
import { BY_ORDER, COLLECTION, changed, REQUEST, read, received } from './onafriq/given-objects.ts';

const RULES = compileRules(parseRules({}));
const ORDER = order({ id: 'order:ord-77', amount: '3000', currency: 'UGX' });

/** The payments of the order, the same in both orders of the facts. */
function paymentsOf(...readings: readonly { readonly facts: readonly Fact[] }[]) {
  const facts = readings.flatMap((reading) => reading.facts);
  const [first, again] = [facts, facts.toReversed()].map((claims) =>
    readMatchGroup(fold([ORDER, ...claims]), RULES).payments.map(({ succeeded, gross, ids }) => ({
      ...{ succeeded, gross },
      ids: ids.map(idOfName).sort(),
    })),
  );
  expect(again).toEqual(first);
  return first!;
}

describe('bodies of Onafriq', () => {
  const request = (status: string, collection: number | null = null) => ({ ...REQUEST, status, collection });
  const pending = read('webhook', changed(request('pending')), BY_ORDER);
  const money = read('webhook', received(COLLECTION), BY_ORDER);
  const v2 = read('webhook', received({ ...COLLECTION, collection_request: 427737 }), {
    settings: { reference: 'reference' },
  });
  const polled = read('poll', request('successful', 131820), BY_ORDER);

  test('of a collection and of its request are one payment, and unsigned ones are no money', () => {
    expect(paymentsOf(pending, money)).toEqual([{ succeeded: false, gross: null, ids: ['131820', '427737', 'SS12'] }]);
    expect(paymentsOf(pending, money, polled)).toEqual([
      { succeeded: true, gross: 3000n, ids: ['131820', '427737', 'SS12'] },
    ]);
    expect(v2.facts).toHaveLength(1);
  });

  test('that expired and then succeeded are a success, and then a return', () => {
    const expired = read('poll', { ...request('expired'), modified: '2024-05-01T09:10:00Z' }, BY_ORDER);
    const late = read('poll', { ...request('successful', 131820), modified: '2024-05-01T09:20:00Z' }, BY_ORDER);
    expect(paymentsOf(expired, late)).toMatchObject([{ succeeded: true, gross: 3000n }]);
    const reversed = read('poll', { ...request('reversed', 131820), modified: '2024-05-02T09:20:00Z' }, BY_ORDER);
    expect(readMatchGroup(fold([ORDER, ...late.facts, ...reversed.facts]), RULES).payments).toMatchObject([
      { succeeded: true, reportedStatus: 'reversed', gross: 3000n },
    ]);
  });
});

describe('bodies of Airtel Money', () => {
  const about = { transaction_reference: 'ord-77', phone: '+256752123456' };
  const answer = (status: string, more: object = {}) => ({
    data: { transaction: { airtel_money_id: 'MP1', id: 'ord-77', status, ...more } },
    status: { code: '200', success: true, response_code: 'DP00800001006' },
  });
  const prompted = readBody(AIRTEL, 'initiation', answer('TS', { airtel_money_id: null }), { about });
  const paid = readBody(AIRTEL, 'poll', answer('TS', { amount: 3000 }), { settings: { currency: 'UGX' } });

  test('a prompt is no payment, whatever it says, and the enquiry is one', () => {
    expect(paymentsOf(prompted)).toMatchObject([{ succeeded: false }]);
    expect(paymentsOf(prompted, paid).filter(({ succeeded }) => succeeded)).toMatchObject([{ gross: 3000n }]);
    const bare = readBody(AIRTEL, 'poll', answer('TS'), { settings: { currency: 'UGX' } });
    // The answer that most accounts get has no amount: the order is paid, and nobody knows how much.
    const placed = { placed_at: READ_AT - 60_000 };
    const shown = [paid, bare].map(({ facts }) => {
      const claims = [order({ ...ORDER.body, ...placed }), ...prompted.facts, ...facts];
      const { payment, findings, money } = assess(fold(claims), RULES, READ_AT + 60_000);
      return { payment, reasons: findings.map(({ reason }) => reason), money };
    });
    expect(shown).toEqual([
      { payment: 'matched', reasons: [null], money: [{ currency: 'UGX', received: 3000n, returned: 0n }] },
      { payment: 'matched', reasons: [null], money: [] },
    ]);
  });
});

describe('bodies of MTN MoMo', () => {
  const about = { 'X-Reference-Id': '8a6c3a4e-0b57-4f43-9c0b-1d2e3f405162', transaction_reference: 'ord-77' };
  const body = { financialTransactionId: '23503452', externalId: 'ord-77', amount: '3000', currency: 'UGX' };

  test('an accepted request, its callback and its status are one payment', () => {
    const accepted = readBody(MTN_MOMO, 'initiation', '', { about });
    const callback = readBody(MTN_MOMO, 'webhook', { ...body, status: 'SUCCESSFUL' });
    const polled = readBody(MTN_MOMO, 'poll', { ...body, status: 'SUCCESSFUL' }, { about });
    expect(paymentsOf(accepted, callback, polled)).toMatchObject([{ succeeded: true, gross: 3000n }]);
  });
});

describe('bodies of M-Pesa', () => {
  const about = { transaction_reference: 'ord-71' };
  const ORDERED = order({ id: 'order:ord-71', amount: '1500.50', currency: 'KES' });

  test('of one receipt are one payment, whichever way it is told', () => {
    const told = [
      readBody(MPESA, 'initiation', STK_ACCEPTED, { about }),
      readBody(MPESA, 'webhook', stkCallback()),
      readBody(MPESA, 'poll', stkQuery('0'), { about }),
      readBody(MPESA, 'webhook', CONFIRMATION),
      readBody(MPESA, 'poll', pulled({})),
      readBody(MPESA, 'webhook', result(0, transaction('Completed'))),
    ].flatMap(({ facts }) => facts);
    for (const claims of [told, told.toReversed()]) {
      const { payments } = readMatchGroup(fold([ORDERED, ...claims]), RULES);
      expect(payments).toMatchObject([{ succeeded: true, gross: 150050n, ids: expect.arrayContaining([RECEIPT]) }]);
    }
  });
});
