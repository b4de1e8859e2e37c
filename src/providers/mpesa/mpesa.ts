// The provider `mpesa`: M-Pesa of Safaricom, Kenya, as its Daraja API and its organisation portal write. Nobody signs a
// callback; a receipt number names a payment in all that is written of it.

import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import type { Provider } from '../../producers/provider.ts';
import { mpesaBodies, mpesaReply } from './bodies.ts';
import { C2B_CONFIRMATIONS } from './c2b-confirmations.ts';
import { ENDPOINTS } from './endpoints.ts';
import { MpesaGateway } from './gateway.ts';
import { ORGANISATION_STATEMENT } from './organisation-statement.ts';
import { NAME, SETTINGS, type Settings } from './settings.ts';
import { STK_RESULTS } from './stk-results.ts';

export const MPESA: Provider<Settings, OutboundParts> = {
  name: NAME,
  title: 'M-Pesa',
  capabilities: {
    payments: true,
    refunds: true,
    operators: false,
    status: 'immediate',
    webhooks: 'unsigned',
    settlement: false,
    gaps: true,
  },
  documents: {
    read: { 'developer.safaricom.co.ke': '2025-12' },
    lacks: {
      operators: 'one operator',
      webhooks: 'nobody signs: `trust: network`, or each is asked about',
      settlement: 'no call gives a report: export the organisation statement from the portal',
    },
  },
  formats: {},
  exports: [ORGANISATION_STATEMENT, C2B_CONFIRMATIONS, STK_RESULTS],
  account: SETTINGS,
  webhook: {
    headers: [],
    endpoints: ENDPOINTS,
    reply: mpesaReply,
    verifier: ({ webhook: settings }) => (settings === undefined ? undefined : () => null),
  },
  bodies: mpesaBodies,
  gateway(context) {
    const { account, initial } = context;
    return initial.app === undefined ? { provider: NAME, account } : new MpesaGateway(context);
  },
};
