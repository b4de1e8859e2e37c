// The parts of a reason's sentence, in every language.

/**
 * `#` stands for the amount, word or date. The second text of a pair is used where there is no value, or where the
 * amount is zero.
 */
export interface ReasonText {
  readonly title: string;
  readonly expected: readonly [string, string];
  readonly found: readonly [string, string];
  readonly cause: string;
  readonly next: string;
}
