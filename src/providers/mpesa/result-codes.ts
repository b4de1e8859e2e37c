// What a code of M-Pesa says of a request. It comes as a number or as a text, in callbacks, queries and results alike.
// Sources: the tables of developer.safaricom.co.ke, M-Pesa Express, Business To Customer, Reversal and Transaction
// Status; the codes that clients met beside.

import type { PaymentStatus } from '../../domain/fact.ts';

export const DONE = '0';
/** Not processed within the time that the network allows. */
const EXPIRED = '1019';
/** What a query says while the payer has not answered. */
const UNDER_WAY = '4999';

/** No money moved: balances and limits, wrong parties, a busy line, a payer who cancelled or could not be reached. */
const FAILED: ReadonlySet<string> = new Set([
  ...['1', '2', '3', '4', '5', '6', '7', '8', '10', '11', '12', '13', '14', '15', '17', '20', '21', '26'],
  ...['1001', '1025', '1031', '1032', '1036', '1037', '2001', '2006', '2028', '2040', '8006'],
  ...['SFC_IC0003', 'R000001', 'R000002'],
]);

export function statusOf(code: string | null): PaymentStatus {
  const word = code?.toUpperCase() ?? '';
  if (word === DONE) return 'succeeded';
  if (word === EXPIRED) return 'expired';
  if (word === UNDER_WAY) return 'pending';
  return FAILED.has(word) ? 'failed' : 'unclassified';
}
