// The provider `airtel`: Airtel Money, by the Open API of Airtel Africa. A callback has no amount, so that the enquiry
// decides; a reference has letters and figures only.

import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import type { Provider } from '../../producers/provider.ts';
import { airtelBodies } from './bodies.ts';
import { AirtelGateway } from './gateway.ts';
import { openHash } from './hash.ts';
import { NAME, SETTINGS, type Settings } from './settings.ts';

export const AIRTEL: Provider<Settings, OutboundParts> = {
  name: NAME,
  title: 'Airtel Money',
  capabilities: {
    payments: true,
    refunds: 'whole',
    operators: false,
    status: 'immediate',
    webhooks: 'unsigned',
    settlement: false,
  },
  documents: {
    read: { 'developers.airtel.africa, by copies of others, since it needs a login': '2026-11' },
    lacks: {
      refunds: 'a refund names the payment and no amount',
      operators: 'one operator',
      webhooks: 'a hash only where callback authentication was switched on',
      settlement: 'no report and no export is public',
      gaps: '`/merchant/v1/transactions` exists, but how it is asked for a time stands in no copy: it is not called',
    },
  },
  formats: {},
  exports: [],
  account: SETTINGS,
  webhook: {
    headers: [],
    verifier({ webhook: settings }, secretAt) {
      if (settings === undefined) return undefined;
      if (settings.scheme === 'none') return () => null;
      return openHash((settings.secrets ?? []).map((place) => Buffer.from(secretAt(place))));
    },
    check: (bytes, scheme) => (scheme === 'none' ? undefined : openHash([bytes])),
  },
  bodies: airtelBodies,
  gateway(context) {
    const { account, initial } = context;
    return initial.client === undefined ? { provider: NAME, account } : new AirtelGateway(context);
  },
};
