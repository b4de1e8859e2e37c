// The webhooks of Tiny Pay: the header x-tiny-token has a secret that only Tiny Pay and the account know.

import { timingSafeEqual } from 'node:crypto';
import type { WebhookFault, WebhookPort } from '../../../../src/producers/provider.ts';
import type { TinySettings } from './settings.ts';

const TOKEN_HEADER = 'x-tiny-token';

const REFUSED: WebhookFault = {
  code: 'HESABU_SIGNATURE_INVALID',
  expected: `one ${TOKEN_HEADER} header with the token of the account`,
  found: 'something else',
};

export const TINY_WEBHOOK: WebhookPort<TinySettings> = {
  headers: [TOKEN_HEADER],
  secretHeaders: [TOKEN_HEADER],
  verifier({ webhook }, secretAt) {
    if (webhook === undefined) return undefined;
    const token = Buffer.from(secretAt(webhook.token));
    return (values) => {
      const [given, ...more] = values(TOKEN_HEADER).map((value) => Buffer.from(value));
      const isOne = given !== undefined && more.length === 0;
      return isOne && given.length === token.length && timingSafeEqual(given, token) ? null : REFUSED;
    };
  },
};
