// The facts of a body, of whichever network.

import { describe, expect, test } from 'vitest';
import { bodySettings } from '../../../src/producers/account-settings.ts';
import type { BodyContext } from '../../../src/producers/bodies/body.ts';
import { jsonReader } from '../../../src/producers/bodies/body-facts.ts';
import {
  addOrder,
  addOrderStatus,
  addRefundRequest,
  type OrderSaid,
} from '../../../src/producers/bodies/order-facts.ts';
import { addLine, addPayment, type LineSaid, type PaymentSaid } from '../../../src/producers/bodies/payment-facts.ts';
import { bodyOf, CONTEXT, factsOf, fieldsOf, READ_AT } from './given-body.ts';

const AT = Date.parse('2026-06-01T11:00:00Z');
const PAID: PaymentSaid = {
  ...({ via: 'callback', kind: 'payment', status: 'succeeded', word: 'ok', event: null } as const),
  ...{ reference: 'A-1', provider: 'P-1', amount: '10.00', currency: 'KES', fee: '0.30', at: AT },
};
const LINE: LineSaid = {
  ...({ type: 'payment', word: null, line: null, payout: 'PO-1', reference: 'A-1' } as const),
  ...{ provider: 'P-1', gross: '10.00', currency: 'KES', fee: null, date: '2026-06-02' },
};
const ORDER: OrderSaid = {
  ...{ reference: 'A-1', amount: '10.00', currency: 'KES', placedAt: AT, statusAt: null, statedAt: null },
  status: 'awaiting_payment',
};

function payment(said: Partial<PaymentSaid> = {}, context: Partial<BodyContext> = {}) {
  const facts = factsOf(context);
  addPayment(facts, fieldsOf('{}'), { ...PAID, ...said });
  return facts.reading;
}

function line(said: Partial<LineSaid> = {}, context: Partial<BodyContext> = {}) {
  const facts = factsOf(context);
  addLine(facts, fieldsOf('{}'), { ...LINE, ...said });
  return facts.reading;
}

describe('a payment', () => {
  test('is a fact of its account, with the id of its event', () => {
    expect(payment({ event: 'ev-1' }).facts).toMatchObject([
      {
        ...{ id: 'net/main:callback:ev-1', transaction_reference: 'A-1', occurred_at: AT, received_at: READ_AT },
        ...{ raw: 'ex-1', body: { status: 'succeeded', word: null, amount: '10.00', fee: '0.30' } },
      },
    ]);
  });

  test('without an event has one id each time, another for another status, and the same for another amount', () => {
    const idOf = (said: Partial<PaymentSaid>) => payment(said).facts[0]!.id;
    expect(idOf({})).toBe(idOf({}));
    expect(idOf({ amount: '99.00' })).toBe(idOf({}));
    expect(idOf({ status: 'failed' })).not.toBe(idOf({}));
    expect(idOf({ via: 'poll', amount: '99.00' })).not.toBe(idOf({ via: 'poll' }));
  });

  test('keeps the word of the network only where we have none', () => {
    const [fact] = payment({ status: 'unclassified', word: 'odd' }).facts;
    expect(fact!.body).toMatchObject({ status: 'unclassified', word: 'odd' });
  });

  test('without a reference goes by its identity, and a return by that of its payment', () => {
    expect(payment({ reference: null }).facts[0]!.transaction_reference).toBe('?net:P-1');
    const refund = { kind: 'refund', reference: null, provider: null, original: 'P-9' } as const;
    expect(payment(refund).facts[0]!.transaction_reference).toBe('?net:P-9');
    expect(payment({ reference: null, provider: null })).toMatchObject({
      facts: [],
      rejects: [{ code: 'HESABU_FIELD_MISSING' }],
    });
  });

  test('has the further ids that are there, and that no field has', () => {
    const aliases = { flw_ref: 'F-1', again: 'P-1', none: null };
    expect(payment({ aliases }).facts[0]!.body).toMatchObject({ aliases: { flw_ref: 'F-1' } });
    expect(payment({ aliases: { none: null } }).facts[0]!.body).not.toHaveProperty('aliases');
  });

  test('without a time has the time of reading, and one id whenever it is read', () => {
    const [fact] = payment({ at: null }).facts;
    expect(fact).toMatchObject({ occurred_at: READ_AT, body: { untimed: true } });
    expect(payment().facts[0]!.body).not.toHaveProperty('untimed');
  });

  test('of an unsigned callback is a hint, of a poll it is not', () => {
    const context = { isUnsigned: true };
    expect(payment({}, context).facts[0]!.body).toMatchObject({ hint: true });
    expect(payment({ via: 'poll' }, context).facts[0]!.body).not.toHaveProperty('hint');
  });

  test('has the currency of its account where the body has none', () => {
    const settings = bodySettings({ currency: 'UGX' });
    expect(payment({ currency: null }, { settings }).facts[0]!.body).toMatchObject({ currency: 'UGX' });
  });

  test('with a fault of its fields is a reject with the place', () => {
    const facts = factsOf();
    const [fields] = fieldsOf('{"data": [{"x": 1}]}').each('data');
    fields!.refuse('amount', 'HESABU_FIELD_MISSING', 'an amount');
    addPayment(facts, fields!, PAID);
    expect(facts.reading).toMatchObject({ facts: [], rejects: [{ field: 'data[0].amount', place: 'data[0]' }] });
  });
});

