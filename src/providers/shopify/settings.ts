// The part of an account of Shopify in hesabu.yaml. Without a token it reads webhooks and files, and calls nobody.

import { z } from 'zod';
import { ACCOUNT, secret, url } from '../../producers/account-settings.ts';
import { schemeSettings } from '../../producers/webhooks/scheme-port.ts';
import { hmacScheme } from '../../producers/webhooks/schemes.ts';

export const NAME = 'shopify';
export const SIGNED = 'hmac-sha256-base64';
const HEADERS = ['x-shopify-hmac-sha256', 'shopify-hmac-sha256'];
export const SCHEMES = { [SIGNED]: hmacScheme({ header: HEADERS, algorithm: 'sha256', encoding: 'base64' }) };

export const SETTINGS = z
  .strictObject({
    provider: z.literal(NAME),
    ...ACCOUNT,
    /** The shop's own address, such as https://shop-a.myshopify.com. */
    base_url: url.optional(),
    /** The access token of an app of the shop, with the scope read_orders. */
    api_key: secret.optional(),
    webhook: schemeSettings(SCHEMES, SIGNED).optional(),
  })
  .refine(({ base_url, api_key }) => api_key === undefined || base_url !== undefined, {
    path: ['base_url'],
    error: "expected the shop's address, because of api_key",
  });

export type Settings = z.output<typeof SETTINGS>;
