// Who is told what: targets, the kinds of message they want, and the signature by which they know us, that of Standard
// Webhooks (https://www.standardwebhooks.com).

import { Webhook } from 'standardwebhooks';
import { HesabuError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { OutgoingMessage } from '../../runtime/outgoing-message.ts';

export interface Target {
  /** What its deliveries are kept under: messages that wait are found again by it. */
  readonly name: string;
  readonly url: string;
  /** The newer first; two while they are rotated. Asked for at every attempt. */
  readonly secrets: () => readonly string[];
  /** Whether the configuration names it as it is now: while it does not, its messages wait. Always, where absent. */
  readonly isNamed?: () => boolean;
  /** Kinds of message; `*` stands for any characters. */
  readonly types: readonly string[];
  /** `*` for all, and for what is for no merchant in particular. */
  readonly merchants: readonly string[];
}

const SECRETS_MAX = 2;

/**
 * The secrets in a text, one or, while they are rotated, two with white space between them. Throws
 * HESABU_CONFIG_INVALID where one is not as Standard Webhooks writes it; `where` says where the text stands.
 */
export function parseSigningSecrets(text: string, where: string): readonly string[] {
  const secrets = text.split(/\s+/).filter((part) => part !== '');
  if (secrets.length >= 1 && secrets.length <= SECRETS_MAX && secrets.every(isSecret)) return secrets;
  throw new HesabuError('HESABU_CONFIG_INVALID', {
    where,
    expected: 'one or two secrets, each whsec_ and base64 of 24 to 64 bytes',
    found: secrets.length > SECRETS_MAX ? `${secrets.length} of them` : 'something else',
  });
}

function isSecret(text: string): boolean {
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  if (base64 === undefined || base64.length % 4 !== 0) return false;
  const { length } = Buffer.from(base64, 'base64');
  return length >= 24 && length <= 64;
}

export function isFor({ types, merchants }: Pick<Target, 'types' | 'merchants'>, message: OutgoingMessage): boolean {
  return (
    (merchants.includes('*') || (message.merchant !== '' && merchants.includes(message.merchant))) &&
    types.some((pattern) => patternOf(pattern).test(message.type))
  );
}

function patternOf(glob: string): RegExp {
  return new RegExp(`^${glob.split('*').map(RegExp.escape).join('.*')}$`);
}

/** What is sent; the same bytes at every attempt. */
export function bodyOf({ type, timestamp, data }: OutgoingMessage): string {
  return JSON.stringify({ type, timestamp: new Date(timestamp).toISOString(), data });
}

/** One signature for each secret. */
export function signedHeaders(secrets: readonly string[], id: string, at: Instant, body: string) {
  const time = new Date(at);
  return {
    'content-type': 'application/json',
    'user-agent': 'hesabu',
    'webhook-id': id,
    'webhook-timestamp': `${Math.floor(at / 1000)}`,
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, time, body)).join(' '),
  };
}
