// The claims of keys that have very many, decoded, and their findings: one fact more must not decode them all again.
// Derived from the packed records; what was used longest ago is dropped first.

import type { PaymentState } from '../matching/evolve.ts';
import type { WrittenFindings } from './written-findings.ts';

/** From so many claims on, a state is worth its memory: some hundred bytes a claim. */
export const HOT_CLAIMS_MIN = 500;
/** The maximum of claims kept, of all keys together; the last key is kept however many it has. */
const CLAIMS_MAX = 400_000;

export interface HotKey {
  readonly state: PaymentState;
  /** Undefined where they are few, or may be alike. */
  readonly written: WrittenFindings | undefined;
}

export class HotKeys {
  /** By slot, in the order of use. */
  private readonly keys = new Map<number, HotKey>();
  private claims = 0;

  get(slot: number): HotKey | undefined {
    return this.keys.get(slot);
  }

  /** Keeps what a key now has, if it has many claims. */
  put(slot: number, state: PaymentState, written: WrittenFindings | undefined): void {
    if (state.claims.length < HOT_CLAIMS_MIN) return;
    this.drop(slot);
    this.keys.set(slot, { state, written });
    this.claims += state.claims.length;
    while (this.claims > CLAIMS_MAX && this.keys.size > 1) this.drop(this.keys.keys().next().value!);
  }

  private drop(slot: number): void {
    this.claims -= this.keys.get(slot)?.state.claims.length ?? 0;
    this.keys.delete(slot);
  }
}
