// A network that is described by configuration alone.

import { createHmac } from 'node:crypto';
import { GENERIC } from '../../../src/providers/generic/generic.ts';
import type { ProviderSample } from '../../contract/provider/sample.ts';

const payment = { ref: 'A-1', id: 'T-1', paid: 1500.5, currency: 'KES', state: 'OK', at: '01/06/2026 14:59:00' };
const expected = { status: 'succeeded', amount: '1500.50', currency: 'KES', provider_transaction_id: 'T-1' };
const ids = { transaction_reference: 'ref', transaction_id: 'id', currency: 'currency' };
const columns = { ...ids, amount: 'paid' };

export const GENERIC_SAMPLE: ProviderSample = {
  provider: GENERIC,
  open: ['mapping', 'status.headers', 'settlement.headers'],
  account: {
    ...{ provider: 'generic', account: 'main', merchants: ['shop-1'], base_url: 'https://net.example' },
    webhook: {
      ...{ scheme: 'hmac-sha512-base64', header: 'X-Net-Signature', prefix: 'v1=', tolerance: 'PT5M' },
      secrets: [{ env: 'NET_SECRET' }],
    },
    mapping: {
      callbacks: {
        ...{ dates: ['dd/MM/yyyy HH:mm:ss'], zone: 'Africa/Nairobi' },
        columns: { ...columns, event: 'state', completed_at: 'at' },
        words: { event: { OK: 'payment.success' } },
      },
      polls: {
        ...{ dates: ['dd/MM/yyyy HH:mm:ss'], zone: 'Africa/Nairobi' },
        columns: { ...columns, status: 'state', updated_at: 'at' },
        words: { status: { OK: 'succeeded' } },
      },
      settlements: {
        columns: { ...ids, amount_received: 'paid', fee_deduction: 'fee', settlement_date: 'day' },
        constants: { type: 'payment' },
      },
    },
    status: {
      path: '/v1/payments/{transaction_reference}',
      headers: { 'X-Key': { env: 'NET_KEY' } },
    },
    settlement: { path: '/v1/reports/{date}', format: 'json', headers: { 'X-Key': { env: 'NET_REPORTS' } } },
  },
  secrets: {
    NET_SECRET: 'the-secret-of-the-network',
    NET_KEY: 'the-key-of-the-network',
    NET_REPORTS: 'the-key-of-reports',
  },
  files: [
    {
      kind: 'orders',
      text: 'merchant,transaction_reference,amount,currency,placed_at\nshop-1,A-2,5.00,KES,2026-06-01T11:00:00Z\n',
      facts: [{ id: 'order:A-2', transaction_reference: 'A-2', body: { amount: '5.00' } }],
    },
  ],
  webhook: {
    body: JSON.stringify(payment),
    fact: {
      ...{ transaction_reference: 'A-1', occurred_at: Date.parse('2026-06-01T11:59:00Z') },
      body: { via: 'callback', ...expected },
    },
    unknownEvent: JSON.stringify({ ...payment, state: 'SIDEWAYS' }),
    headers: (bytes, secret) => ({
      'x-net-signature': `v1=${createHmac('sha512', secret).update(bytes).digest('base64')}`,
    }),
    secret: 'NET_SECRET',
    tolerance: null,
  },
  gateway: {
    answers: {
      status: { status: 200, body: JSON.stringify(payment) },
      check: { status: 404, body: '{"message":"unknown payment"}' },
      settlement: { status: 200, body: JSON.stringify([{ ...payment, fee: '1.00', day: '2026-06-01' }]) },
    },
    status: { transaction_reference: 'A-1', body: { via: 'poll', ...expected } },
  },
};
