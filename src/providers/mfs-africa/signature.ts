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
/** What a secret signs is put together in a buffer of its own, if it is no longer than this. */
const SHORT_BYTES = 8 * 1024;
/** The two texts that are compared. */
const [wanted, given] = [Buffer.alloc(DIGEST_BYTES * 2), Buffer.alloc(DIGEST_BYTES * 2)];

/** A secret with its two padded keys prepared: two plain hashes give the HMAC, in a quarter of createHmac's time. */
export class SignatureKey {
  /** The inner key, and room for what is signed. */
  private readonly inner = Buffer.alloc(BLOCK_BYTES + SHORT_BYTES);
  private readonly outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);

  constructor(secret: string | Buffer) {
    const key = Buffer.alloc(BLOCK_BYTES);
    const bytes = typeof secret === 'string' ? Buffer.from(secret) : secret;
    if (bytes.length > BLOCK_BYTES) key.write(hash('sha256', bytes, 'hex'), 'hex');
    else bytes.copy(key);
    this.inner.set(key.map((byte) => byte ^ 0x36));
    this.outer.set(key.map((byte) => byte ^ 0x5c));
  }

  /** The signature of a time's digits (may be empty) and a body, in lower-case hex. */
  sign(time: string, body: Uint8Array): string {
    this.outer.write(hash('sha256', this.signed(time === '' ? '' : `${time}.`, body), 'binary'), BLOCK_BYTES, 'latin1');
    return hash('sha256', this.outer, 'hex');
  }

  private signed(prefix: string, body: Uint8Array): Buffer {
    const { inner } = this;
    const from = BLOCK_BYTES + prefix.length;
    const end = from + body.length;
    if (end > inner.length) return Buffer.concat([inner.subarray(0, BLOCK_BYTES), Buffer.from(prefix), body]);
    inner.write(prefix, BLOCK_BYTES, 'latin1');
    inner.set(body, from);
    return inner.subarray(0, end);
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
  const read = scheme === 'timestamped' ? readTimestamped(header) : readPlain(header);
  if (read === undefined) return invalid(expected, 'another form');
  let fits = false;
  for (const key of keys) {
    wanted.write(key.sign(read.time, body), 'latin1');
    for (const one of read.signatures) {
      given.write(one, 'latin1');
      fits = timingSafeEqual(wanted, given) || fits;
    }
  }
  if (!fits) return invalid('the signature of the bytes that came', 'another');
  if (scheme === 'body') return null;
  const off = Math.abs(now - Number(read.time) * 1000);
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
  const signatures = signaturesIn(match[2]!);
  const isWhole = signatures.every((one) => one.length === DIGEST_BYTES * 2);
  if (signatures.length === 0 || signatures.length > SIGNATURES_MAX || !isWhole) return undefined;
  return { time: match[1]!, signatures };
}

/** Most have one. */
function signaturesIn(list: string): string[] {
  if (list.startsWith(',v1=') && list.indexOf(',', 1) < 0) return [list.slice(4)];
  return [...list.matchAll(VERSION_1)].map((one) => one[1]!);
}

function readPlain(header: string): Given | undefined {
  const match = BODY.exec(header);
  return match === null ? undefined : { time: '', signatures: [match[1]!] };
}

function invalid(expected: string, found: string): WebhookFault {
  return { code: 'HESABU_SIGNATURE_INVALID', expected, found };
}
