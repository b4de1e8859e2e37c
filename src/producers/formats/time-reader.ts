// How a file writes dates and times, where a mapping says it: the port that a row asks.

import type { Instant } from '../../domain/time.ts';

/** Why a text is no time: what was expected in its place. */
export interface TimeFault {
  readonly expected: string;
  /** Whether the form of the text is known: then another form in a mapping would not help. */
  readonly isKnown?: boolean;
}

/** `isStored`: a workbook has it as a date, so that its text is in ISO 8601 whatever the file writes elsewhere. */
export interface TimeReader {
  instant(text: string, isStored?: boolean): Instant | TimeFault;
  /** A date as `YYYY-MM-DD`. */
  date(text: string, isStored?: boolean): string | TimeFault;
}
