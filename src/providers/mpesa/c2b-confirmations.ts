// The confirmation of a payment to a till or pay bill number (C2B), as the Daraja API posts it, one body a line. It has
// no event: the post itself says that the money came. TransTime is East Africa Time; the payer's number may be masked.
// Source: developer.safaricom.co.ke, Customer to Business.

import type { NamedExport } from '../../producers/files/named-export.ts';

export const C2B_CONFIRMATIONS: NamedExport = {
  name: 'C2B confirmation',
  kind: 'callbacks',
  marks: ['TransID', 'BusinessShortCode'],
  mapping: String.raw`
callbacks:
  provider: mpesa
  dates: ["yyyyMMddHHmmss"]
  zone: Africa/Nairobi
  columns:
    transaction_reference: BillRefNumber
    transaction_id: TransID
    amount: TransAmount
    completed_at: TransTime
    msisdn: { from: MSISDN, pattern: "^\\+?[0-9]{9,15}$" }
  constants: { event: payment.success, currency: KES }
`,
};
