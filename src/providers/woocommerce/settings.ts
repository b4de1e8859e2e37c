// The part of an account of WooCommerce in hesabu.yaml. Without keys it reads webhooks and files, and calls nobody.

import { z } from 'zod';
import { ACCOUNT, secret, url } from '../../producers/account-settings.ts';
import { schemeSettings } from '../../producers/webhooks/scheme-port.ts';
import { hmacScheme } from '../../producers/webhooks/schemes.ts';

export const NAME = 'woocommerce';
export const SIGNED = 'hmac-sha256-base64';
const HEADER = 'x-wc-webhook-signature';
export const SCHEMES = { [SIGNED]: hmacScheme({ header: HEADER, algorithm: 'sha256', encoding: 'base64' }) };

/** On this machine, such as a sandbox, keys are seen by nobody. */
const PRIVATE = /^(?:https:\/\/|http:\/\/127\.0\.0\.1(?::\d+)?(?:\/|$))/;

export const SETTINGS = z
  .strictObject({
    provider: z.literal(NAME),
    ...ACCOUNT,
    /** The address of the site. */
    base_url: url.optional(),
    /** The consumer key and secret of its REST API, with the right to read. */
    api: z.strictObject({ key: secret, secret }).optional(),
    webhook: schemeSettings(SCHEMES, SIGNED).optional(),
  })
  .refine(({ base_url, api }) => api === undefined || PRIVATE.test(base_url ?? ''), {
    path: ['base_url'],
    error: 'expected an https URL, because of api: its keys are sent as HTTP Basic',
  });

export type Settings = z.output<typeof SETTINGS>;
