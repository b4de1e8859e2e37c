// The provider `paystack`: its webhooks, signed with the API secret key itself, its answers, and the payout export of
// its dashboard. Source: paystack.com/docs/payments/webhooks.

import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import type { Provider } from '../../producers/provider.ts';
import { schemePort } from '../../producers/webhooks/scheme-port.ts';
import { paystackBodies } from './bodies.ts';
import { PaystackGateway } from './gateway.ts';
import { PAYOUT_EXPORT } from './payout-export.ts';
import { NAME, SCHEMES, SETTINGS, type Settings, SIGNED } from './settings.ts';
import { SERIES } from './values.ts';
import { WEBHOOK_BODIES } from './webhook-bodies.ts';

export const PAYSTACK: Provider<Settings, OutboundParts> = {
  name: NAME,
  title: 'Paystack',
  capabilities: {
    payments: true,
    refunds: true,
    operators: false,
    status: 'immediate',
    webhooks: 'signed',
    settlement: true,
    gaps: true,
  },
  documents: {
    read: { 'paystack.com/docs': '2026-11' },
    lacks: {
      operators: 'no list of those that `/charge` takes; `/bank` lists those of transfers, under other codes',
    },
  },
  formats: {},
  returnSeries: { refund: SERIES.refund, chargeback: SERIES.dispute },
  exports: [PAYOUT_EXPORT, WEBHOOK_BODIES],
  account: SETTINGS,
  webhook: schemePort(SCHEMES, SIGNED),
  bodies: paystackBodies,
  gateway(context) {
    const { account, initial } = context;
    return initial.api_key === undefined ? { provider: NAME, account } : new PaystackGateway(context);
  },
};
