// The Daily Transaction Report (DTR) of Onafriq's hub: 18 columns, times in UTC, amounts in major units. A reversal
// names its original and is written without a sign. Source: global-121/121-platform,
// onafriq-reconciliation-report.interface.ts.

import type { NamedExport } from '../../producers/files/named-export.ts';

export const DAILY_TRANSACTION_REPORT: NamedExport = {
  name: 'Daily Transaction Report',
  kind: 'settlements',
  marks: ['Datestamp', 'Onafriq Transaction ID', 'Third_PartyID', 'Transaction_Type', 'Send_amount'],
  mapping: `
settlements:
  provider: onafriq
  rows:
    where: { "Transaction_Status": [Success, Successful, Completed, MR101] }
  decimal: "."
  thousands: [","]
  signs: { returns: positive }
  dates: ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.SSS", "d/M/yyyy HH:mm:ss", "d/M/yyyy HH:mm", "d/M/yyyy"]
  zone: UTC
  columns:
    transaction_reference: Third_PartyID
    transaction_id: ["Onafriq Transaction ID", "Transaction ID"]
    type: Transaction_Type
    amount_received: Send_amount
    currency: Send_Currency
    fee_deduction: Fee_Amount
    settlement_date: Datestamp
    completed_at: Datestamp
    original_transaction_id: Related_Transaction_ID
  # The hub numbers its transfers by itself.
  series: { transaction_id: hub, original_transaction_id: hub }
  words:
    type: { Transfer: payment, Reversal: reversal }
`,
};
