// The claims of keys that have very many, decoded: one fact more must not decode them all again. Derived from the
// packed records; what was used longest ago is dropped first.

import type { PaymentState } from '../matching/evolve.ts';

/** From so many claims on, a state is worth its memory: some hundred bytes a claim. */
const CLAIMS_MIN = 500;
/** The maximum of claims kept, of all keys together; the last key is kept however many it has. */
const CLAIMS_MAX = 400_000;

export class HotKeys {
  /** By slot, in the order of use. */
  private readonly states = new Map<number, PaymentState>();
  private claims = 0;

  get(slot: number): PaymentState | undefined {
    return this.states.get(slot);
  }

  /** Keeps the state that a key now has, if it has many claims. */
  put(slot: number, state: PaymentState): void {
    if (state.claims.length < CLAIMS_MIN) return;
    this.drop(slot);
    this.states.set(slot, state);
    this.claims += state.claims.length;
    while (this.claims > CLAIMS_MAX && this.states.size > 1) this.drop(this.states.keys().next().value!);
  }

  private drop(slot: number): void {
    this.claims -= this.states.get(slot)?.claims.length ?? 0;
    this.states.delete(slot);
  }
}
