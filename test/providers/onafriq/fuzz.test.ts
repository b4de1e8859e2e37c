// Onafriq's bodies, changed at random.
import { ONAFRIQ } from '../../../src/providers/onafriq/onafriq.ts';
import { fuzzReaders } from '../fuzz.ts';
import { COLLECTION, changed, hook, REQUEST, received } from './given-objects.ts';

const settings = { currency: 'UGX', currencies: { 4: 'KES', 123: 'UGX' } };
const account = { id: 123, currency: 4 };
const fee_transaction = { id: 6, amount: '-45.0000', type: 'service_charge' };
const transaction = { id: 5, amount: '3000.0000', type: 'mobile_collection', account, fee_transaction };
const payout = {
  ...{ id: 2314, amount: '30', currency: 'UGX', metadata: { order_id: 'A' }, charged_fee: 0.5, state: 'processed' },
  phone_nos: [{ phonenumber: '+256772123456', amount: '30.0000', state: 'processed' }],
};
const row = { id: 1, account: 123, amount: '228.0000', created: '2024-05-01T09:00:00Z', type: 'mobile_collection' };
const results = [row, { ...row, id: 2, amount: '-3.0000', type: 'service_charge' }, REQUEST, COLLECTION];
const hub = { thirdPartyTransId: 'X1', mfsTransId: '900', status: { code: 'MR101', message: 'ok' } };

fuzzReaders(ONAFRIQ, {
  'a collection': { kind: 'webhook', body: received({ ...COLLECTION, transaction }), settings },
  'a collection request': { kind: 'webhook', body: changed(REQUEST), settings },
  'a payment': { kind: 'webhook', body: { hook: hook('payment.status.changed'), data: payout }, settings },
  'a status of the hub': { kind: 'webhook', body: hub, settings },
  'a page of answers': { kind: 'poll', body: { count: 4, next: null, results }, settings },
  'a page of the ledger': { kind: 'settlement', body: { count: 4, next: null, results }, settings },
  'an answer to a request': { kind: 'initiation', body: REQUEST, settings },
});
