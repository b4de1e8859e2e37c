// The `hash` that an account with callback authentication finds in the body: base64 of HMAC-SHA256 under its private
// key. The portal says that it is over the body without it, as compact JSON, and its own example cannot be reproduced:
// so the members before `hash` are taken byte for byte as they came, and nothing is serialised again.

import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { VerifyWebhook } from '../../producers/provider.ts';
import { invalid } from '../../producers/webhooks/schemes.ts';

const EXPECTED = 'a `hash` as the last member of the body, base64 of HMAC-SHA256 over the others';
/** The member at the end of the text, with the comma and blanks before it; no other member may have this name. */
const LAST_MEMBER = /\s*,\s*"hash"\s*:\s*"([A-Za-z0-9+/]+={0,2})"\s*\}\s*$/;

export function openHash(secrets: readonly Uint8Array[]): VerifyWebhook {
  return (_values, body) => {
    const text = Buffer.from(body).toString('latin1');
    const found = LAST_MEMBER.exec(text);
    if (found === null || text.split('"hash"').length !== 2) return invalid(EXPECTED, 'none');
    const signed = Buffer.from(`${text.slice(0, found.index)}}`, 'latin1');
    let fits = false;
    for (const secret of secrets) {
      fits = isSame(createHmac('sha256', secret).update(signed).digest('base64'), found[1]!) || fits;
    }
    return fits ? null : invalid('the hash of the bytes that came', 'another');
  };
}

function isSame(wanted: string, given: string): boolean {
  return timingSafeEqual(hash('sha256', wanted, 'buffer'), hash('sha256', given, 'buffer'));
}
