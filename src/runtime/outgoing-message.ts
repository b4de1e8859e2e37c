// Messages to the outside: components give them to the outbox, which delivers them.

import { hash } from 'node:crypto';
import type { Instant } from '../domain/time.ts';

export interface OutgoingMessage {
  /** See `messageId`. A receiver uses it to recognise a message that arrives twice. */
  readonly id: string;
  /** Such as `order.expired`. */
  readonly type: string;
  /** When the event of the message happened. */
  readonly timestamp: Instant;
  /** The merchant that the message is for; '' for no particular merchant. */
  readonly merchant: string;
  /** The references and ids under which the archive finds its deliveries. */
  readonly names: readonly string[];
  readonly data: Readonly<Record<string, unknown>>;
}

export interface MessageSink {
  /**
   * Takes messages: they are durable when this returns, or with the current transaction of service.db. A message whose
   * id is already known is ignored.
   */
  put(messages: readonly OutgoingMessage[]): void;
}

/** The same parts give the same id, so that a message repeated after a crash is recognised as the same one. */
export function messageId(...parts: readonly string[]): string {
  return `msg_${hash('sha256', parts.join('\n'), 'base64url').slice(0, 27)}`;
}
