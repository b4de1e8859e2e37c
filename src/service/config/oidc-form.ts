// The part of hesabu.yaml about an outside issuer, at which people sign in.

import { z } from 'zod';
import { duration, secret, url } from '../../producers/account-settings.ts';

const LABEL = /^[^\p{C}]{1,40}$/u;
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
const DAY_MILLIS = 86_400_000;
const isAge = (millis: number) => millis >= 60_000 && millis <= 30 * DAY_MILLIS;

export const oidcForm = z.strictObject({
  /** As its own description names it. */
  issuer: url,
  client_id: z.string().min(1).max(255),
  /** Of a client that has one. */
  client_secret: secret.optional(),
  /** What people call the issuer. */
  label: z.string().regex(LABEL, 'expected at most 40 characters on one line'),
  /** Where it shows that somebody had a second factor: in the claim `amr`, or at each sign-in. */
  second_factor: z.enum(['amr', 'issuer']).default('amr'),
  /** Besides `openid`. */
  scopes: z.array(z.string().regex(SCOPE, 'expected the name of a scope')).max(20).default([]),
  /** How old a sign-in at the issuer may be. */
  max_age: duration.refine(isAge, 'expected PT1M to P30D').optional(),
});
export type OidcConfig = z.output<typeof oidcForm>;
