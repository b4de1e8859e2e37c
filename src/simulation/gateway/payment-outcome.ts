// The outcome of a payment and the faults that it has. The seed and the reference decide them once.

import type { ReasonCode } from '../../domain/reasons.ts';
import { randomFor } from '../random/seeded-random.ts';
import type { FaultName, Faults } from './faults.ts';

/**
 * `hours`: paid after hours. `unclear`: the status is unknown for hours, then paid. `twice`: the customer paid again.
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

/** What a network has not, or does not tell in a way that a payment could be known by. */
export type Unknown = 'twice' | 'refunded' | 'reversed' | 'fee' | Contradiction | LineFault;

/**
 * Faults that end with another break than elsewhere, or with none (null), because the network tells of them in another
 * way.
 */
export type ToldOtherwise = Readonly<Partial<Record<Contradiction | LineFault, ReasonCode | null>>>;

export type OutcomeOf = (reference: string) => PaymentOutcome;

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

export function paymentOutcomeOf(
  seed: number,
  reference: string,
  faults: Faults,
  without: readonly Unknown[] = [],
): PaymentOutcome {
  const random = randomFor(seed, 'fate', reference);
  const picked = pickOutcome(random.below(100));
  const name = without.some((one) => one === picked) ? 'paid' : picked;
  // Every number is drawn, whatever is switched on, so that one fault does not change the others.
  const hits = (fault: FaultName, percent: number) => random.percent(percent) && faults.has(fault);
  const drawn = {
    lost: hits('lost', 20),
    late: hits('late', 10),
    repeated: hits('repeated', 20),
    reordered: hits('reordered', 10),
    forged: hits('forged', 10),
  };
  const kind = random.pick(['failed-settled', 'failed-then-paid'] as const);
  const contradiction = hits('contradicting', 4) && !without.includes(kind) ? kind : null;
  const wrongFee = hits('fees', 4) && !without.includes('fee');
  const which = random.pick(['missing', 'doubled', 'amount'] as const);
  const line = hits('lines', 4) && !without.includes(which) ? which : null;
  // With two such faults at once the result would be uncertain, so a payment has at most one of them.
  const isPlain = name === 'paid';
  const contradicts = isPlain ? contradiction : null;
  const feeHit = isPlain && contradicts === null && wrongFee;
  return {
    name,
    ...drawn,
    lost: drawn.lost && contradicts === null && name !== 'twice',
    late: drawn.late && contradicts === null,
    contradiction: contradicts,
    wrongFee: feeHit,
    line: isPlain && contradicts === null && !feeHit ? line : null,
  };
}

function pickOutcome(roll: number): PaymentOutcomeName {
  let below = 0;
  for (const [name, chance] of CHANCES) {
    below += chance;
    if (roll < below) return name;
  }
  return 'paid';
}
