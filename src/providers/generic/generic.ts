// The provider `generic`: a network that publishes nothing, or that nobody wrote an adapter for, described by the
// configuration of its account. examples/networks has worked examples.

import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import type { SecretPlace } from '../../producers/account-settings.ts';
import type { Provider } from '../../producers/provider.ts';
import { genericBodies } from './bodies.ts';
import { GenericGateway } from './gateway.ts';
import { fileMapping, NAME, SETTINGS, type Settings, schemeOf } from './settings.ts';

const TOLERANCE_MILLIS = 300_000;

export const GENERIC: Provider<Settings, OutboundParts> = {
  name: NAME,
  title: 'A network by configuration',
  capabilities: {
    payments: false,
    refunds: false,
    operators: false,
    status: 'immediate',
    webhooks: 'unsigned',
    settlement: true,
  },
  documents: {
    read: {},
    lacks: {
      payments: 'no setting describes it: the shop asks the network itself',
      refunds: 'no setting describes it: the shop asks the network itself',
      operators: 'no setting describes it: the shop asks the network itself',
      webhooks: 'signed where `webhook.scheme` says how',
      gaps: 'no setting describes it: payments that stay silent are polled',
    },
  },
  formats: {},
  exports: [],
  account: SETTINGS,
  webhook: {
    headers: ['authorization'],
    secretHeaders: ['authorization'],
    headersOf: ({ webhook }) => schemeOf(webhook) ?? { headers: [], secretHeaders: [] },
    methods: ['GET', 'POST', 'PUT'],
    verifier({ webhook }, secretAt: (place: SecretPlace) => string) {
      if (webhook === undefined) return undefined;
      const secrets = (webhook.secrets ?? []).map((place) => Buffer.from(secretAt(place)));
      return schemeOf(webhook)?.open(secrets, webhook.tolerance) ?? (() => null);
    },
    check: (bytes, scheme, webhook) => schemeOf(webhook ?? {}, scheme)?.open([bytes], TOLERANCE_MILLIS),
  },
  bodies: genericBodies,
  gateway(context) {
    const { base_url } = context.initial;
    return base_url === undefined ? { provider: NAME, account: context.account } : new GenericGateway(context);
  },
  fileMapping,
};