describe('a line', () => {
  test('belongs to its payment and its payout', () => {
    const expected = { transaction_reference: 'A-1', payout: 'PO-1', occurred_at: null };
    expect(line().facts).toMatchObject([{ ...expected, body: { line_type: 'payment', gross: '10.00' } }]);
    expect(line({ line: 'L-1' }).facts[0]).toMatchObject({ id: 'net/main:line:L-1', line: 'L-1' });
  });

  test('said twice in one body is two lines', () => {
    const facts = factsOf();
    for (let times = 0; times < 2; times++) addLine(facts, fieldsOf('{}'), LINE);
    expect(new Set(facts.reading.facts.map(({ id }) => id)).size).toBe(2);
  });

  test.each([
    ['a payout', { type: 'payout', payout: null, reference: null, provider: 'T-1', gross: '-9.70' }, '!net/main:T-1'],
    ['a fee of the account', { type: 'fee', payout: null, reference: null, provider: null }, '!net/main@2026-06-02'],
    ['a fee in a payout', { type: 'fee', reference: null, provider: 'F-1' }, '!net/main:PO-1'],
    ['a fee of a payment', { type: 'fee', reference: null, original: 'P-1' }, '?net:P-1'],
  ] as const)('that is %s has its key', (_what, said, key) => {
    expect(line(said).facts.map((fact) => fact.transaction_reference)).toEqual([key]);
  });

  test.each([
    ['a refund above zero', { type: 'refund' }, 'HESABU_AMOUNT_SIGN'],
    ['a payment below zero', { gross: '-1.00' }, 'HESABU_AMOUNT_SIGN'],
    ['no amount', { gross: null }, 'HESABU_FIELD_MISSING'],
    ['no currency', { currency: null }, 'HESABU_FIELD_MISSING'],
    ['no date', { date: null }, 'HESABU_FIELD_MISSING'],
  ] as const)('with %s is rejected', (_what, said, code) => {
    expect(line(said)).toMatchObject({ facts: [], rejects: [{ code }] });
  });
});

describe('an order', () => {
  test('is of its merchant, and goes by its reference', () => {
    const facts = factsOf();
    addOrder(facts, fieldsOf('{}'), { ...ORDER, phone: '+254700000001', ip: '10.0.0.1', parent: 'W-1' });
    expect(facts.reading.facts).toMatchObject([
      { id: 'order:A-1', account: null, merchant: 'shop-a', stated_at: READ_AT, body: { parent: 'W-1', ip: '#8' } },
    ]);
    expect(JSON.stringify(facts.reading.facts)).not.toContain('254700000001');
  });

  test('may get a status and a refund later', () => {
    const facts = factsOf();
    addOrderStatus(facts, fieldsOf('{}'), { reference: 'A-1', status: 'cancelled', at: AT, event: 'ev-2' });
    const refund = { reference: 'A-1', refund: 'R-1', amount: '4.00', currency: 'KES', at: AT };
    addRefundRequest(facts, fieldsOf('{}'), refund);
    expect(facts.reading.facts).toMatchObject([
      { id: 'net/main:order-status:ev-2', body: { type: 'OrderStatusChanged', status: 'cancelled', at: AT } },
      { id: 'net/main:refund-request:R-1', body: { type: 'RefundRequested', refund_id: 'R-1', amount: '4.00' } },
    ]);
  });
});

describe('a reader of JSON', () => {
  const read = jsonReader(CONTEXT, (root, facts) => {
    addPayment(facts, root, { ...PAID, reference: root.id('ref') });
  });

  test('reads one object', () => {
    expect(read(bodyOf('{"ref": "A-7"}')).facts).toMatchObject([{ transaction_reference: 'A-7' }]);
  });

  test.each(['', 'text', '[]', 'null', '"x"', '{"a": 1, "a": 2}', '{"a":'])('calls %j unread', (text) => {
    expect(read(bodyOf(text))).toEqual({
      ...{ facts: [], rejects: [], ignored: [] },
      unread: expect.objectContaining({ code: expect.stringMatching(/^HESABU_/) }),
    });
  });
});
