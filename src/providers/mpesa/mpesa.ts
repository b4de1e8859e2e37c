// The provider `mpesa`: M-Pesa of Safaricom, Kenya, as its organisation portal and its Daraja API write.

import { fileProvider } from '../../producers/file-provider.ts';
import { C2B_CONFIRMATIONS } from './c2b-confirmations.ts';
import { ORGANISATION_STATEMENT } from './organisation-statement.ts';
import { STK_RESULTS } from './stk-results.ts';

export const MPESA = fileProvider({
  name: 'mpesa',
  title: 'M-Pesa',
  exports: [ORGANISATION_STATEMENT, C2B_CONFIRMATIONS, STK_RESULTS],
});
