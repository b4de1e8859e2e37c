// What the claims of a plain case come to, as plain-case.ts finds it.

import type { Instant } from '../../domain/time.ts';
import type { ClaimPlaces } from '../../log/claim-places.ts';

/** How far a plain case has come: `early` waits for its order, `placed` for its payment, `paid` for its line. */
export type PlainStage = 'early' | 'placed' | 'paid' | 'settled';

/** What a plain case comes to. */
export interface PlainFacts {
  stage: PlainStage;
  /** Null while money came alone. */
  order: ClaimPlaces | null;
  /** The claim whose amount and currency are those of all. */
  money: ClaimPlaces;
  /** The claim whose provider the key shows. */
  shown: ClaimPlaces;
  /** The settlement line, once it is there. */
  line: ClaimPlaces | null;
  /** In minor units, with the decimals of the currency. */
  minor: number;
  exponent: number;
  /** The fee on the line in minor units, 0 where it has none. */
  fee: number;
  /** Since when the payment agrees, and since when the settlement does. */
  paidAt: Instant;
  settledAt: Instant;
  /** Whether no line is awaited: nobody reports the settlements of this network. */
  isUnreported: boolean;
  /** When time alone may change it; Infinity for never. */
  deadline: number;
}
