// What the provider `onafriq` sends, for the contract of providers.

import { readFileSync } from 'node:fs';
import { NO_IDS } from '../../../src/producers/gateway.ts';
import { ONAFRIQ } from '../../../src/providers/onafriq/onafriq.ts';
import type { ProviderSample } from '../../contract/provider/sample.ts';

const hook = { id: 7, event: 'collection.received', target: 'https://shop.example/hooks', user: 3 };
const data = {
  ...{ id: 131820, remote_transaction_id: 'MP260601.1159.A1', amount: '1500.0000', currency: 'KES', reference: 'x' },
  ...{ phonenumber: '+254711223344', payment_date: '2026-06-01T11:59:00Z', status: 'successful' },
  collection_request: { id: 86296, metadata: { order_id: 'A-1' } },
};
const request = {
  ...{ id: 86296, amount: '1500.0000', currency: 'KES', phonenumber: '+254711223344', metadata: { order_id: 'A-1' } },
  ...{ status: 'pending', created: '2026-06-01T11:58:00Z', modified: '2026-06-01T11:58:30Z' },
};
const page = (...results: object[]) => JSON.stringify({ count: results.length, next: null, previous: null, results });
const line = { line_type: 'payment', settlement_date: '2026-06-01' };

export const ONAFRIQ_SAMPLE: ProviderSample = {
  provider: ONAFRIQ,
  account: {
    ...{ provider: 'onafriq', account: 'main', merchants: ['shop-1'], currency: 'KES' },
    reference: 'metadata.order_id',
    ...{ base_url: 'https://onafriq.example/api', api_key: { env: 'ONAFRIQ_KEY' }, version: 'v5' },
    webhook: { scheme: 'basic', secrets: [{ env: 'ONAFRIQ_USER' }] },
    settlement: { at: '06:30' },
  },
  secrets: { ONAFRIQ_KEY: 'the-key-of-onafriq', ONAFRIQ_USER: 'hesabu:the-password' },
  files: [
    {
      kind: 'settlements',
      text: readFileSync(new URL('../../fixtures/exports/onafriq-dtr.csv', import.meta.url), 'utf8'),
      facts: [
        {
          ...{ transaction_reference: 'ord-81', occurred_at: Date.parse('2026-06-01T23:30:00Z') },
          body: { ...line, gross: '50000', currency: 'UGX', fee: '250', provider_transaction_id: '90001' },
        },
        {
          transaction_reference: 'ord-82',
          body: { line_type: 'payment', gross: '1250.50', currency: 'KES', fee: '6.25', settlement_date: '2026-06-02' },
        },
        {
          transaction_reference: 'ord-82',
          body: { line_type: 'reversal', gross: '-1250.50', currency: 'KES', original_transaction_id: '90002' },
        },
      ],
    },
  ],
  webhook: {
    body: JSON.stringify({ hook, data }),
    fact: {
      transaction_reference: 'A-1',
      occurred_at: Date.parse('2026-06-01T11:59:00Z'),
      body: {
        ...{ via: 'callback', kind: 'payment', status: 'succeeded', amount: '1500.00', currency: 'KES', hint: true },
        ...{ provider_transaction_id: '131820', request_id: '86296', operator_transaction_id: 'MP260601.1159.A1' },
      },
    },
    unknownEvent: JSON.stringify({ hook: { ...hook, event: 'collection.painted' }, data }),
    headers: (_body, secret) => ({ authorization: `Basic ${Buffer.from(secret).toString('base64')}` }),
    secret: 'ONAFRIQ_USER',
    tolerance: null,
  },
  gateway: {
    answers: {
      initiate: { status: 201, body: JSON.stringify(request) },
      status: { status: 200, body: JSON.stringify({ ...request, status: 'successful', collection: 131820 }) },
      operators: { status: 200, body: page({ id: 15, name: 'MTN', code: 'KES', country: { iso: 'KE' } }) },
      settlement: { status: 200, body: page({ id: 5, type: 'mobile_collection', account: 1, amount: '1.0000' }) },
      gaps: { status: 200, body: page({ id: 6, type: 'collection.received', data }) },
      check: { status: 200, body: page() },
    },
    initiated: {
      transaction_reference: 'A-1',
      body: { via: 'poll', kind: 'payment', status: 'initiated', request_id: '86296' },
    },
    status: {
      transaction_reference: 'A-1',
      body: { via: 'poll', status: 'succeeded', amount: '1500.00', request_id: '86296' },
    },
    ids: { ...NO_IDS, request_id: '86296' },
  },
};
