// The statement of M-Pesa's portal for a day, and its list of the last payments. A charge and a reversal are rows of
// their own. Columns: as the portal writes them; `[[…]]` and the text of the amount: Daraja documentation 3.0,
// PullTransaction.

import Papa from 'papaparse';
import { formatMinor } from '../../../domain/money.ts';
import type { Payment } from '../../gateway/payment.ts';
import type { PaymentDesk } from '../../gateway/payment-desk.ts';
import type { SettledLine } from '../../gateway/settlement.ts';
import { receiptOf, SHORT_CODE, timeIn } from './forms.ts';

const COLUMNS = [
  ...['Receipt No.', 'Completion Time', 'Initiation Time', 'Details', 'Transaction Status', 'Paid In', 'Withdrawn'],
  ...['Balance', 'Balance Confirmed', 'Reason Type', 'Other Party Info', 'Linked Transaction ID', 'A/C No.'],
];
const HOURS_48 = 48 * 3_600_000;
const PAGE_SIZE = 100;

/** Null if it is not there yet. The newest row first, below the portal's title rows. */
export function statementOf(desk: PaymentDesk, date: string): string | null {
  const lines = desk.report(date);
  if (lines === undefined) return null;
  const rows = lines.flatMap(rowsOf).sort((left, right) => right.at - left.at);
  const cells = rows.map((row, at) => cellsOf(row, balanceAfter(rows.slice(at))));
  const titles = [
    ['M-PESA ORGANIZATION STATEMENT'],
    ['Organization Name:', 'A shop'],
    ['Short Code:', SHORT_CODE],
    ['Time Period:', `From ${date} 00:00:00 To ${date} 23:59:59`],
  ];
  return `${Papa.unparse([...titles, COLUMNS, ...cells])}\r\n`;
}

/** `rows` are the newest row, with which it is the balance, and all before it. */
function balanceAfter(rows: readonly Row[]): string {
  return grouped(
    formatMinor(
      rows.reduce((balance, { minor }) => balance + minor, 100_000_000n),
      'KES',
    ),
  );
}

interface Row {
  readonly receipt: string;
  readonly at: number;
  readonly minor: bigint;
  readonly details: string;
  readonly reason: string;
  readonly linked: string;
  readonly payment: Payment;
}

function rowsOf({ id, payment, refund, gross, fee }: SettledLine): Row[] {
  const phone = payment.phone.replace(/\D/g, '');
  const payer = `${phone.slice(0, 4)}****${phone.slice(-3)} - A B`;
  if (refund !== null) {
    const details = `Pay Bill Reversal of ${receiptOf(payment)} to ${payer}`;
    const linked = receiptOf(payment);
    const reason = 'Transaction Reversal';
    return [{ receipt: receiptOf(refund), at: refund.at, minor: gross, details, reason, linked, payment }];
  }
  // A line that is doubled is another receipt of the same payment's account number.
  const receipt = id.endsWith('-again') ? receiptOf({ id: `X${payment.id}` }) : receiptOf(payment);
  const [at, details] = [payment.paidAt!, `Pay Bill from ${payer} Acc. ${payment.reference}`];
  const paid: Row = { receipt, at, minor: gross, details, reason: 'Pay Bill Online', linked: '', payment };
  const charge: Row = { ...paid, minor: -fee, details: 'Pay Bill Charge', reason: 'Pay Bill Charge', linked: receipt };
  return fee === 0n ? [paid] : [charge, paid];
}

function cellsOf({ receipt, at, minor, details, reason, linked, payment }: Row, balance: string): string[] {
  const time = timeIn(at, 'dd-MM-yyyy HH:mm:ss');
  const [paidIn, withdrawn] =
    minor > 0n ? [grouped(formatMinor(minor, 'KES')), ''] : ['', grouped(formatMinor(minor, 'KES'))];
  const phone = payment.phone.replace(/\D/g, '');
  const other = `${phone.slice(0, 4)}****${phone.slice(-3)} - A B`;
  return [
    receipt,
    time,
    time,
    details,
    'Completed',
    paidIn,
    withdrawn,
    balance,
    'true',
    reason,
    other,
    linked,
    payment.reference,
  ];
}

/** Thousands with commas. */
function grouped(amount: string): string {
  return amount.replace(/\B(?=(\d{3})+\.)/g, ',');
}

/** The payments from one time to another, both `yyyy-MM-dd HH:mm:ss` of East Africa, of the last 48 hours only. */
export function pulledOf(desk: PaymentDesk, from: string, to: string, offset: number): object[] {
  return desk
    .payments()
    .filter(({ paidAt }) => paidAt !== null && paidAt <= desk.now && paidAt > desk.now - HOURS_48)
    .filter(({ paidAt }) => {
      const time = timeIn(paidAt!, 'yyyy-MM-dd HH:mm:ss');
      return time >= from && time <= to;
    })
    .slice(offset, offset + PAGE_SIZE)
    .map((payment) => ({
      ...{ transactionId: receiptOf(payment), trxDate: `${timeIn(payment.paidAt!, "yyyy-MM-dd'T'HH:mm:ss")}Z` },
      ...{ msisdn: payment.phone.replace(/\D/g, ''), sender: 'MPESA', transactiontype: 'c2b-pay-bill-debit' },
      ...{ billreference: payment.reference, amount: formatMinor(payment.minor, 'KES'), organizationname: 'A shop' },
    }));
}
