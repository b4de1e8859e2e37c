// Findings as one sentence for people, in every language of the product: what was expected, what was found, the
// difference, the usual cause, the next step. The type makes sure that every reason has its words.

import type { Finding } from './assessment.ts';
import { dayOfDate } from './calendar.ts';
import { hintSentence } from './hint-words.ts';
import { isAsking, NO_HINTS } from './hints.ts';
import { LANGUAGES, type Language, type ReaderLanguage } from './language.ts';
import { doubtsAbout, type Surroundings } from './reason-doubts.ts';
import { CHINESE_GRAMMAR, ENGLISH_GRAMMAR, type Grammar } from './reason-grammar.ts';
import { FRENCH_GRAMMAR } from './reason-grammar-fr.ts';
import { endedText } from './reason-words-ends.ts';
import { partText } from './reason-words-parts.ts';
import { isResolution, resolutionSentence, resolutionTitle } from './reason-words-resolutions.ts';
import { REASONS, type ReasonCode } from './reasons.ts';
import { isDate } from './time.ts';

export { LANGUAGES, type Language, type ReaderLanguage };

/** What a sentence needs of a finding. */
type Told = Omit<Finding, 'opened_at'>;

const GRAMMARS: Readonly<Record<ReaderLanguage, Grammar>> = {
  en: ENGLISH_GRAMMAR,
  'zh-CN': CHINESE_GRAMMAR,
  fr: FRENCH_GRAMMAR,
};

/** A source's own word can have any length; a sentence shows no more than this. */
const WORD_LENGTH_MAX = 60;
/** A field with its value, as contents that differ are told. */
const FIELD = /^([a-z_]+): (.*)$/s;
const AMOUNT = /^-?\d+(\.\d+)?$/;
/** An amount with its currency. */
const WITH_CURRENCY = /^(-?\d+(?:\.\d+)?) ([A-Z]{3})$/;
/** One of our words, alone or with an amount and a currency after it. */
const OWN_WORD = /^([a-z_]+)(?: (-?\d+(?:\.\d+)?))?(?: ([A-Z]{3}))?$/;

/** A short title for lists: "Paid too little". */
export function titleOf(reason: ReasonCode, language: ReaderLanguage): string {
  return isResolution(reason) ? resolutionTitle(reason, language) : GRAMMARS[language].reasons[reason].title;
}

/**
 * One sentence for people, after others where `besides` has what makes another reading possible. Amounts are as the
 * language writes them, with their currency ("1,450.00 KES"); control characters in a source's word become blanks.
 */
export function sentenceFor(finding: Told, language: ReaderLanguage, besides: Surroundings = {}): string {
  const grammar = GRAMMARS[language];
  if (finding.reason === null) return plainSentence(finding, grammar, language);
  if (isResolution(finding.reason)) return resolutionSentence(finding, language, (of) => titleOf(of, language));
  const text = partText(finding, language) ?? grammar.reasons[finding.reason];
  // Two contents may differ in a part that is not shown; then neither is quoted.
  const isSame = finding.expected === finding.observed;
  const expected = isSame ? null : shown(finding.expected, finding, grammar);
  const observed = isSame ? null : shown(finding.observed, finding, grammar);
  const by = expected === null || observed === null ? '' : gap(finding, grammar);
  const [wanted, found] = [clause(text.expected, expected), clause(text.found, observed)];
  const told = grammar.sentence(wanted, found, by, text.cause, text.next);
  const { reason } = finding;
  const hinted = isAsking(reason) ? hintSentence(reason, besides.hints ?? NO_HINTS, language) : '';
  const unsigned = reason === 'PAYMENT_INCONCLUSIVE' && finding.observed === 'unsigned' ? grammar.unsigned : '';
  return doubtsBefore(reason, besides, grammar) + unsigned + hinted + told;
}

function doubtsBefore(reason: ReasonCode, besides: Surroundings, grammar: Grammar): string {
  const { unread, rejected, reasons } = doubtsAbout(reason, besides);
  const files = unread.length === 0 ? '' : grammar.unread(unread.map(cleaned).join(grammar.between));
  const places = rejected.map(({ file, line }) => cleaned(line === null ? file : `${file}:${line}`));
  const rows = places.length === 0 ? '' : grammar.rejected(places.join(grammar.between));
  return files + rows + (reasons.length === 0 ? '' : grammar.open(reasons.join(' ')));
}

