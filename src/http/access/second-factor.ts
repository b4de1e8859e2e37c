// The second factor: a code of six digits that an authenticator app makes every thirty seconds (TOTP, RFC 6238).

import { Secret, TOTP } from 'otpauth';
import type { Instant } from '../../domain/time.ts';

const PERIOD_SECONDS = 30;
/** A code of the period before or after is taken: clocks of telephones differ. */
const WINDOW = 1;
const SECRET_BYTES = 20;

/** A new secret, in base 32. */
export function newTotpSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

/** What an authenticator app reads, mostly as a picture. */
export function totpUri(secret: string, name: string): string {
  return totpOf(secret, name).toString();
}

/** The number of the period whose code it is; undefined if it is a wrong one. */
export function totpPeriod(secret: string, code: string, now: Instant): number | undefined {
  if (!/^[0-9]{6}$/.test(code)) return undefined;
  const totp = totpOf(secret, '');
  const delta = totp.validate({ token: code, timestamp: now, window: WINDOW });
  return delta === null ? undefined : totp.counter({ timestamp: now }) + delta;
}

function totpOf(secret: string, label: string): TOTP {
  const form = { issuer: 'Hesabu', algorithm: 'SHA1', digits: 6, period: PERIOD_SECONDS };
  return new TOTP({ ...form, label, secret: Secret.fromBase32(secret) });
}
