// What the HTTP side needs of dead letters: records of fact topics that are not facts.

import type { ErrorCode } from '../domain/error-codes.ts';
import type { Instant } from '../domain/time.ts';

/** A record that was set aside, without its content. */
export interface SetAside {
  /** Where it is: its topic, its partition and its offset. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** The record's own time. */
  readonly at: Instant;
  readonly reason: ErrorCode;
  /** What was expected and found, without personal data. */
  readonly detail: string;
  /** The size of its value; null where it has none. */
  readonly bytes: number | null;
  /** Where its value can be read as a fact: who said it, of what, and by which row of which import. */
  readonly provider: string | null;
  readonly transaction_reference: string | null;
  readonly import: number | null;
  readonly line: number | null;
}

export interface DeadLetterPort {
  /** The latest first; `isCut` where there are more than are kept. Throws HESABU_KAFKA_UNREACHABLE. */
  list(): Promise<{ readonly letters: readonly SetAside[]; readonly isCut: boolean }>;
}
