// The provider `mfs-africa`: MFS Africa, now Onafriq, whose exports and webhooks have the canonical formats.

import { z } from 'zod';
import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import { ACCOUNT, duration, FETCHED_SETTLEMENT, secret, url } from '../../producers/account-settings.ts';
import { rowReaders } from '../../producers/bodies/row-body.ts';
import { CANONICAL_FORMATS } from '../../producers/formats/formats.ts';
import type { Provider } from '../../producers/provider.ts';
import { WEBHOOK_ORIGIN } from '../../producers/webhooks/origin.ts';
import { MfsAfricaGateway } from './gateway.ts';
import { SignatureKey, signatureFault } from './signature.ts';

const NAME = 'mfs-africa';
const SIGNATURE_HEADER = 'x-signature';

const webhook = z.strictObject({
  scheme: z.enum(['timestamped', 'body']).default('timestamped'),
  /** The newer first; two while they are rotated. */
  secrets: z.array(secret).min(1).max(2),
  tolerance: duration.prefault('PT300S'),
  ...WEBHOOK_ORIGIN,
});

const account = z.strictObject({
  provider: z.literal(NAME),
  ...ACCOUNT,
  base_url: url,
  api_key: secret,
  webhook: webhook.optional(),
  settlement: z.strictObject({ ...FETCHED_SETTLEMENT, format: z.enum(['csv', 'json']).default('csv') }).optional(),
});

type Settings = z.output<typeof account>;

export const MFS_AFRICA: Provider<Settings, OutboundParts> = {
  name: NAME,
  title: 'MFS Africa',
  capabilities: {
    payments: true,
    refunds: true,
    operators: true,
    status: 'immediate',
    webhooks: 'signed',
    settlement: true,
  },
  documents: {
    read: { 'a guide for shops; no document of the network has this API': '2026-11' },
    lacks: {
      gaps: 'nothing lists what happened in a time: payments that stay silent are polled',
    },
  },
  formats: {},
  exports: [],
  account,
  webhook: {
    headers: [SIGNATURE_HEADER],
    verifier({ webhook: settings }, secretAt) {
      if (settings === undefined) return undefined;
      const keys = settings.secrets.map((place) => new SignatureKey(secretAt(place)));
      return (values, body, now) => signatureFault(values(SIGNATURE_HEADER), body, keys, settings, now);
    },
    check(bytes, scheme) {
      const keys = [new SignatureKey(Buffer.from(bytes))];
      const settings = webhook.parse({ scheme: scheme ?? undefined, secrets: [{ env: 'NONE' }] });
      return (values, body, now) => signatureFault(values(SIGNATURE_HEADER), body, keys, settings, now);
    },
  },
  bodies: (context) => rowReaders(CANONICAL_FORMATS, context),
  gateway({ account: name, initial, settings, secret: secretAt, outbound, ...parts }) {
    return new MfsAfricaGateway({
      ...parts,
      ...outbound,
      account: name,
      baseUrl: initial.base_url,
      reportFormat: initial.settlement?.format ?? 'csv',
      apiKey: () => secretAt((settings() ?? initial).api_key),
      rate: () => (settings() ?? initial).rate,
    });
  },
};
