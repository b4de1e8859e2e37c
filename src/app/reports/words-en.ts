// Titles and labels of reports in English: sheets, columns, stages, kinds, standings. Other languages have the same.

import type { Standing } from '../../domain/assessment.ts';
import type { Stage } from '../../domain/reasons.ts';
import type { BreakKind } from './rows.ts';
import type { FileSummary } from './summary.ts';

/** Of all, or of the day alone. */
type MatchedSheet = 'matched' | 'matchedThen';

export interface Words {
  readonly stages: Readonly<Record<Stage, string>>;
  readonly kinds: Readonly<Record<BreakKind, string>>;
  readonly standings: Readonly<Record<Standing, string>>;
  readonly fileKinds: Readonly<Record<FileSummary['kind'], string>>;
  readonly sheets: Readonly<
    Record<
      'summary' | 'breaks' | 'payouts' | 'shares' | 'rejects' | 'risk' | 'merchants' | 'providers' | MatchedSheet,
      string
    >
  >;
  readonly columns: Readonly<Record<keyof typeof COLUMNS_EN, string>>;
  readonly phrases: Readonly<Record<keyof typeof PHRASES_EN, string>>;
}

const COLUMNS_EN = {
  merchant: 'Merchant',
  provider: 'Provider',
  transaction_reference: 'Reference',
  stage: 'Stage',
  kind: 'Kind',
  reason: 'Reason',
  title: 'Meaning',
  expected: 'Expected',
  observed: 'Found',
  difference: 'Difference',
  currency: 'Currency',
  opened_local: 'Open since',
  opened_utc: 'Open since (UTC)',
  entry_id: 'Entry',
  message: 'Explanation',
  file: 'File',
  line: 'Line',
  field: 'Field',
  code: 'Code',
  problem: 'Problem',
  order_amount: 'Order',
  paid: 'Paid',
  settled: 'Settled',
  fee: 'Fee',
  paid_local: 'Paid at',
  paid_utc: 'Paid at (UTC)',
  settled_on: 'Settled on',
  rows: 'Rows',
  taken: 'Taken',
  redelivered: 'Redelivered',
  rejected: 'Rejected',
  left_out: 'Left out',
  keys: 'Payments',
  count: 'Count',
  value: 'Value',
  breaks: 'Breaks',
  standing: 'Standing',
  received: 'Received',
  matched_money: 'Matched',
  resolved_money: 'Resolved',
  open_money: 'Open',
  returned: 'Returned',
  signal: 'Signal',
  orders: 'Orders',
  threshold: 'Threshold',
  first_local: 'First order',
  first_utc: 'First order (UTC)',
  account: 'Account',
  payout_id: 'Payout',
  payouts: 'Payouts',
  date: 'Date',
  lines: 'Lines',
  gross: 'Gross',
  fees: 'Fees',
  returns: 'Returns',
  other: 'Other lines',
  paid_out: 'Paid out',
  banked: 'At the bank',
  amounts: 'Amounts',
  parent: 'Whole order',
  commission: 'Commission',
  net: 'Net',
} as const;

const PHRASES_EN = {
  asOf: 'As of',
  files: 'Files',
  refused: 'taken before',
  unread: 'not read',
  perhapsCut: 'no line end after the last row, or no row of totals, as its mapping says: perhaps cut',
  fileSums: 'What the rows of the files come to',
  unreadFiles: 'Files not read',
  timeStayed: 'No deadline passed: what is missing below may be in what was not read',
  timePassed: 'Deadlines passed all the same: what is missing below may be in what was not read',
  rejectedRows: 'Rejected rows',
  payments: 'Payments',
  breaks: 'Breaks',
  notices: 'Notices',
  risk: 'Risk signals',
  money: 'Money',
  noBreaks: 'Everything agrees.',
  noBreaksYet: 'No breaks so far',
  noBreaksKnown: 'No breaks, but what was rejected or not read is not in this',
  noBreaksUnreported: 'No breaks, but these networks do not report all that they settle',
  rowsSum: 'rows = taken + redelivered + rejected + left out',
  keysSum: 'payments',
  report: 'Reconciliation report',
  chartPayments: 'Payments by standing',
  chartBreaks: 'Breaks by reason',
  others: 'Other reasons',
  visibleSum: 'Sum of the rows shown',
  allSum: 'Sum of all rows',
  colon: ': ',
  comma: ', ',
  semicolon: '; ',
  even: 'adds up',
  uneven: 'DOES NOT ADD UP',
  entries: 'Ledger entries',
  root: 'Outcome root',
  elapsed: 'Elapsed',
  payouts: 'Payouts and fees',
  shares: 'Shares of merchants',
  feesPaid: 'Fees paid in all',
  unproved: 'Payouts not proved yet',
  waiting: 'facts that the ledger has not read yet',
  pendingPayments: 'payments pending',
} as const;

export const ENGLISH_WORDS: Words = {
  stages: { payment: 'payment', settlement: 'settlement', payout: 'payout' },
  kinds: {
    matched: 'matched',
    unmatched: 'unmatched',
    duplicate: 'duplicate',
    reversal: 'reversal',
    closed: 'closed',
    decision: 'decision',
    notice: 'notice',
  },
  standings: {
    matched: 'matched',
    resolved: 'resolved',
    pending: 'pending',
    unmatched: 'unmatched',
    closed: 'closed',
  },
  fileKinds: { orders: 'orders', callbacks: 'callbacks', polls: 'polls', settlements: 'settlements', bank: 'bank' },
  sheets: {
    summary: 'Summary',
    breaks: 'Breaks',
    payouts: 'Payouts',
    shares: 'Shares',
    rejects: 'Rejects',
    risk: 'Risk',
    merchants: 'By merchant',
    providers: 'By provider',
    matched: 'Matched',
    matchedThen: 'Matched that day',
  },
  columns: COLUMNS_EN,
  phrases: PHRASES_EN,
};