/** One of our statuses or types in plain words; any other word stays as it is. */
export function wordFor(word: string, language: ReaderLanguage): string {
  const { words } = GRAMMARS[language];
  return Object.hasOwn(words, word) ? words[word]! : word;
}

function plainSentence(finding: Told, grammar: Grammar, language: ReaderLanguage): string {
  const said = endedText(finding, language) ?? grammar.plain[finding.stage][finding.kind];
  const { observed, currency } = finding;
  return said + (observed === null ? '' : grammar.colon + grammar.amount(observed, currency)) + grammar.stop;
}

function clause([known, unknown]: readonly [string, string], value: string | null): string {
  return value === null ? unknown : known.replace('#', () => value);
}

/** A value as shown in a sentence; null for none, for zero, and for a word where an amount belongs. */
function shown(value: string | null, finding: Told, grammar: Grammar): string | null {
  if (value === null || value === '') return null;
  if (finding.currency !== null && AMOUNT.test(value)) {
    return isZero(value) ? null : grammar.amount(value, finding.currency);
  }
  const { unit } = REASONS[finding.reason!];
  if (unit === 'money') return null;
  if (unit === 'date' && isDate(value)) return grammar.day(value);
  return finding.reason === 'CONFLICTING_EVIDENCE' ? fieldsIn(value, grammar) : wordOf(value, grammar);
}

/** Each field by its name in the language. Nothing is cut within a value: two that differ must not read the same. */
function fieldsIn(value: string, grammar: Grammar): string {
  const parts = value.split('; ').map((part) => {
    const [, name, told] = FIELD.exec(part) ?? [];
    if (name === undefined) return cleaned(part);
    const title = Object.hasOwn(grammar.fields, name) ? grammar.fields[name]! : name;
    return `${title}${grammar.colon}${amountIn(told!, grammar) ?? ownWord(told!, grammar) ?? cleaned(told!)}`;
  });
  return parts.join(grammar.between);
}

/** Our own words are translated, also where an amount follows; a source's word stays, cleaned and shortened. */
function wordOf(value: string, grammar: Grammar): string {
  const own = ownWord(value, grammar);
  if (own !== undefined) return own;
  const clean = cleaned(value);
  return clean.length <= WORD_LENGTH_MAX ? clean : `${clean.slice(0, WORD_LENGTH_MAX).toWellFormed()}…`;
}

function ownWord(value: string, grammar: Grammar): string | undefined {
  if (Object.hasOwn(grammar.words, value)) return grammar.words[value];
  const [, word, amount, currency] = OWN_WORD.exec(value) ?? [];
  if (word === undefined || !Object.hasOwn(grammar.words, word)) return undefined;
  const rest = amount === undefined ? currency : grammar.amount(amount, currency ?? null);
  return rest === undefined ? grammar.words[word] : `${grammar.words[word]} ${rest}`;
}

function amountIn(value: string, grammar: Grammar): string | undefined {
  const [, amount, currency] = WITH_CURRENCY.exec(value) ?? [];
  return amount === undefined ? undefined : grammar.amount(amount, currency!);
}

function cleaned(value: string): string {
  return value.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** The difference, in brackets; empty where there is none to state. */
function gap(finding: Told, grammar: Grammar): string {
  const { expected, observed, difference } = finding;
  if (REASONS[finding.reason!].unit === 'date') {
    if (!isDate(expected!) || !isDate(observed!)) return '';
    const days = dayOfDate(observed!) - dayOfDate(expected!);
    return days > 0 ? grammar.late(days) : '';
  }
  if (difference === null || isZero(difference)) return '';
  const fell = difference.startsWith('-');
  const amount = grammar.amount(fell ? difference.slice(1) : difference, finding.currency);
  // Returned money is below zero: a smaller return reads as less, not as more. A payout may be on either side of zero.
  const isReturned = finding.stage !== 'payout' && expected!.startsWith('-');
  return fell !== isReturned ? grammar.less(amount) : grammar.more(amount);
}

function isZero(amount: string): boolean {
  return !/[1-9]/.test(amount);
}
