// The provider `paystack`: the payout export of its dashboard, and its webhook bodies.

import { fileProvider } from '../../producers/file-provider.ts';
import { PAYOUT_EXPORT } from './payout-export.ts';
import { WEBHOOK_BODIES } from './webhook-bodies.ts';

export const PAYSTACK = fileProvider({
  name: 'paystack',
  title: 'Paystack',
  exports: [PAYOUT_EXPORT, WEBHOOK_BODIES],
});
