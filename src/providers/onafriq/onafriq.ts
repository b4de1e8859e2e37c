// The provider `onafriq`, once MFS Africa: collections and payments of its first product, the callbacks of its hub, and
// the daily report. Webhooks are not signed; HTTP Basic can be agreed on with the network.

import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import type { Provider } from '../../producers/provider.ts';
import { basicScheme } from '../../producers/webhooks/schemes.ts';
import { onafriqBodies, onafriqReply } from './bodies.ts';
import { DAILY_TRANSACTION_REPORT } from './daily-transaction-report.ts';
import { OnafriqGateway } from './gateway.ts';
import { NAME, SETTINGS, type Settings } from './settings.ts';

const BASIC = basicScheme();

export const ONAFRIQ: Provider<Settings, OutboundParts> = {
  name: NAME,
  title: 'Onafriq',
  capabilities: {
    payments: true,
    refunds: false,
    operators: true,
    status: 'immediate',
    webhooks: 'unsigned',
    settlement: true,
    gaps: true,
  },
  documents: {
    read: {
      'github.com/beyonic/api-docs': '2021-03',
      'apidocs.beyonic.com': '2026-11',
      'developers.onafriq.com/docs': '2026-11',
    },
    lacks: {
      refunds: 'no call gives a collection back: pay it out, and the ledger has it',
      webhooks: 'nobody signs; HTTP Basic (`scheme: basic`) by request',
    },
  },
  formats: {},
  exports: [DAILY_TRANSACTION_REPORT],
  account: SETTINGS,
  webhook: {
    headers: BASIC.headers,
    secretHeaders: BASIC.secretHeaders,
    reply: onafriqReply,
    verifier({ webhook: settings }, secretAt) {
      if (settings === undefined) return undefined;
      if (settings.scheme === 'none') return () => null;
      return BASIC.open(
        (settings.secrets ?? []).map((place) => Buffer.from(secretAt(place))),
        0,
      );
    },
    check: (bytes, scheme) => (scheme === 'none' ? undefined : BASIC.open([bytes], 0)),
  },
  bodies: onafriqBodies,
  gateway(context) {
    const { account, initial } = context;
    return initial.api_key === undefined ? { provider: NAME, account } : new OnafriqGateway(context);
  },
};
