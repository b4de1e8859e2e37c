// The provider `flutterwave`: its webhooks, answers and settlements, the settlement export of its dashboard, and calls
// of version 3 of its API.

import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import type { Provider } from '../../producers/provider.ts';
import { schemePort } from '../../producers/webhooks/scheme-port.ts';
import { flutterwaveBodies } from './bodies.ts';
import { FlutterwaveGateway } from './gateway.ts';
import { NAME, SCHEMES, SETTINGS, type Settings, USUAL } from './settings.ts';
import { SETTLEMENT_EXPORT } from './settlement-export.ts';
import { SERIES } from './values.ts';
import { RAVE_BODIES, WEBHOOK_BODIES } from './webhook-bodies.ts';

export const FLUTTERWAVE: Provider<Settings, OutboundParts> = {
  name: NAME,
  title: 'Flutterwave',
  capabilities: {
    payments: true,
    refunds: true,
    operators: false,
    status: 'immediate',
    webhooks: 'secret',
    settlement: true,
    gaps: true,
  },
  documents: {
    read: { 'developer.flutterwave.com/v3.0/docs': '2026-11', 'developer.flutterwave.com/docs': '2026-11' },
    lacks: {
      operators: 'version 3, which is called, lists none for charges',
    },
  },
  formats: {},
  returnSeries: { refund: SERIES.refund, chargeback: SERIES.chargeback },
  exports: [SETTLEMENT_EXPORT, WEBHOOK_BODIES, RAVE_BODIES],
  account: SETTINGS,
  webhook: schemePort(SCHEMES, USUAL),
  bodies: flutterwaveBodies,
  gateway(context) {
    const { account, initial } = context;
    return initial.api_key === undefined ? { provider: NAME, account } : new FlutterwaveGateway(context);
  },
};
