// The provider `tiny`: Tiny Pay, whose webhooks have a secret in a header, and which takes no refunds.

import type { OutboundParts } from '../../../../src/outbound/client/outbound-parts.ts';
import { rowReaders } from '../../../../src/producers/bodies/row-body.ts';
import type { Provider } from '../../../../src/producers/provider.ts';
import { TINY_CALLBACKS, TINY_POLLS, TINY_REPORT } from './formats.ts';
import { TinyGateway } from './gateway.ts';
import { NAME, SETTINGS, type TinySettings } from './settings.ts';
import { TINY_WEBHOOK } from './webhook.ts';

export const TINY: Provider<TinySettings, OutboundParts> = {
  name: NAME,
  title: 'Tiny Pay',
  capabilities: {
    payments: true,
    refunds: false,
    operators: false,
    status: 'immediate',
    webhooks: 'secret',
    settlement: false,
  },
  documents: {
    read: { 'docs.tiny.example': '2026-06' },
    lacks: {
      refunds: 'no call gives a payment back: refund it in the portal',
      operators: 'one operator',
      settlement: 'no call gives a report: export it from the portal',
      gaps: 'nothing lists what happened in a time',
    },
  },
  formats: { callbacks: TINY_CALLBACKS, polls: TINY_POLLS },
  exports: [TINY_REPORT],
  account: SETTINGS,
  webhook: TINY_WEBHOOK,
  bodies: (context) => rowReaders({ callbacks: TINY_CALLBACKS, polls: TINY_POLLS }, context),
  gateway: (context) => new TinyGateway(context),
};
