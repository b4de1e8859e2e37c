// The provider `mtn-momo`: the Collection and Disbursement products of MTN's Open API. Callbacks are not signed and
// have no time; the id of a request is ours.

import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import type { Provider } from '../../producers/provider.ts';
import { mtnBodies } from './bodies.ts';
import { MtnMomoGateway } from './gateway.ts';
import { NAME, SETTINGS, type Settings } from './settings.ts';

export const MTN_MOMO: Provider<Settings, OutboundParts> = {
  name: NAME,
  title: 'MTN MoMo',
  capabilities: {
    payments: true,
    refunds: true,
    operators: false,
    status: 'immediate',
    webhooks: 'unsigned',
    settlement: false,
  },
  documents: {
    read: { 'momodeveloper.mtn.com': '2026-11' },
    lacks: {
      operators: 'one operator',
      webhooks: 'nobody signs: a secret `path`, and each is asked about',
      settlement: 'no report and no export is public',
      gaps: 'nothing lists what happened in a time: payments that stay silent are polled',
    },
  },
  formats: {},
  exports: [],
  account: SETTINGS,
  webhook: {
    headers: [],
    methods: ['POST', 'PUT'],
    verifier: ({ webhook: settings }) => (settings === undefined ? undefined : () => null),
  },
  bodies: mtnBodies,
  gateway(context) {
    const { account, initial } = context;
    return initial.collection === undefined ? { provider: NAME, account } : new MtnMomoGateway(context);
  },
};
