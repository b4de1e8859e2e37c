// What becomes of a payment, and which faults hit it. Decided once, by the seed and its reference.

import { randomFor } from '../random/seeded-random.ts';
import type { FaultName, Faults } from './faults.ts';

/**
 * `hours`: paid after hours. `unclear`: nobody can say for hours, then it was paid. `twice`: the customer paid again.
 */
export type PaymentOutcomeName =
  | 'paid'
  | 'hours'
  | 'unclear'
  | 'twice'
  | 'refunded'
  | 'reversed'
  | 'failed'
  | 'abandoned';

export type LineFault = 'missing' | 'doubled' | 'amount';
export type Contradiction = 'failed-settled' | 'failed-then-paid';

export interface PaymentOutcome {
  readonly name: PaymentOutcomeName;
  readonly lost: boolean;
  readonly late: boolean;
  readonly repeated: boolean;
  readonly reordered: boolean;
  readonly forged: boolean;
  readonly contradiction: Contradiction | null;
  readonly wrongFee: boolean;
  readonly line: LineFault | null;
}

/** Out of a hundred payments. */
const CHANCES: readonly (readonly [PaymentOutcomeName, number])[] = [
  ['paid', 62],
  ['hours', 8],
  ['unclear', 4],
  ['twice', 5],
  ['refunded', 5],
  ['reversed', 3],
  ['failed', 8],
  ['abandoned', 5],
];

export function paymentOutcomeOf(seed: number, reference: string, faults: Faults): PaymentOutcome {
  const random = randomFor(seed, 'fate', reference);
  const name = pickFate(random.below(100));
  // All dice are thrown whatever is switched on, so that one fault does not change the others.
  const hits = (fault: FaultName, percent: number) => random.percent(percent) && faults.has(fault);
  const thrown = {
    lost: hits('lost', 20),
    late: hits('late', 10),
    repeated: hits('repeated', 20),
    reordered: hits('reordered', 10),
    forged: hits('forged', 10),
  };
  const kind = random.pick(['failed-settled', 'failed-then-paid'] as const);
  const contradiction = hits('contradicting', 4) ? kind : null;
  const wrongFee = hits('fees', 4);
  const which = random.pick(['missing', 'doubled', 'amount'] as const);
  const line = hits('lines', 4) ? which : null;
  // What is broken in two ways at once has no outcome that is certain: a payment has one such fault at most.
  const isPlain = name === 'paid';
  const contradicts = isPlain ? contradiction : null;
  const feeHit = isPlain && contradicts === null && wrongFee;
  return {
    name,
    ...thrown,
    lost: thrown.lost && contradicts === null && name !== 'twice',
    late: thrown.late && contradicts === null,
    contradiction: contradicts,
    wrongFee: feeHit,
    line: isPlain && contradicts === null && !feeHit ? line : null,
  };
}

function pickFate(roll: number): PaymentOutcomeName {
  let below = 0;
  for (const [name, chance] of CHANCES) {
    below += chance;
    if (roll < below) return name;
  }
  return 'paid';
}
