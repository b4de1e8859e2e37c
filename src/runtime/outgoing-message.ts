// Messages to the outside: what the parts that have something to tell give to the outbox, which delivers it.

import { hash } from 'node:crypto';
import type { Instant } from '../domain/time.ts';

export interface OutgoingMessage {
  /** See `messageId`. Who receives a message twice knows it by this. */
  readonly id: string;
  /** Such as `order.expired`. */
  readonly type: string;
  /** When what it tells of happened. */
  readonly timestamp: Instant;
  /** Whom it is for; '' where it is for no merchant in particular. */
  readonly merchant: string;
  /** The references and ids under which its deliveries are found in the archive. */
  readonly names: readonly string[];
  readonly data: Readonly<Record<string, unknown>>;
}

export interface MessageSink {
  /**
   * Takes messages: they are on the disk when this returns, or with the transaction of service.db that is under way.
   * One whose id was taken before is left as it was.
   */
  put(messages: readonly OutgoingMessage[]): void;
}

/** The same for the same parts, so that what is told again after a crash is known as the same message. */
export function messageId(...parts: readonly string[]): string {
  return `msg_${hash('sha256', parts.join('\n'), 'base64url').slice(0, 27)}`;
}
