// Signatures of webhooks: HMAC-SHA256 (RFC 2104) under a shared secret, over the raw bytes. Everything is read
// strictly, so that no bit of the signed bytes or of the signature can change unnoticed.

import { hash, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../domain/time.ts';
import type { WebhookFault } from '../../producers/provider.ts';

/** `timestamped`: `t=UNIX,v1=HEX` over `UNIX.BODY`. `body`: `sha256=HEX` over the body. */
export type SignatureScheme = 'timestamped' | 'body';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const SIGNATURES_MAX = 4;
/** `t` and versioned signatures, also of later versions, each a name and a value; nothing else, not even blanks. */
const TIMESTAMPED = /^t=(\d{1,12})((?:,v\d+=[0-9a-f]+)+)$/;
const BODY = /^sha256=([0-9a-f]{64})$/;
const VERSION_1 = /,v1=([0-9a-f]*)/g;
const DOT = Buffer.from('.');
const NOTHING = Buffer.alloc(0);

/** A secret with its two padded keys prepared: two plain hashes give the HMAC, in a quarter of createHmac's time. */
export class SignatureKey {
  private readonly inner: Buffer;
  private readonly outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);

  constructor(secret: string | Buffer) {
    const key = Buffer.alloc(BLOCK_BYTES);
    const bytes = typeof secret === 'string' ? Buffer.from(secret) : secret;
    if (bytes.length > BLOCK_BYTES) key.write(hash('sha256', bytes, 'hex'), 'hex');
    else bytes.copy(key);
    this.inner = key.map((byte) => byte ^ 0x36) as Buffer;
    this.outer.set(key.map((byte) => byte ^ 0x5c));
  }

  /** The signature of a time's digits (may be empty) and a body, in lower-case hex. */
  sign(time: string, body: Uint8Array): string {
    const prefix = time === '' ? NOTHING : Buffer.concat([Buffer.from(time), DOT]);
    const inner = hash('sha256', Buffer.concat([this.inner, prefix, body]), 'binary');
    this.outer.write(inner, BLOCK_BYTES, 'latin1');
    return hash('sha256', this.outer, 'hex');
  }
}

/**
 * Null if a signature fits. `headers` are the values of all X-Signature headers: there must be exactly one. `tolerance`
 * is in milliseconds, in both directions and inclusive. Any of several keys may fit: two are valid during a rotation.
 */
export function signatureFault(
  headers: readonly string[],
  body: Uint8Array,
  keys: readonly SignatureKey[],
  { scheme, tolerance }: { readonly scheme: SignatureScheme; readonly tolerance: number },
  now: Instant,
): WebhookFault | null {
  const [header] = headers;
  const form = scheme === 'timestamped' ? 't=UNIX,v1=HEX' : 'sha256=HEX';
  const expected = `one X-Signature header, ${form}`;
  if (header === undefined || headers.length > 1) return invalid(expected, `${headers.length} headers`);
  const given = scheme === 'timestamped' ? readTimestamped(header) : readPlain(header);
  if (given === undefined) return invalid(expected, 'another form');
  let fits = false;
  for (const key of keys) {
    const signature = Buffer.from(key.sign(given.time, body));
    for (const one of given.signatures) fits = timingSafeEqual(signature, Buffer.from(one)) || fits;
  }
  if (!fits) return invalid('the signature of the bytes that came', 'another');
  if (scheme === 'body') return null;
  const off = Math.abs(now - Number(given.time) * 1000);
  if (off <= tolerance) return null;
  return {
    code: 'HESABU_SIGNATURE_STALE',
    expected: `a time within ${tolerance / 1000} s of now`,
    found: `${Math.round(off / 1000)} s`,
  };
}

interface Given {
  readonly time: string;
  readonly signatures: readonly string[];
}

function readTimestamped(header: string): Given | undefined {
  const match = TIMESTAMPED.exec(header);
  if (match === null) return undefined;
  const signatures = [...match[2]!.matchAll(VERSION_1)].map((one) => one[1]!);
  const isWhole = signatures.every((one) => one.length === DIGEST_BYTES * 2);
  if (signatures.length === 0 || signatures.length > SIGNATURES_MAX || !isWhole) return undefined;
  return { time: match[1]!, signatures };
}

function readPlain(header: string): Given | undefined {
  const match = BODY.exec(header);
  return match === null ? undefined : { time: '', signatures: [match[1]!] };
}

function invalid(expected: string, found: string): WebhookFault {
  return { code: 'HESABU_SIGNATURE_INVALID', expected, found };
}
