// What the outbox needs of each of its queues: those of programs, and those of people.

import type { Instant } from '../../domain/time.ts';

export interface QueueStatus {
  readonly name: string;
  readonly inFlight: number;
  /** Whether it answered 410: it gets no more messages until the service restarts. */
  readonly isGone: boolean;
  /** The end of a pause that it asked for; null if there is none. */
  readonly pausedUntil: Instant | null;
}

export interface Queue {
  start(): void;
  /** Looks for new messages to deliver. */
  wake(): void;
  /** Starts no further attempt, and waits a short time for those in progress. */
  stop(): Promise<void>;
  status(): QueueStatus;
  /** Whether it may be sent messages at all. */
  readonly isTaking: boolean;
}
