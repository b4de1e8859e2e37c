// The payout export of the Paystack dashboard: its 16 columns, in major units. Each row is a charge that was paid out.
// Its dates are ISO 8601, or day first as all countries of Paystack write them. It names no payout. Source:
// support.paystack.com/hc/en-us/articles/360009973539.

import type { NamedExport } from '../../producers/files/named-export.ts';

export const PAYOUT_EXPORT: NamedExport = {
  name: 'payout export',
  kind: 'settlements',
  marks: ['Reference number', 'Amount paid', 'Paystack fee'],
  mapping: `
settlements:
  provider: paystack
  decimal: "."
  thousands: [","]
  currency_signs: { "₦": NGN, "GH₵": GHS, "GH¢": GHS, "KSh": KES, "Ksh": KES, "R": ZAR, "$": USD, "CFA": XOF }
  dates: ["d/M/yyyy", "d/M/yyyy HH:mm:ss", "d/M/yyyy HH:mm", "yyyy-MM-dd HH:mm:ss", "d MMM yyyy", "MMM d, yyyy"]
  zone: UTC
  columns:
    transaction_reference: "Reference number"
    transaction_id: "Transaction ID"
    amount_received: "Amount paid"
    currency: "Currency"
    fee_deduction: "Paystack fee"
    settlement_date: "Settlement date"
  constants: { type: payment }
  words: { type: { Credit: payment } }
`,
};
