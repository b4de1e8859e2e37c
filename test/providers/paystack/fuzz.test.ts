// Paystack's bodies, changed at random.
import { PAYSTACK } from '../../../src/providers/paystack/paystack.ts';
import { fuzzReaders } from '../fuzz.ts';

const scale = 100;
const charge = {
  ...{ id: 302961, status: 'success', reference: 'A-1', amount: 1000000, currency: 'GHS', fees: 19500 },
  ...{ paid_at: '2024-05-01T09:00:00.000Z', created_at: '2024-05-01T08:58:00.000Z', requested_amount: 980500 },
};
const refund = { transaction_reference: 'A-1', refund_reference: '1320', amount: '5000', currency: 'NGN' };
const dispute = {
  ...{ id: 3, refund_amount: 5000, currency: 'NGN', status: 'resolved', resolution: 'merchant-accepted' },
  transaction: { id: 1, reference: 'A-1' },
};
const listed = {
  ...{ id: 9, transaction: 302961, settlement: 30, amount: 5000, deducted_amount: 5000, currency: 'NGN' },
  ...{ status: 'processed', fully_deducted: true, refunded_at: '2024-05-01T09:00:00.000Z' },
};
const head = {
  ...{ id: 30, status: 'success', currency: 'NGN', total_amount: 9610, effective_amount: 9610 },
  settlement_date: '2024-05-02T00:00:00.000Z',
};

fuzzReaders(PAYSTACK, {
  'a webhook of a charge': { kind: 'webhook', body: { event: 'charge.success', data: charge }, scale },
  'a webhook of a refund': { kind: 'webhook', body: { event: 'refund.processed', data: refund }, scale },
  'a webhook of a dispute': { kind: 'webhook', body: { event: 'charge.dispute.resolve', data: dispute }, scale },
  'an answer': { kind: 'poll', body: { status: true, data: [charge, { ...charge, status: 'abandoned' }] }, scale },
  'heads of settlements': { kind: 'settlement', body: { status: true, data: [head] }, scale },
  'a list of refunds': { kind: 'poll', body: { status: true, data: [listed, { ...listed, dispute: 20 }] }, scale },
  'refunds of a settlement': {
    ...{ kind: 'settlement', body: { status: true, data: [listed] }, scale },
    about: { settlements: '29@2024-05-01 30@2024-05-02' },
  },
  'transactions of a settlement': {
    ...{ kind: 'settlement', body: { status: true, data: [charge] }, scale },
    about: { settlement_id: '30', settlement_date: '2024-05-02' },
  },
});
