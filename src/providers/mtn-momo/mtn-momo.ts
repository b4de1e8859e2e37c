// The provider `mtn-momo`: the Collection product of MTN's Open API. Callbacks are not signed and have no time; the id
// of a request is ours.

import { z } from 'zod';
import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import { ACCOUNT } from '../../producers/account-settings.ts';
import type { Provider } from '../../producers/provider.ts';
import { WEBHOOK_ORIGIN } from '../../producers/webhooks/origin.ts';
import { mtnBodies } from './bodies.ts';

const NAME = 'mtn-momo';

const webhook = z.strictObject({ ...WEBHOOK_ORIGIN, scheme: z.literal('none').default('none') });

const account = z.strictObject({ provider: z.literal(NAME), ...ACCOUNT, webhook: webhook.optional() });

type Settings = z.output<typeof account>;

export const MTN_MOMO: Provider<Settings, OutboundParts> = {
  name: NAME,
  title: 'MTN MoMo',
  capabilities: {
    payments: false,
    refunds: false,
    operators: false,
    status: 'none',
    webhooks: 'unsigned',
    settlement: false,
  },
  formats: {},
  exports: [],
  account,
  webhook: {
    headers: [],
    methods: ['POST', 'PUT'],
    verifier: ({ webhook: settings }) => (settings === undefined ? undefined : () => null),
  },
  bodies: mtnBodies,
};
