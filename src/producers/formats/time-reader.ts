// How a file writes dates and times, where a mapping says it: the port that a row asks.

import type { Instant } from '../../domain/time.ts';

/** Why a text is no time: what was expected in its place. */
export interface TimeFault {
  readonly expected: string;
  /** Whether the form of the text is known: then another form in a mapping would not help. */
  readonly isKnown?: boolean;
}

export interface TimeReader {
  instant(text: string): Instant | TimeFault;
  /** A date as `YYYY-MM-DD`. */
  date(text: string): string | TimeFault;
}
