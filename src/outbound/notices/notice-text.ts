// One text of all that waits for a target: how many of what, what it comes to by currency, the five that matter most,
// and a link. How much of it is said is the target's own choice; a telephone number never is.

import { Pseudonymiser } from '../../archive/privacy/pseudonyms.ts';
import { addDecimal, compareDecimal, type Decimal, formatDecimal, parseDecimal } from '../../domain/decimal.ts';
import type { ReaderLanguage } from '../../domain/language.ts';
import { amountText, dayText, numberText } from '../../domain/number-text.ts';
import { titleOf } from '../../domain/reason-words.ts';
import type { Instant } from '../../domain/time.ts';
import type { ChannelText } from '../channels/channel.ts';
import type { Detail, Notice } from './notice.ts';
import { NOTICE_WORDS, type NoticeSubject } from './notice-words.ts';

export interface TextTerms {
  readonly language: ReaderLanguage;
  readonly zone: string;
  readonly detail: Detail;
  /** The address of the desk for people; null where none is configured. */
  readonly publicUrl: string | null;
}

const WORST_MAX = 5;
const REFERENCE_MAX = 80;
/** More people read a chat than the ledger. */
const HIDER = new Pseudonymiser(() => 'hidden');

export function noticeText(notices: readonly Notice[], terms: TextTerms): ChannelText {
  const words = NOTICE_WORDS[terms.language];
  const isCritical = notices.some((notice) => notice.isCritical);
  const bySubject = Map.groupBy(notices, subjectOf);
  const totals = [...bySubject].map(([subject, those]) => lineOf(subject, those, terms));
  const worst = worstOf(notices.filter(isShown)).flatMap((notice) => worstLine(notice, terms));
  const shown = worst.slice(0, WORST_MAX);
  const all = notices.filter(isShown).length;
  const lines = [
    ...(totals.length === 1 && bySubject.size === 1 && !isDigest(notices)
      ? sumsOnly(totals[0]!)
      : totals.map(({ line }) => line)),
    ...(shown.length === 0 ? [] : [...(all > 1 ? [words.worst] : []), ...shown]),
    ...(all > shown.length && shown.length > 0 ? [words.more(numberText(all - shown.length, terms.language))] : []),
  ];
  const reports = notices.flatMap(({ report }) => report ?? []);
  const text = { title: titleFor(notices, totals, terms), lines, link: linkOf(notices, terms), isCritical };
  return reports.length === 0 ? text : { ...text, reports };
}

interface Total {
  readonly title: string;
  readonly sums: string;
  readonly line: string;
}

function subjectOf({ event, part }: Notice): NoticeSubject {
  return event === 'digest' ? `digest.${part ?? 'open'}` : event;
}

function isDigest(notices: readonly Notice[]): boolean {
  return notices.every(({ event }) => event === 'digest');
}

/** The parts of a digest are counts, and nothing single. */
function isShown({ event }: Notice): boolean {
  return event !== 'digest' && event !== 'test';
}

function lineOf(subject: NoticeSubject, notices: readonly Notice[], { language, detail }: TextTerms): Total {
  const words = NOTICE_WORDS[language];
  const count = notices.reduce((sum, notice) => sum + notice.count, 0);
  const title = words.what[subject](numberText(count, language), count === 1);
  const sums = detail === 'amount' ? sumsOf(notices, language) : '';
  return { title, sums, line: sums === '' ? title : `${title}${words.separator}${sums}` };
}

function sumsOnly({ sums }: Total): string[] {
  return sums === '' ? [] : [sums];
}

function titleFor(notices: readonly Notice[], totals: readonly Total[], { language, zone }: TextTerms): string {
  const words = NOTICE_WORDS[language];
  if (isDigest(notices)) return words.digest(dayText(dayIn(notices[0]!.at, zone), language));
  if (totals.length === 1) return totals[0]!.title;
  const critical = notices.find((notice) => notice.isCritical);
  const several = words.several(numberText(notices.length, language));
  const first = critical === undefined ? undefined : sentenceOf(critical, language);
  return first === undefined ? several : `${several}${words.separator}${first}`;
}

/** By currency, in the order of the currencies: they are never added up. */
function sumsOf(notices: readonly Notice[], language: ReaderLanguage): string {
  const sums = new Map<string, Decimal>();
  for (const { currency, amount } of notices.flatMap(({ value }) => value)) {
    const decimal = parseDecimal(amount)!;
    sums.set(currency, sums.has(currency) ? addDecimal(sums.get(currency)!, decimal) : decimal);
  }
  const sorted = [...sums].sort(([left], [right]) => (left < right ? -1 : 1));
  return sorted
    .map(([currency, sum]) => amountText(formatDecimal(sum), currency, language))
    .join(NOTICE_WORDS[language].between);
}

/** What is critical first, then the largest of each currency in turn: amounts of two currencies are not compared. */
function worstOf(notices: readonly Notice[]): readonly Notice[] {
  const critical = notices.filter((notice) => notice.isCritical);
  const others = notices.filter((notice) => !notice.isCritical);
  const byCurrency = Map.groupBy(others, ({ value }) => value[0]?.currency ?? '');
  const ranked = [...byCurrency.values()].map((those) => those.toSorted(byAmount));
  const turns = Math.max(0, ...ranked.map(({ length }) => length));
  const rest: Notice[] = [];
  for (let turn = 0; turn < Math.min(turns, WORST_MAX); turn++)
    rest.push(...ranked.flatMap((those) => those[turn] ?? []));
  return [...critical, ...rest];
}

function byAmount({ value: [left] }: Notice, { value: [right] }: Notice): number {
  if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
  return compareDecimal(parseDecimal(right.amount)!, parseDecimal(left.amount)!);
}

function worstLine(notice: Notice, { language, detail }: TextTerms): string[] {
  const { reference, reason, value, change } = notice;
  const words = NOTICE_WORDS[language];
  const inWords = (text: string) => {
    const [amount, currency] = text.split(' ');
    return amountText(amount!, currency!, language);
  };
  if (detail === 'none') return [];
  const sentence = sentenceOf(notice, language);
  if (sentence !== undefined) return [sentence];
  if (reference === null) return [];
  const amounts = value.map(({ currency, amount }) => amountText(amount, currency, language)).join(words.between);
  const parts = [
    HIDER.freeText(reference.slice(0, REFERENCE_MAX)),
    ...(reason === null ? [] : [titleOf(reason, language)]),
    ...(detail === 'amount' && amounts !== '' ? [amounts] : []),
    ...(detail === 'amount' && change !== null ? [words.changed(inWords(change[0]), inWords(change[1]))] : []),
  ];
  return [parts.join(' · ')];
}

function sentenceOf({ text }: Notice, language: ReaderLanguage): string | undefined {
  const sentence = text?.[language] ?? text?.en;
  return sentence === undefined ? undefined : HIDER.freeText(sentence);
}

function linkOf(notices: readonly Notice[], { language, publicUrl }: TextTerms): ChannelText['link'] {
  if (publicUrl === null) return null;
  const paths = new Set(notices.map(({ path }) => path));
  // Several things have their list; one has its page.
  const [path] = paths.size === 1 ? paths : ['/desk/'];
  return { url: new URL(path!, publicUrl).href, label: NOTICE_WORDS[language].open };
}

function dayIn(at: Instant, zone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(at);
}
