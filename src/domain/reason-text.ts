// What the words of a reason are made of, in every language.

/**
 * The parts of a sentence. `#` stands for the amount, word or date; the second text of a pair is used where there is
 * none, or where the amount is zero.
 */
export interface ReasonText {
  readonly title: string;
  readonly expected: readonly [string, string];
  readonly found: readonly [string, string];
  readonly cause: string;
  readonly next: string;
}
