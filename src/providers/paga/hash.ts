// Paga's hashes: SHA-512 over values one after the other and the key, in hexadecimal. It is no HMAC, covers some values
// only, and does not say where one ends: it proves less than it seems. Sources: developer-docs.paga.com, Collect
// API; clients that check notifications (statusCode + accountNumber + amount + clearingFeeAmount + key).

import { hash, timingSafeEqual } from 'node:crypto';
import { exactJson } from '../../producers/bodies/json-fields.ts';
import { isObject } from '../../producers/files/json-text.ts';
import { invalid, type WebhookScheme } from '../../producers/webhooks/schemes.ts';

const HASHED = ['statusCode', 'accountNumber', 'amount', 'clearingFeeAmount'] as const;
const HEX = /^[0-9a-f]{128}$/;
const EXPECTED = 'a `hash` in the body, SHA-512 in hexadecimal figures';

export function pagaHash(values: readonly string[], key: Uint8Array | string): string {
  return hash('sha512', Buffer.concat([Buffer.from(values.join('')), Buffer.from(key)]), 'hex');
}

/** The hash of a notification, over its values as they are written. */
export const PAGA_SHA512: WebhookScheme = {
  headers: [],
  secretHeaders: [],
  open: (secrets) => (_values, body) => {
    const json = exactJson(Buffer.from(body).toString('utf8'));
    const given = 'value' in json && isObject(json.value) ? json.value : {};
    const sent = given.hash;
    if (typeof sent !== 'string' || !HEX.test(sent)) return invalid(EXPECTED, 'none');
    const values = HASHED.map((name) => given[name] ?? '').filter((value) => typeof value === 'string');
    if (values.length < HASHED.length) return invalid('four plain values that the hash is over', 'another value');
    let fits = false;
    for (const secret of secrets) fits = isSame(pagaHash(values, secret), sent) || fits;
    return fits ? null : invalid('the hash of the values that came', 'another');
  },
};

function isSame(wanted: string, given: string): boolean {
  return timingSafeEqual(Buffer.from(wanted), Buffer.from(given));
}
