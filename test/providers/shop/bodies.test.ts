// The events of a shop system of one's own.

import { describe, expect, test } from 'vitest';
import { SHOP } from '../../../src/providers/shop/shop.ts';
import { type Given, readBody } from '../body-reader.ts';

const DATA = {
  ...{ transaction_reference: 'A-1', amount: '1500.00', currency: 'KES', placed_at: '2026-06-01T11:00:00Z' },
  ...{ order_number: '1001', merchant: 'shop-b', msisdn: '+254711223344', ip: '203.0.113.7' },
};
const TOLD = '2026-06-01T11:30:00Z';
const send = (type: string, data: object, given: Given = {}) =>
  readBody(SHOP, 'order', { type, timestamp: TOLD, data }, { headers: { 'webhook-id': 'msg_1' }, ...given });

describe('an event of an order', () => {
  test.each([
    ['order.placed', 'awaiting_payment', null],
    ['order.updated', 'awaiting_payment', null],
    ['order.paid', 'paid', Date.parse(TOLD)],
    ['order.fulfilled', 'fulfilled', Date.parse(TOLD)],
    ['order.cancelled', 'cancelled', Date.parse(TOLD)],
  ])('%s with the whole order is the order, %s', (type, status, status_at) => {
    const { facts } = send(type, DATA);
    expect(facts).toMatchObject([
      {
        id: 'order:A-1',
        merchant: 'shop-b',
        stated_at: Date.parse(TOLD),
        body: { amount: '1500.00', status, status_at },
      },
    ]);
  });

  test('may be one part of an order of several merchants', () => {
    expect(send('order.placed', { ...DATA, parent: 'W-1' }).facts).toMatchObject([{ body: { parent: 'W-1' } }]);
  });

  test.each([
    ['order.cancelled', { transaction_reference: 'A-1' }, 'cancelled'],
    ['order.status', { transaction_reference: 'A-1', status: 'fulfilled' }, 'fulfilled'],
  ])('%s with the reference alone is a later status', (type, data, status) => {
    const body = { type: 'OrderStatusChanged', status, at: Date.parse(TOLD) };
    expect(send(type, data).facts).toMatchObject([{ id: 'shop/main:order-status:msg_1', body }]);
  });

  test('refund.requested is what the shop gives back', () => {
    const data = { transaction_reference: 'A-1', refund_id: 'R-1', amount: '20.00', currency: 'KES' };
    expect(send('refund.requested', data).facts).toMatchObject([
      { body: { type: 'RefundRequested', refund_id: 'R-1', amount: '20.00', at: Date.parse(TOLD) } },
    ]);
  });

  test.each([
    ['order.placed', { ...DATA, amount: '0' }, 'data.amount'],
    ['order.placed', { ...DATA, currency: null }, 'data.amount'],
    ['order.placed', { ...DATA, placed_at: '2026-06-01' }, 'data.placed_at'],
    ['order.placed', { ...DATA, status: 'lost' }, 'data.status'],
    ['order.placed', { ...DATA, transaction_reference: '' }, 'data.transaction_reference'],
    ['order.status', { transaction_reference: 'A-1', status: 'lost' }, 'data.status'],
    ['order.status', { status: 'paid' }, 'data.transaction_reference'],
    ['refund.requested', { transaction_reference: 'A-1', currency: 'KES' }, 'data.amount'],
  ])('%s with an invalid field is rejected by its name: %o', (type, data, field) => {
    expect(send(type, data)).toMatchObject({ facts: [], rejects: [{ field }] });
  });

  test('of another type is ignored, and a body of another shape unread', () => {
    expect(send('order.admired', DATA)).toMatchObject({ facts: [], ignored: [{ id: 'A-1' }], unread: null });
    for (const body of [{}, { type: 'order.placed' }, { data: DATA }]) {
      expect(readBody(SHOP, 'order', body)).toMatchObject({ facts: [], unread: { code: 'HESABU_ROW_SHAPE' } });
    }
  });
});
