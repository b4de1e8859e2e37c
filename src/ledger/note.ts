// Signed notes with Ed25519 keys, after C2SP signed-note (https://c2sp.org/signed-note): a text, a blank line, and one
// line per signature. Generating a key needs randomness and is not done here.

import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { HesabuError } from '../domain/errors.ts';
import { bytesFromBase64, digestBytes, sha256 } from './digest.ts';

/** A key that signs notes, and the name of the key. */
export interface Signer {
  readonly name: string;
  readonly privateKey: KeyObject;
  readonly verifier: Verifier;
}

/** The public side of a signer. */
export interface Verifier {
  readonly name: string;
  /** The first four bytes of SHA-256(name || 0x0A || 0x01 || public key), in hex. */
  readonly keyId: string;
  readonly publicKey: KeyObject;
}

/** The byte for Ed25519 in key ids and verifier keys. */
const ED25519 = 0x01;
const PUBLIC_KEY_SIZE_BYTES = 32;
const KEY_ID_SIZE_BYTES = 4;
/** The specification requires at least 16. */
const SIGNATURE_COUNT_MAX = 100;
/** A line of a signature begins so. */
export const DASH = '\u2014 ';
const CONTROL_CHARACTER = /[\x00-\x09\x0b-\x1f]/;
const KEY_NAME = /^[^\s+]+$/u;

/** Throws HESABU_PROOF_INVALID if the PEM (PKCS8) holds no Ed25519 key or the name is not valid for a key. */
export function signerFromPem(pem: string, name: string): Signer {
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(pem);
  } catch (cause) {
    throw new HesabuError('HESABU_PROOF_INVALID', { where: 'signing key', expected: 'a PKCS8 PEM' }, cause);
  }
  if (privateKey.asymmetricKeyType !== 'ed25519') throw invalid('signing key', 'an Ed25519 key');
  if (!KEY_NAME.test(name)) throw invalid('key name', 'a name without spaces and plus signs', name);
  const publicKey = createPublicKey(privateKey);
  return { name, privateKey, verifier: { name, keyId: keyIdOf(name, rawPublicKey(publicKey)), publicKey } };
}

/** The text to give to a verifier: `name+key id+base64(0x01 || public key)`. */
export function verifierKeyText(verifier: Verifier): string {
  const key = Buffer.concat([Buffer.of(ED25519), rawPublicKey(verifier.publicKey)]);
  return `${verifier.name}+${verifier.keyId}+${key.toString('base64')}`;
}

/** Reads a verifier key. Throws HESABU_PROOF_INVALID if it is malformed or its id is not of its name and key. */
export function verifierFromText(text: string): Verifier {
  const [name, keyId, ...rest] = text.split('+');
  // Base64 may contain plus signs.
  const key = bytesFromBase64(rest.join('+'));
  if (name === undefined || keyId === undefined || key === undefined || !KEY_NAME.test(name)) {
    throw invalid('verifier key', 'name+key id+base64');
  }
  if (key.length !== 1 + PUBLIC_KEY_SIZE_BYTES || key[0] !== ED25519) throw invalid('verifier key', 'an Ed25519 key');
  const raw = key.subarray(1);
  const due = keyIdOf(name, raw);
  if (keyId !== due) throw invalid('verifier key', `the key id ${due}`, keyId);
  const publicKey = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
    format: 'jwk',
  });
  return { name, keyId, publicKey };
}

/** Signs a text that ends in a newline and returns the whole note. */
export function signNote(text: string, signer: Signer): string {
  const signature = sign(null, Buffer.from(text), signer.privateKey);
  const line = Buffer.concat([Buffer.from(signer.verifier.keyId, 'hex'), signature]).toString('base64');
  return `${text}\n${DASH}${signer.name} ${line}\n`;
}

/**
 * The text of a note that this verifier's key signed. Signatures by other keys are ignored. Throws
 * HESABU_PROOF_INVALID if the note is malformed, is not signed by the key, or has an invalid signature by the key.
 */
export function openNote(note: string, verifier: Verifier): string {
  if (CONTROL_CHARACTER.test(note)) throw invalid('note', 'no control characters');
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) throw invalid('note', 'a text, a blank line and signature lines');
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > SIGNATURE_COUNT_MAX) throw invalid('note', `at most ${SIGNATURE_COUNT_MAX} signatures`);
  const body = Buffer.from(text);
  let signed = false;
  for (const { name, keyId, signature } of lines.map(parseSignature)) {
    if (name !== verifier.name || keyId !== verifier.keyId) continue;
    if (!verify(null, body, verifier.publicKey, signature)) throw invalid('note', `a valid signature by ${name}`);
    signed = true;
  }
  if (!signed) throw invalid('note', `a signature by ${verifier.name}+${verifier.keyId}`);
  return text;
}

/** The name and id of each key that a note says signed it, whether that is true or not. */
export function signersOf(note: string): string[] {
  const lines = note.slice(note.lastIndexOf('\n\n') + 2).split('\n');
  return lines
    .filter((line) => line.startsWith(DASH))
    .map(parseSignature)
    .map(({ name, keyId }) => `${name}+${keyId}`);
}

function parseSignature(line: string): { name: string; keyId: string; signature: Buffer } {
  const [name = '', encoded = '', ...more] = line.slice(DASH.length).split(' ');
  const bytes = bytesFromBase64(encoded);
  const known = line.startsWith(DASH) && more.length === 0 && KEY_NAME.test(name);
  if (!known || bytes === undefined || bytes.length <= KEY_ID_SIZE_BYTES) {
    throw invalid('note', 'signature lines with a dash, a key name and base64', line);
  }
  const keyId = bytes.subarray(0, KEY_ID_SIZE_BYTES).toString('hex');
  return { name, keyId, signature: bytes.subarray(KEY_ID_SIZE_BYTES) };
}

function keyIdOf(name: string, rawKey: Uint8Array): string {
  const named = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(ED25519), rawKey]);
  return digestBytes(sha256(named)).toString('hex', 0, KEY_ID_SIZE_BYTES);
}

function rawPublicKey(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).x!, 'base64url');
}

function invalid(where: string, expected: string, found?: string): HesabuError {
  return new HesabuError('HESABU_PROOF_INVALID', { where, expected, ...(found === undefined ? {} : { found }) });
}
