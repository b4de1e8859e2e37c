// What the provider `mfs-africa` sends, for the contract of providers.

import { createHmac } from 'node:crypto';
import { MFS_AFRICA } from '../../../src/providers/mfs-africa/mfs-africa.ts';
import type { ProviderSample } from '../../contract/provider/sample.ts';

const data = {
  ...{ transaction_reference: 'A-1', transaction_id: 'P-1', amount: '1500.00', currency: 'KES', fee: 15.5 },
  ...{ msisdn: '254711223344', completed_at: '2026-06-01T11:59:00Z' },
};
const webhook = { id: 'ev-1', event: 'payment.success', created_at: '2026-06-01T11:59:01Z', data };
const succeeded = { status: 'succeeded', amount: '1500.00', currency: 'KES', provider_transaction_id: 'P-1' };
const callback = {
  id: 'mfs-africa:callback:ev-1',
  transaction_reference: 'A-1',
  body: { via: 'callback', ...succeeded, fee: '15.50' },
};
const REPORT =
  'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date,line_id\n' +
  'A-1,P-1,payment,1500.00,KES,15.50,2026-06-02,L-1\nA-2,P-2,payment,700,UGX,7,2026-06-02,L-2\n';
const line = { line_type: 'payment', settlement_date: '2026-06-02' };

export const MFS_AFRICA_SAMPLE: ProviderSample = {
  provider: MFS_AFRICA,
  account: {
    ...{ provider: 'mfs-africa', account: 'main', base_url: 'https://api.mfs.example/v2', api_key: { env: 'MFS_KEY' } },
    ...{ merchants: ['shop-1'], polling: { schedule: ['PT5M'] }, rate: { per_minute: 60 } },
    webhook: { scheme: 'timestamped', secrets: [{ env: 'MFS_SECRET' }, { env: 'MFS_OLDER' }], tolerance: 'PT60S' },
    settlement: { at: '06:30', format: 'csv' },
  },
  secrets: { MFS_KEY: 'the-key-of-mfs', MFS_SECRET: 'the-secret-of-mfs', MFS_OLDER: 'the-older-of-mfs' },
  files: [
    { kind: 'callbacks', text: `${JSON.stringify(webhook)}\n`, facts: [callback] },
    {
      kind: 'polls',
      text: `${JSON.stringify({ ...data, status: 'success' })}\n`,
      facts: [{ transaction_reference: 'A-1', body: { via: 'poll', ...succeeded } }],
    },
    {
      kind: 'settlements',
      text: REPORT,
      facts: [
        { id: 'mfs-africa:line:L-1', transaction_reference: 'A-1', body: { ...line, gross: '1500.00', fee: '15.50' } },
        { id: 'mfs-africa:line:L-2', transaction_reference: 'A-2', body: { ...line, gross: '700', fee: '7' } },
      ],
    },
  ],
  webhook: {
    body: JSON.stringify(webhook),
    fact: { ...callback, id: 'mfs-africa/main:callback:ev-1' },
    unknownEvent: JSON.stringify({ ...webhook, event: 'payment.painted' }),
    headers: (body, secret, at) => {
      const seconds = Math.floor(at / 1000);
      const hex = createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex');
      return { 'x-signature': `t=${seconds},v1=${hex}` };
    },
    secret: 'MFS_SECRET',
    tolerance: 60_000,
  },
  gateway: {
    answers: {
      operators: {
        status: 200,
        body: '{"operators":[{"code":"MPESA_KE","name":"M-Pesa","country":"KE","currencies":["KES"]}]}',
      },
      initiate: { status: 202, body: '{"transaction_id":"P-1","created_at":"2026-06-01T12:00:01Z"}' },
      refund: { status: 202, body: '{"refund_id":"R-1","created_at":"2026-06-01T12:00:01Z"}' },
      status: { status: 200, body: JSON.stringify({ ...data, status: 'success' }) },
      settlement: { status: 200, body: REPORT },
    },
    initiated: {
      id: 'mfs-africa/main:initiated:P-1',
      transaction_reference: 'A-1',
      body: { via: 'poll', status: 'initiated', provider_transaction_id: 'P-1' },
    },
    refunded: {
      id: 'mfs-africa/main:initiated:R-1',
      transaction_reference: 'A-1',
      body: { provider_transaction_id: 'R-1' },
    },
    status: { transaction_reference: 'A-1', body: { via: 'poll', ...succeeded } },
  },
};
