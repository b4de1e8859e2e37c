// Targets of messages: the types of message that they want, and the signature that proves our identity, by Standard
// Webhooks (https://www.standardwebhooks.com).

import { Webhook } from 'standardwebhooks';
import { HesabuError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { OutgoingMessage } from '../../runtime/outgoing-message.ts';

export interface Target {
  /** The name under which its deliveries are stored and found again. */
  readonly name: string;
  readonly url: string;
  /** The newer first; two during a rotation. Read at every attempt. */
  readonly secrets: () => readonly string[];
  /** Whether the current configuration contains it; while it does not, its messages wait. Always true if absent. */
  readonly isNamed?: () => boolean;
  /** Types of message; `*` stands for any characters. */
  readonly types: readonly string[];
  /** `*` for all, and for messages to no particular merchant. */
  readonly merchants: readonly string[];
}

const SECRETS_MAX = 2;

/**
 * The secrets in a text: one or, during a rotation, two separated by white space. Throws HESABU_CONFIG_INVALID if one
 * does not have the form of Standard Webhooks; `where` names the source of the text.
 */
export function parseSigningSecrets(text: string, where: string): readonly string[] {
  const secrets = text.split(/\s+/).filter((part) => part !== '');
  if (secrets.length >= 1 && secrets.length <= SECRETS_MAX && secrets.every(isSecret)) return secrets;
  throw new HesabuError('HESABU_CONFIG_INVALID', {
    where,
    expected: 'one or two secrets, each whsec_ and base64 of 24 to 64 bytes',
    found: secrets.length > SECRETS_MAX ? `${secrets.length} secrets` : 'another form',
  });
}

function isSecret(text: string): boolean {
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  if (base64 === undefined || base64.length % 4 !== 0) return false;
  const { length } = Buffer.from(base64, 'base64');
  return length >= 24 && length <= 64;
}

export function wantsMessage(
  { types, merchants }: Pick<Target, 'types' | 'merchants'>,
  message: OutgoingMessage,
): boolean {
  return (
    (merchants.includes('*') || (message.merchant !== '' && merchants.includes(message.merchant))) &&
    types.some((pattern) => patternOf(pattern).test(message.type))
  );
}

function patternOf(glob: string): RegExp {
  return new RegExp(`^${glob.split('*').map(RegExp.escape).join('.*')}$`);
}

/** The body to send; the same bytes at every attempt. */
export function bodyOf({ type, timestamp, data }: OutgoingMessage): string {
  return JSON.stringify({ type, timestamp: new Date(timestamp).toISOString(), data });
}

/** One signature per secret. */
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
