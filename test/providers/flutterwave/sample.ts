// What Flutterwave sends, beside its files.

const data = {
  ...{ id: 1001, tx_ref: 'A-1', flw_ref: 'FLW-MOCK-1', amount: 1500, charged_amount: 1500, currency: 'KES' },
  ...{ app_fee: 22.5, merchant_fee: 0, status: 'successful', created_at: '2026-06-01T11:59:00.000Z' },
};
const ids = { provider_transaction_id: '1001', aliases: { flw_ref: 'FLW-MOCK-1' } };
const { app_fee: _, ...charged } = { ...data, app_fee: null, status: 'pending' };
const answer = (of: unknown) => JSON.stringify({ status: 'success', message: 'fine', data: of });
const UNKNOWN = { status: 'error', message: 'No transaction was found for this id', data: null };
const body = { via: 'callback', status: 'succeeded', amount: '1500.00', fee: '22.50', ...ids };

export const FLUTTERWAVE_FURTHER = {
  account: {
    ...{ base_url: 'https://api.flutterwave.com/v3', api_key: { env: 'FLUTTERWAVE_KEY' }, email: 'payer@shop.example' },
    ...{ settlement: { at: '06:30' }, rate: { per_minute: 60, burst: 10 } },
    webhook: { scheme: 'token', secrets: [{ env: 'FLUTTERWAVE_HASH' }], tolerance: 'PT5M' },
  },
  secrets: { FLUTTERWAVE_KEY: 'the-secret-key-of-flutterwave', FLUTTERWAVE_HASH: 'the-secret-hash-of-flutterwave' },
  gateway: {
    answers: {
      initiate: { status: 200, body: answer(charged) },
      refund: { status: 200, body: answer({ id: 7, account_id: 1, amount_refunded: 1500, status: 'completed' }) },
      status: { status: 200, body: answer(data) },
      settlement: { status: 200, body: answer([]) },
      gaps: { status: 200, body: answer([data]) },
      check: { status: 200, body: answer([]) },
    },
    before(url: string) {
      if (url.includes('/verify_by_reference')) return { status: 400, body: JSON.stringify(UNKNOWN) };
      return url.includes('/refunds') ? { status: 200, body: answer([]) } : undefined;
    },
    ids: { provider_transaction_id: '1001', operator_transaction_id: null, request_id: null },
    initiated: { transaction_reference: 'A-1', body: { via: 'poll', status: 'initiated', amount: '1500.00', ...ids } },
    refunded: { transaction_reference: 'A-1', body: { amount: '1500.00', currency: 'KES' } },
    status: { transaction_reference: 'A-1', body: { ...body, via: 'poll' } },
  },
  webhook: {
    body: JSON.stringify({ event: 'charge.completed', data }),
    fact: { transaction_reference: 'A-1', occurred_at: Date.parse('2026-06-01T11:59:00Z'), body },
    unknownEvent: JSON.stringify({ event: 'charge.levitated', data }),
    headers: (_bytes: Uint8Array, secret: string) => ({ 'verif-hash': secret }),
    secret: 'FLUTTERWAVE_HASH',
    tolerance: null,
  },
};
