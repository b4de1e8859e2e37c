// What Tiny Pay sends, for the contract of providers.

import type { ProviderSample } from '../sample.ts';
import { TINY } from './tiny.ts';

const payment = { ref: 'A-1', id: 'T-1', cents: 150000, currency: 'KES' };
const webhook = { event_id: 'ev-1', kind: 'paid', sent: '2026-06-01T11:59:00Z', payment };
const succeeded = { status: 'succeeded', amount: '1500.00', currency: 'KES', provider_transaction_id: 'T-1' };
const callback = { id: 'tiny:callback:ev-1', transaction_reference: 'A-1', body: { via: 'callback', ...succeeded } };

export const TINY_SAMPLE: ProviderSample = {
  provider: TINY,
  account: {
    ...{ provider: 'tiny', account: 'main', base_url: 'https://api.tiny.example', api_key: { env: 'TINY_KEY' } },
    ...{ merchants: ['shop-1'], polling: { schedule: ['PT5M'] }, rate: { per_minute: 60 } },
    webhook: { token: { env: 'TINY_TOKEN' } },
  },
  secrets: { TINY_KEY: 'the-key-of-tiny', TINY_TOKEN: 'the-token-of-tiny' },
  files: [
    { kind: 'callbacks', text: `${JSON.stringify(webhook)}\n`, facts: [callback] },
    {
      kind: 'settlements',
      text: 'Ref;Payment;Paid;Currency;Fee;Date\nA-1;T-1;1500.00;KES;15.00;2026-06-02\n',
      facts: [
        {
          transaction_reference: 'A-1',
          body: {
            line_type: 'payment',
            gross: '1500.00',
            currency: 'KES',
            fee: '15.00',
            settlement_date: '2026-06-02',
          },
        },
      ],
    },
  ],
  webhook: {
    body: JSON.stringify(webhook),
    fact: { ...callback, id: 'tiny/main:callback:ev-1' },
    unknownEvent: JSON.stringify({ ...webhook, kind: 'painted' }),
    headers: (_body, token) => ({ 'x-tiny-token': token }),
    secret: 'TINY_TOKEN',
    tolerance: null,
  },
  gateway: {
    answers: {
      initiate: { status: 201, body: '{"id":"T-1","started":"2026-06-01T12:00:01Z"}' },
      status: { status: 200, body: JSON.stringify({ ...payment, state: 'paid', changed: '2026-06-01T12:03:00Z' }) },
    },
    initiated: {
      id: 'tiny/main:initiated:T-1',
      transaction_reference: 'A-1',
      body: { via: 'poll', status: 'initiated', provider_transaction_id: 'T-1' },
    },
    status: { transaction_reference: 'A-1', body: { via: 'poll', ...succeeded } },
  },
};
