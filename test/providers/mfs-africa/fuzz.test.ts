// The bodies of MFS Africa as the tutorial has them, changed at random.
import { MFS_AFRICA } from '../../../src/providers/mfs-africa/mfs-africa.ts';
import { fuzzReaders } from '../fuzz.ts';

const data = {
  ...{ transaction_reference: 'A-1', transaction_id: 'P-1', amount: '1500.00', currency: 'KES', fee: '15.50' },
  ...{ completed_at: '2026-06-01T11:59:00Z', created_at: '2026-06-01T11:58:00Z' },
};

fuzzReaders(MFS_AFRICA, {
  'a webhook': { kind: 'webhook', body: { id: 'ev-1', event: 'payment.success', data } },
  'an answer': { kind: 'poll', body: { ...data, status: 'success' } },
});
