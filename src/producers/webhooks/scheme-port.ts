// The webhooks of a provider whose accounts choose a scheme: the part of their settings, and the checks by it. Only the
// scheme that is set is accepted, never another one beside it.

import { z } from 'zod';
import { duration, type SecretPlace, secret } from '../account-settings.ts';
import type { VerifyWebhook, WebhookPort } from '../provider.ts';
import { WEBHOOK_ORIGIN } from './origin.ts';
import type { WebhookScheme } from './schemes.ts';

export type Schemes = Readonly<Record<string, WebhookScheme>>;

/** `usual` is the scheme where an account names none; `none` where nobody signs. */
export function schemeSettings(schemes: Schemes, usual: string) {
  const names = [...new Set([usual, ...Object.keys(schemes)])] as [string, ...string[]];
  return z
    .strictObject({
      ...WEBHOOK_ORIGIN,
      scheme: z.enum(names).default(usual),
      /** The newer first; two while they are changed. */
      secrets: z.array(secret).min(1).max(2).optional(),
      /** Of a scheme that signs a time. */
      tolerance: duration.prefault('PT300S'),
    })
    .refine(({ scheme, secrets }) => scheme === 'none' || secrets !== undefined, {
      path: ['secrets'],
      error: 'expected secrets, because of the scheme',
    });
}

export type SchemeSettings = z.output<ReturnType<typeof schemeSettings>>;

/** What a webhook port needs of its schemes; the provider adds the rest. */
export function schemePort(schemes: Schemes, usual: string) {
  const all = Object.values(schemes);
  const verifier = (settings: SchemeSettings, secretAt: (place: SecretPlace) => string): VerifyWebhook => {
    const { scheme, secrets = [], tolerance } = settings;
    if (scheme === 'none') return () => null;
    return schemes[scheme]!.open(
      secrets.map((place) => Buffer.from(secretAt(place))),
      tolerance,
    );
  };
  return {
    headers: all.flatMap(({ headers }) => headers),
    secretHeaders: all.flatMap(({ secretHeaders }) => secretHeaders),
    verifier: ({ webhook }, secretAt) => (webhook === undefined ? undefined : verifier(webhook, secretAt)),
    check: (bytes, scheme) => schemes[scheme ?? usual]?.open([bytes], TOLERANCE_MILLIS),
  } satisfies WebhookPort<never> & {
    verifier(
      settings: { webhook?: SchemeSettings | undefined },
      secretAt: (place: SecretPlace) => string,
    ): VerifyWebhook | undefined;
  };
}

const TOLERANCE_MILLIS = 300_000;
