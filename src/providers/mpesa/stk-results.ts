// The result of an STK push, as the Daraja API posts it. Its values stand in a list of names and values, and it does
// not repeat the shop's reference: no mapping can say it. Source: developer.safaricom.co.ke, M-Pesa Express.

import type { NamedExport } from '../../producers/files/named-export.ts';

export const STK_RESULTS: NamedExport = {
  name: 'STK push result',
  kind: 'callbacks',
  marks: ['Body.stkCallback.CheckoutRequestID'],
  mapping: null,
};
