// The provider `shop`: a shop system of one's own, whose webhooks follow Standard Webhooks (standardwebhooks.com).

import { z } from 'zod';
import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import { ACCOUNT } from '../../producers/account-settings.ts';
import type { Provider } from '../../producers/provider.ts';
import { schemePort, schemeSettings } from '../../producers/webhooks/scheme-port.ts';
import { standardWebhooksScheme } from '../../producers/webhooks/schemes.ts';
import { shopBodies } from './bodies.ts';

const NAME = 'shop';
const SIGNED = 'standard-webhooks';
const SCHEMES = { [SIGNED]: standardWebhooksScheme() };

const account = z.strictObject({
  provider: z.literal(NAME),
  ...ACCOUNT,
  webhook: schemeSettings(SCHEMES, SIGNED).optional(),
});

type Settings = z.output<typeof account>;

export const SHOP: Provider<Settings, OutboundParts> = {
  name: NAME,
  title: 'A shop of your own',
  capabilities: {
    payments: false,
    refunds: false,
    operators: false,
    status: 'none',
    webhooks: 'signed',
    settlement: false,
  },
  documents: {
    read: { 'github.com/standard-webhooks': '2026-11' },
    lacks: {
      payments: 'a shop sends orders: money goes through the accounts of networks',
      refunds: 'give money back in the shop: it says so by `refund.requested`',
      operators: 'a shop sends orders: money goes through the accounts of networks',
      status: 'a shop sends orders: money goes through the accounts of networks',
      settlement: 'a shop sends orders: money goes through the accounts of networks',
      gaps: 'your shop is not asked: it sends each event again until the answer is 200',
    },
  },
  formats: {},
  exports: [],
  account,
  webhook: schemePort(SCHEMES, SIGNED),
  bodies: shopBodies,
};
