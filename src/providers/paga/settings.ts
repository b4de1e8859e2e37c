// The part of an account of Paga in hesabu.yaml. Without keys it reads notifications only, and calls nobody.

import { z } from 'zod';
import { ACCOUNT, url } from '../../producers/account-settings.ts';
import { schemeSettings } from '../../producers/webhooks/scheme-port.ts';
import { basicScheme } from '../../producers/webhooks/schemes.ts';
import { PAGA_SHA512 } from './hash.ts';

export const NAME = 'paga';

export const SCHEMES = { basic: basicScheme(), 'paga-sha512': PAGA_SHA512 };
export const USUAL_SCHEME = 'basic';

export const SETTINGS = z.strictObject({
  provider: z.literal(NAME),
  ...ACCOUNT,
  base_url: url.optional(),
  webhook: schemeSettings(SCHEMES, USUAL_SCHEME).optional(),
});

export type Settings = z.output<typeof SETTINGS>;
