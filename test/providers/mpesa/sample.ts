// What M-Pesa sends, beside its files.

import { NO_IDS } from '../../../src/producers/gateway.ts';
import { CONFIRMATION, ITEMS, pulled, RECEIPT, REQUEST, STK_ACCEPTED, stkCallback } from './given-bodies.ts';

const ACCEPTED = '{"OriginatorConversationID":"o-1","ConversationID":"AG_1","ResponseCode":"0"}';
const fact = {
  transaction_reference: `?mpesa:${RECEIPT}`,
  occurred_at: Date.parse('2026-06-01T05:04:03Z'),
  body: {
    ...{ via: 'callback', kind: 'payment', status: 'succeeded', amount: '1500.50', currency: 'KES', hint: true },
    ...{ provider_transaction_id: CONFIRMATION.TransID, request_id: REQUEST },
  },
};

export const MPESA_FURTHER = {
  account: {
    ...{ base_url: 'https://daraja.example', sandbox: false, pull: true, rate: { burst: 10 } },
    app: {
      ...{ consumer_key: { env: 'MPESA_KEY' }, consumer_secret: { env: 'MPESA_SECRET' }, short_code: '600123' },
      ...{ passkey: { env: 'MPESA_PASSKEY' }, till: '5600123' },
    },
    initiator: { name: 'hesabu', security_credential: { env: 'MPESA_CREDENTIAL' } },
    ...{ callback_url: 'https://hesabu.example/webhooks/mpesa/main', webhook: { scheme: 'none' } },
  },
  secrets: {
    ...{ MPESA_KEY: 'the-consumer-key-of-mpesa', MPESA_SECRET: 'the-consumer-secret-of-mpesa' },
    ...{ MPESA_PASSKEY: 'the-passkey-of-mpesa', MPESA_CREDENTIAL: 'the-security-credential-of-mpesa' },
  },
  webhook: {
    body: JSON.stringify(stkCallback()),
    fact,
    unknownEvent: JSON.stringify(stkCallback('LEVITATED', ITEMS)),
    headers: () => ({}),
    tolerance: null,
  },
  gateway: {
    token: { path: /\/oauth\/v1\/generate/, status: 200, body: '{"access_token":"t-1","expires_in":"3599"}' },
    answers: {
      initiate: { status: 200, body: JSON.stringify(STK_ACCEPTED) },
      refund: { status: 200, body: ACCEPTED },
      status: { status: 200, body: ACCEPTED },
      gaps: { status: 200, body: JSON.stringify(pulled({})) },
      check: { status: 200, body: '{"ResponseCode":"0"}' },
    },
    initiated: {
      transaction_reference: 'A-1',
      body: { via: 'poll', kind: 'payment', status: 'initiated', request_id: REQUEST },
    },
    refunded: { transaction_reference: 'A-1', body: {} },
    // The status of a receipt comes later, to our own URL.
    ids: { ...NO_IDS, provider_transaction_id: RECEIPT },
    secretMembers: ['SecurityCredential'],
  },
};
