// Which references a fact without one may go under, where accounts speak for some merchants only. A claim that names an
// id is its sender's own word: it must not draw another account's facts to its sender's reference.

import type { Claim } from '../../domain/fact.ts';
import { isAboutPayment } from '../../domain/payment-ids.ts';
import { maySpeak, type Speakers, speakerOf } from '../../matching/speakers.ts';
import type { Place } from './places.ts';

const SAME_SOURCE = 0;
const SPEAKS_THERE = 1;
const FOREIGN_THERE = 2;

/** How well a place suits a fact, from 0 for best; null if the fact must not go there. */
export function rankOf(fact: Claim, place: Place, speakers: Speakers): number | null {
  const { source, merchants } = place;
  const own = speakerOf(fact);
  const hasOrder = merchants.length > 0;
  // What counts for nothing there says nothing of whose id it is either.
  if (hasOrder && !maySpeak(speakers, source, merchants)) return null;
  // A return that names another shop's payment goes there to be told, and counts for nothing.
  if (hasOrder && !maySpeak(speakers, own, merchants)) return isReturn(fact) ? FOREIGN_THERE : null;
  if (own === null || source === null || own === source) return SAME_SOURCE;
  return hasOrder ? SPEAKS_THERE : null;
}

function isReturn({ body }: Claim): boolean {
  return isAboutPayment(body) && body.original_transaction_id !== null;
}
