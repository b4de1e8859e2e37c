// The transactions export of Shopify Payments (help.shopify.com, "Exporting payouts"): each balance transaction, with
// its payout. An amount carries its sign; a dispute that is won comes back above zero. Lines of a payout that is still
// open have no date of payout yet.

import type { NamedExport } from '../../producers/files/named-export.ts';

export const PAYMENT_TRANSACTIONS_EXPORT: NamedExport = {
  name: 'payment transactions export',
  kind: 'settlements',
  marks: ['Transaction Date', 'Payout Status', 'Payout Date', 'Amount', 'Fee', 'Net'],
  mapping: `
settlements:
  provider: shopify
  rows:
    not: { "Payout Status": [pending, failed, cancelled] }
  decimal: "."
  columns:
    transaction_reference: "Order"
    transaction_id: "Checkout"
    type: "Type"
    amount_received: "Amount"
    currency: "Currency"
    fee_deduction: "Fee"
    settlement_date: "Payout Date"
    payout_id: "Payout ID"
  words:
    type:
      charge: payment
      refund: refund
      dispute: chargeback
      chargeback: chargeback
      reserve: reserve
      adjustment: adjustment
      credit: adjustment
      debit: adjustment
      payout: payout
      transfer: payout
      refund_failure: return_failed
      payout_failure: adjustment
      payout_cancellation: adjustment
`,
};
