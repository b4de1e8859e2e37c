// What Flutterwave sends, beside its files.

const data = {
  ...{ id: 1001, tx_ref: 'A-1', flw_ref: 'FLW-MOCK-1', amount: 1500, charged_amount: 1500, currency: 'KES' },
  ...{ app_fee: 22.5, merchant_fee: 0, status: 'successful', created_at: '2026-06-01T11:59:00.000Z' },
};
const ids = { provider_transaction_id: '1001', aliases: { flw_ref: 'FLW-MOCK-1' } };
const body = { via: 'callback', status: 'succeeded', amount: '1500.00', fee: '22.50', ...ids };

export const FLUTTERWAVE_FURTHER = {
  account: { webhook: { scheme: 'token', secrets: [{ env: 'FLUTTERWAVE_HASH' }], tolerance: 'PT5M' } },
  secrets: { FLUTTERWAVE_HASH: 'the-secret-hash-of-flutterwave' },
  webhook: {
    body: JSON.stringify({ event: 'charge.completed', data }),
    fact: { transaction_reference: 'A-1', occurred_at: Date.parse('2026-06-01T11:59:00Z'), body },
    unknownEvent: JSON.stringify({ event: 'charge.levitated', data }),
    headers: (_bytes: Uint8Array, secret: string) => ({ 'verif-hash': secret }),
    secret: 'FLUTTERWAVE_HASH',
    tolerance: null,
  },
};
