// The sums under a report's tables in words: what all payments are, and what all money received is. What people
// resolved is named where there is any, as the tables do.

import type { Standing } from '../../domain/assessment.ts';
import type { ReaderLanguage } from '../../domain/language.ts';
import { MONEY_TITLES, moneyParts, type Summary } from './summary.ts';
import { WORDS } from './words.ts';

const STANDINGS_SUMMED = ['matched', 'resolved', 'pending', 'unmatched', 'closed'] as const satisfies Standing[];

/** `payments = matched + pending + unmatched + closed`. */
export function keysSumWords({ standing }: Pick<Summary, 'standing'>, lang: ReaderLanguage): string {
  const { phrases, standings } = WORDS[lang];
  const parts = STANDINGS_SUMMED.filter((name) => standing[name] !== undefined).map((name) => standings[name]);
  return `${phrases.keysSum} = ${parts.join(' + ')}`;
}

/** `received = matched + open + returned`, by the titles of the columns. */
export function moneySumWords(summary: Pick<Summary, 'money'>, lang: ReaderLanguage): string {
  const { columns } = WORDS[lang];
  const [received, ...parts] = moneyParts(summary).map((part) => columns[MONEY_TITLES[part]].toLowerCase());
  return `${received} = ${parts.join(' + ')}`;
}
