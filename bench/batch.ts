// What a generator gives: its files, the time as of which to reconcile them, and the result that is right.

export interface Batch {
  readonly orders: string;
  readonly callbacks: string;
  readonly settlements: string;
  readonly polls?: string;
  /** The account from which the files come. */
  readonly account?: string;
  readonly rules: string;
  readonly asOf: string;
  readonly keys: number;
  readonly facts: number;
  readonly breaks: Readonly<Record<string, number>>;
  readonly matched: number;
}
