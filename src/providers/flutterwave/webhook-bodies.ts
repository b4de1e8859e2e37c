// Webhook bodies of Flutterwave's API v3, one a line: what became of a charge. Amounts are in major units. The status
// decides, since one event tells of success and failure. Bodies of API v4 and of Rave have another form. Source:
// developer.flutterwave.com/docs/integration-guides/webhooks.

import type { NamedExport } from '../../producers/files/named-export.ts';

export const WEBHOOK_BODIES: NamedExport = {
  name: 'webhook (API v3)',
  kind: 'callbacks',
  marks: ['event', 'data.tx_ref', 'data.flw_ref'],
  mapping: `
callbacks:
  provider: flutterwave
  rows:
    where: { event: [charge.completed] }
  columns:
    event: data.status
    transaction_reference: data.tx_ref
    transaction_id: data.id
    amount: data.amount
    currency: data.currency
    fee: { sum: [data.app_fee, data.merchant_fee] }
    completed_at: data.created_at
  words:
    event: { successful: payment.success, failed: payment.failed, pending: payment.pending }
`,
};

/** The flat bodies of Rave, before API v3. */
export const RAVE_BODIES: NamedExport = {
  name: 'webhook of Rave',
  kind: 'callbacks',
  marks: ['txRef', 'flwRef'],
  mapping: null,
};
