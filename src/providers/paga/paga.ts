// The provider `paga`: the Collect API of Paga, Nigeria. A notification comes with HTTP Basic, and has a hash of
// some of its values.

import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import type { Provider } from '../../producers/provider.ts';
import { schemePort } from '../../producers/webhooks/scheme-port.ts';
import { pagaBodies } from './bodies.ts';
import { PagaGateway } from './gateway.ts';
import { NAME, SCHEMES, SETTINGS, type Settings, USUAL_SCHEME } from './settings.ts';

const COLON = 58;
const PORT = schemePort(SCHEMES, USUAL_SCHEME);

export const PAGA: Provider<Settings, OutboundParts> = {
  name: NAME,
  title: 'Paga',
  capabilities: {
    payments: true,
    refunds: true,
    operators: false,
    status: 'immediate',
    webhooks: 'secret',
    settlement: false,
  },
  documents: {
    read: { 'developer-docs.paga.com': '2026-11' },
    lacks: {
      operators: 'the payer chooses how to pay',
      settlement: 'no report and no export is public',
      gaps: '`/history` lists requests, but its answer was found in no document: payments that stay silent are polled',
    },
  },
  formats: {},
  exports: [],
  account: SETTINGS,
  webhook: {
    ...PORT,
    // A secret of HTTP Basic is `user:password`; a key of hashes has no colon.
    check: (bytes, scheme) => PORT.check(bytes, scheme ?? (bytes.includes(COLON) ? 'basic' : 'paga-sha512')),
  },
  bodies: pagaBodies,
  gateway(context) {
    const { account, initial } = context;
    return initial.app === undefined ? { provider: NAME, account } : new PagaGateway(context);
  },
};
