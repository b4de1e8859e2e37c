// The webhooks of Tiny Pay: the header x-tiny-token has a secret that only Tiny Pay and the account know.

import type { WebhookPort } from '../../../../src/producers/provider.ts';
import { tokenScheme } from '../../../../src/producers/webhooks/schemes.ts';
import type { TinySettings } from './settings.ts';

const SCHEME = tokenScheme('x-tiny-token');
/** No time is signed. */
const TOLERANCE_MILLIS = 0;

export const TINY_WEBHOOK: WebhookPort<TinySettings> = {
  headers: SCHEME.headers,
  secretHeaders: SCHEME.secretHeaders,
  verifier({ webhook }, secretAt) {
    return webhook === undefined ? undefined : SCHEME.open([Buffer.from(secretAt(webhook.token))], TOLERANCE_MILLIS);
  },
  check: (secret) => SCHEME.open([secret], TOLERANCE_MILLIS),
};
