// Webhook bodies of networks that are not read yet, known by their form. Rows with other names and another unit must
// not be guessed at: an amount in hundredths would be a hundred times too large.

import type { ForeignBody, JsonRow } from '../producers/files/foreign-body.ts';

interface KnownBody extends ForeignBody {
  readonly fits: (row: JsonRow, data: JsonRow) => boolean;
}

const BODIES: readonly KnownBody[] = [
  // paystack.com/docs/payments/webhooks: the amount is in hundredths, in XOF too.
  {
    name: 'Paystack',
    isInHundredths: true,
    fits: ({ event }, data) =>
      isText(event) && isText(data.reference) && ('gateway_response' in data || 'requested_amount' in data),
  },
  // developer.flutterwave.com/docs/integration-guides/webhooks, v3, and its flat form before that.
  {
    name: 'Flutterwave',
    isInHundredths: false,
    fits: (row, data) => (isText(data.tx_ref) && isText(data.flw_ref)) || (isText(row.txRef) && isText(row.flwRef)),
  },
  // developer.safaricom.co.ke: the result of an STK push, and a C2B confirmation.
  {
    name: 'M-Pesa',
    isInHundredths: false,
    fits: ({ Body, TransID, BusinessShortCode }) =>
      (isRow(Body) && isRow(Body.stkCallback)) || (isText(TransID) && BusinessShortCode !== undefined),
  },
];

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isRow(value: unknown): value is JsonRow {
  return typeof value === 'object' && value !== null;
}

/** The network that sends such a body; undefined for one that nobody here knows. */
export function foreignBody(row: JsonRow): ForeignBody | undefined {
  const data = isRow(row.data) ? row.data : {};
  return BODIES.find(({ fits }) => fits(row, data));
}
