// Webhook bodies of Paystack, one a line. Amounts are in hundredths whatever the currency, in XOF too. A refund has no
// id until it is processed, and names its charge by the reference alone. A dispute has its own id. Source:
// paystack.com/docs/payments/webhooks and the events of PaystackOSS/doc-code-snippets.

import type { NamedExport } from '../../producers/files/named-export.ts';

export const WEBHOOK_BODIES: NamedExport = {
  name: 'webhook',
  kind: 'callbacks',
  marks: ['event', ['data.domain', 'data.gateway_response', 'data.requested_amount', 'data.refund_reference']],
  mapping: `
callbacks:
  provider: paystack
  unit: minor
  rows:
    not:
      event:
        - transfer.success
        - transfer.failed
        - transfer.reversed
        - subscription.create
        - subscription.disable
        - subscription.not_renew
        - subscription.expiring_cards
        - invoice.create
        - invoice.update
        - invoice.payment_failed
        - paymentrequest.pending
        - paymentrequest.success
        - customeridentification.success
        - customeridentification.failed
        - dedicatedaccount.assign.success
        - dedicatedaccount.assign.failed
  columns:
    event:
      from: event
      when:
        - value: chargeback.lost
          where: { event: [charge.dispute.resolve], data.resolution: [merchant-accepted, auto-accepted] }
    created_at: [data.created_at, data.createdAt]
    transaction_reference: [data.reference, data.transaction_reference, data.transaction.reference]
    transaction_id: [data.refund_reference, data.id]
    original_transaction_id: data.transaction.id
    amount: [data.amount, data.refund_amount]
    currency: data.currency
    fee: data.fees
    completed_at: [data.paid_at, data.paidAt]
  series:
    transaction_id: { refund: refund, chargeback: dispute }
  words:
    event:
      charge.success: payment.success
      refund.pending: refund.pending
      refund.processing: refund.pending
      refund.needs-attention: refund.pending
      refund.processed: refund.success
      refund.failed: refund.failed
      charge.dispute.create: chargeback.opened
      charge.dispute.remind: chargeback.opened
`,
};
