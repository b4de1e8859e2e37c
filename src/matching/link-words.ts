// What a key tells the orders that people linked its money to. Like what a whole tells its parts it depends on rules
// and time, for it must end with the finding that the link is about.

import { groupAndLinks } from './assess-key.ts';
import type { PaymentState } from './evolve.ts';
import { hasLinks, linkedMoney } from './links.ts';
import type { Terms } from './whole-words.ts';
import { Words } from './words.ts';

/**
 * Under rules that have just changed every key is due at no time: what it told before is then not known, and it says
 * all of it again.
 */
export function linkWords(key: string, state: PaymentState, { rules, asOf }: Terms): Words {
  const words = new Words();
  if (!hasLinks(state)) return words;
  if (asOf === Number.NEGATIVE_INFINITY) {
    for (const { body } of state.decisions ?? []) {
      if (body.type !== 'ResolutionProposed' || body.kind !== 'link') continue;
      for (const { reference } of body.to ?? []) words.say(reference, 'linked', '', body.currency ?? '');
    }
    return words;
  }
  const { group, outs } = groupAndLinks(key, state, rules, asOf);
  for (const { reference, money } of linkedMoney(outs, group)) {
    words.say(reference, 'linked', JSON.stringify(money), money.currency);
  }
  return words;
}
