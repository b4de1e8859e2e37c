// Flutterwave's bodies, changed at random.
import { FLUTTERWAVE } from '../../../src/providers/flutterwave/flutterwave.ts';
import { fuzzReaders } from '../fuzz.ts';

const charge = {
  ...{ id: 1001, tx_ref: 'A-1', flw_ref: 'FLW-1', amount: 2000, currency: 'RWF', charged_amount: 2028 },
  ...{ app_fee: 28.58, status: 'successful', created_at: '2024-05-01T09:00:00.000Z' },
};
const version4 = {
  ...{ id: 'chg_9', reference: 'A-1', amount: 2500, currency: 'KES', status: 'succeeded' },
  created_datetime: 1735000000.116,
};
const flat = { id: 77, txRef: 'A-1', flwRef: 'FLW5', amount: 300, status: 'successful', currency: 'NGN' };
const line = {
  ...{ id: 9, tx_ref: 'A-1', charged_amount: 122000, app_fee: 2108, settlement_amount: 119892, currency: 'RWF' },
  status: 'successful',
};
const settlement = {
  ...{ id: 63016, status: 'completed', currency: 'RWF', net_amount: 119892, refund: 0 },
  ...{ due_date: '2024-05-02T00:00:00.000Z', transactions: [line] },
};

fuzzReaders(FLUTTERWAVE, {
  'a webhook of version 3': { kind: 'webhook', body: { event: 'charge.completed', data: charge } },
  'a webhook of version 4': { kind: 'webhook', body: { id: 'wbk_1', type: 'charge.completed', data: version4 } },
  'a webhook of version 2': { kind: 'webhook', body: flat },
  'an answer': { kind: 'poll', body: { status: 'success', data: [charge] } },
  'a settlement': { kind: 'settlement', body: { status: 'success', data: settlement } },
});
