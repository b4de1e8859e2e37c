// The part of an account of M-Pesa in hesabu.yaml. Without keys it reads callbacks and files, and calls nobody.

import { z } from 'zod';
import { ACCOUNT, secret, url, zone } from '../../producers/account-settings.ts';
import { WEBHOOK_ORIGIN } from '../../producers/webhooks/origin.ts';

export const NAME = 'mpesa';

const code = z.string().regex(/^\d{5,7}$/, 'expected five to seven figures');

/** The app on Daraja, and the number that it collects for. */
const app = z.strictObject({
  consumer_key: secret,
  consumer_secret: secret,
  short_code: code,
  /** Of M-Pesa Express. */
  passkey: secret,
  /** Of a till: its number. Without it, the short code is a pay bill number. */
  till: code.optional(),
});

/** The Pull API. `true` for a number that is registered already, with what the documentation says of it. */
const pull = z.strictObject({
  /** The telephone number of the organisation, by which the short code is registered at the first question. */
  nominated_number: z
    .string()
    .regex(/^(?:254|0)\d{9}$/, 'expected a number of Kenya, 254 or 0 and nine figures')
    .optional(),
  /** What `OffSetValue` counts: the documentation says rows in one place and pages in another. */
  offset: z.enum(['rows', 'pages']).default('rows'),
  /** What the Z of its times means, where it is not UTC. */
  zone: zone.optional(),
});

export type PullSettings = z.output<typeof pull>;

export const SETTINGS = z
  .strictObject({
    provider: z.literal(NAME),
    ...ACCOUNT,
    base_url: url.optional(),
    /** Calls the network's own test address. */
    sandbox: z.boolean().default(false),
    app: app.optional(),
    /** Who asks for reversals and for the status of a receipt; the credential as the portal gives it. */
    initiator: z.strictObject({ name: z.string().min(1), security_credential: secret }).optional(),
    /** The account's own URL, to which its secret path is added: callbacks and results go there and below. */
    callback_url: url.optional(),
    /** Whether the number is registered for the Pull API: it tells of lost confirmations, for 48 hours. */
    pull: z.union([z.boolean(), pull]).default(false),
    webhook: z.strictObject({ ...WEBHOOK_ORIGIN, scheme: z.literal('none').default('none') }).optional(),
  })
  .refine(({ app, callback_url }) => app === undefined || callback_url !== undefined, {
    path: ['callback_url'],
    error: 'expected callback_url, because of app',
  });

export type Settings = z.output<typeof SETTINGS>;

/** Null for a number that is not pulled. */
export function pullOf({ pull: settings }: Settings): PullSettings | null {
  if (typeof settings === 'boolean') return settings ? { offset: 'rows' } : null;
  return settings;
}

export function baseUrlOf({ base_url, sandbox }: Settings): string {
  return base_url ?? `https://${sandbox ? 'sandbox' : 'api'}.safaricom.co.ke`;
}
