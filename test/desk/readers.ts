// For tests: the readers of the page, each with a language and its words, and with a zone that both the browser and the
// ledger's days are in. A run takes one of each language for each journey of people from end to end, and one for
// what else is done at the page, so that every one is taken somewhere; a soak takes all of them for each.
import { EN } from '../../desk/words/en.ts';
import { type Words, ZH } from '../../desk/words/zh.ts';
import type { Language } from '../../src/domain/language.ts';
import type { Given } from '../http/api/given-api.ts';

export interface Reader {
  readonly name: string;
  readonly language: Language;
  readonly zone: string;
  readonly words: Words;
}

const WORDS = { 'zh-CN': ZH, en: EN } as const;

const of = (language: Language, zone: string): Reader => {
  return { name: `${language} at ${zone}`, language, zone, words: WORDS[language] };
};

const ALL: readonly Reader[] = [
  of('zh-CN', 'Asia/Shanghai'),
  of('en', 'UTC'),
  of('zh-CN', 'UTC'),
  of('en', 'Africa/Nairobi'),
  of('zh-CN', 'Africa/Nairobi'),
  of('en', 'Asia/Shanghai'),
];

const COUNT = Number(process.env.HESABU_TEST_READERS ?? 1);

/** Those from end to end; other letters name parts of the page. */
const JOURNEYS = 'ABCDEFG';

/** The readers of a journey, by its letter: one of each language, which take turns above; in a soak all of them. */
export function readersOf(journey: string): readonly Reader[] {
  if (COUNT >= ALL.length) return ALL;
  const from = journey.charCodeAt(0) - 'A'.charCodeAt(0);
  const places = JOURNEYS.includes(journey) ? [from, from + 1] : [from];
  return places.map((place) => ALL[place % ALL.length]!);
}

/** Lets the ledger's days be in the reader's zone. */
export function inZoneOf({ zone }: Reader, { ledger: { loop } }: Given): void {
  loop.rules = { ...loop.rules, zone };
}
