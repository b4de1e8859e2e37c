// The key with which a service signs what people decide. Rules name its public half: write access to a topic, without
// that key, decides nothing.

import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** DER of an Ed25519 private key, up to its 32 bytes: RFC 8410, section 7. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const KEY_BYTES = 32;

export class DecisionKey {
  /** The public half, 32 bytes in base64: as rules name it. */
  readonly signer: string;
  private readonly key: KeyObject;

  private constructor(key: KeyObject) {
    this.key = key;
    this.signer = Buffer.from(key.export({ format: 'jwk' }).x!, 'base64url').toString('base64');
  }

  /** Of the 32 bytes that `bytes` gave. Throws a RangeError for any other number of them. */
  static of(bytes: Uint8Array): DecisionKey {
    if (bytes.length !== KEY_BYTES) throw new RangeError(`a decision key has ${KEY_BYTES} bytes, not ${bytes.length}`);
    return new DecisionKey(createPrivateKey({ key: Buffer.concat([PKCS8, bytes]), format: 'der', type: 'pkcs8' }));
  }

  static make(): DecisionKey {
    return new DecisionKey(generateKeyPairSync('ed25519').privateKey);
  }

  /** The secret half. */
  get bytes(): Buffer {
    return Buffer.from(this.key.export({ format: 'jwk' }).d!, 'base64url');
  }

  /** The signature over a text, in base64. */
  sign(text: string): string {
    return sign(null, Buffer.from(text), this.key).toString('base64');
  }
}
