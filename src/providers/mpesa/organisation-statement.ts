// The statement of the M-Pesa organisation portal (Safaricom, Kenya), as programs that read it show it:
// Magnanna/cosmetics src/lib/mpesa-statement.ts with its tests, and davidamunga/mpesa2csv. Titles come first, mostly;
// rows newest first, mostly. Times are East Africa Time without a zone. A charge is a row of its own, often under the
// payment's receipt. The reasons of payments to customers: developer.safaricom.co.ke, Transaction Status, and reports
// that programs wrote. A till's statement has no account numbers, and people leave out columns.

import type { NamedExport } from '../../producers/files/named-export.ts';

/** The spellings of one column. */
const RECEIPTS = ['Receipt No.', 'Receipt No', 'Receipt'] as const;

const CHARGES = [
  'Business Pay Bill Charge',
  'Pay Bill Charge',
  'Pay Utility Charge',
  'Pay Merchant Charge',
  'Buy Goods Charge',
  'Customer Buy Goods Charge',
  'Merchant Payment Charge',
  'Fee For B2C Payment',
  'Business Payment to Customer Withdrawal Charge Paid',
  'Salary Payment Withdrawal Charge Paid',
] as const;

/** A row does not say which payment it returns, if it returns one. */
const TO_CUSTOMERS = ['Business Payment to Customer', 'Salary Payment', 'Promotion Payment'] as const;

function wordsFor(reasons: readonly string[], type: string): string {
  return reasons.map((reason) => `      "${reason}": ${type}\n`).join('');
}

function ownCharge(receipt: string): string {
  const reasons = CHARGES.map((reason) => `"${reason}"`).join(', ');
  return `        - from: "${receipt}"
          where: { "Linked Transaction ID": [""], "Reason Type": [${reasons}] }
`;
}

export const ORGANISATION_STATEMENT: NamedExport = {
  name: 'organisation statement',
  kind: 'settlements',
  marks: ['Completion Time', 'Transaction Status', 'Paid In', 'Withdrawn', 'Reason Type'],
  mapping: `
settlements:
  provider: mpesa
  header: "Completion Time"
  footer: ["Total", "Totals", "Grand Total"]
  rows:
    where: { "Transaction Status": [Completed] }
  thousands: [","]
  dates:
    - dd-MM-yyyy HH:mm:ss
    - yyyy-MM-dd HH:mm:ss
    - d/M/yyyy HH:mm:ss
    - d/M/yyyy HH:mm
    - d-M-yyyy HH:mm
    - d/M/yyyy h:mm:ss a
    - d/M/yyyy h:mm a
  zone: Africa/Nairobi
  columns:
    transaction_reference: ["A/C No.", "A/C No", "Account No."]
    # Programs that pass statements on write receipts in small letters too.
    transaction_id: { from: [${RECEIPTS.map((name) => `"${name}"`).join(', ')}], letters: upper }
    type: "Reason Type"
    amount_received: { plus: "Paid In", minus: "Withdrawn" }
    settlement_date: "Completion Time"
    completed_at: "Completion Time"
    # A charge without a link is of the payment that has its receipt.
    original_transaction_id:
      from: "Linked Transaction ID"
      letters: upper
      when:
${RECEIPTS.map(ownCharge).join('')}  constants:
    { currency: KES, type: "no reason type", fee_deduction: "", transaction_reference: "", original_transaction_id: "" }
  words:
    type:
      "Pay Bill Online": payment
      "Pay Bill": payment
      "Pay Utility": payment
      "Pay Merchant": payment
      "Customer Buy Goods Online": payment
      "Buy Goods Online": payment
      "Customer Merchant Payment": payment
${wordsFor(CHARGES, 'fee')}      "Transaction Reversal": reversal
      "Reversal": reversal
      "Pay Bill Reversal": reversal
      "Pay Merchant Reversal": reversal
      "Buy Goods Reversal": reversal
      "Withdraw Funds to Bank": payout
      "Withdrawal": payout
      "Organization Settlement": payout
${wordsFor(
  TO_CUSTOMERS.flatMap((reason) => [reason, `${reason} via API`]),
  'transfer',
)}      "*": unclassified
`,
};
