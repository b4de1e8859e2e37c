// The summary as text for a terminal: files, payments, breaks and money, each with its sum.

import { STANDINGS } from '../../domain/assessment.ts';
import { amountText, numberText } from '../../domain/number-text.ts';
import { type ReaderLanguage, titleOf } from '../../domain/reason-words.ts';
import { REASON_CODES, type ReasonCode } from '../../domain/reasons.ts';
import { parseInstant } from '../../domain/time.ts';
import { RISK_SIGNALS } from '../../projections/risk/signal.ts';
import { riskTitle } from '../../projections/risk/words.ts';
import { fileRemark, fileSumsTable } from './file-figures.ts';
import { localAndUtc } from './local-time.ts';
import { payoutLines } from './payouts.ts';
import { shareLines } from './shares.ts';
import { keysSumWords, moneySumWords } from './sum-words.ts';
import {
  areKeysEven,
  FILE_COUNTS,
  type FileSummary,
  isFileEven,
  isMoneyEven,
  MONEY_TITLES,
  moneyParts,
  type Summary,
  unreadNames,
} from './summary.ts';
import { paint, printable, type TableColumn, type TextTarget, tableText } from './table.ts';
import { WORDS } from './words.ts';

export interface SummaryTextOptions {
  readonly lang: ReaderLanguage;
  /** IANA zone of the rules, in which people read times. */
  readonly zone: string;
  readonly target: TextTarget;
}

/** The whole summary as text, ending with a line end. */
export function summaryText(summary: Summary, options: SummaryTextOptions): string {
  const { phrases } = WORDS[options.lang];
  const asOf = localAndUtc(parseInstant(summary.as_of)!, options.zone, options.lang);
  const unread = unreadLines(summary, options.lang).map((line) => paint('red', line, options.target));
  const sections = [
    [...unread, `${phrases.asOf} ${asOf}`].join('\n'),
    ...(summary.files.length === 0 ? [] : [filesSection(summary, options)]),
    keysSection(summary, options),
    ...reasonsSection(summary, phrases.breaks, summary.breaks, options),
    ...reasonsSection(summary, phrases.notices, summary.notices, options),
    ...(Object.keys(summary.breaks).length === 0 ? [agreement(summary, options)] : []),
    ...moneySection(summary, options),
    ...payoutsSection(summary, options),
    ...sharesSection(summary, options),
    ...riskSection(summary, options),
    [
      `${phrases.entries}${phrases.colon}${numberText(summary.ledger_entries, options.lang)}`,
      `${phrases.root}${phrases.colon}${summary.outcome_root}`,
      `${phrases.elapsed}${phrases.colon}${numberText((summary.elapsed_ms / 1000).toFixed(1), options.lang)} s`,
    ].join('\n'),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** What a run was given, and what of it was rejected. */
interface RunInput extends Pick<Summary, 'unread_before'> {
  readonly files: readonly Pick<FileSummary, 'name' | 'read'>[];
  readonly facts: { readonly rejected: number };
}

/** The last line of a run: what of its input is not in the ledger; empty if all is. */
export function closingLine(input: RunInput, lang: ReaderLanguage): string {
  const { phrases } = WORDS[lang];
  const { rejected } = input.facts;
  const unread = unreadNames(input).length;
  const parts = [
    ...(rejected > 0 ? [`${phrases.rejectedRows}${phrases.colon}${numberText(rejected, lang)}`] : []),
    ...(unread > 0 ? [`${phrases.unreadFiles}${phrases.colon}${numberText(unread, lang)}`] : []),
  ];
  return parts.join(phrases.comma);
}

/** What was not read is said before anything that may be wrong without it. */
export function unreadLines(summary: Summary, lang: ReaderLanguage): string[] {
  const { phrases } = WORDS[lang];
  const names = unreadNames(summary).map(printable);
  if (names.length === 0) return [];
  const about = summary.time_stayed === true ? phrases.timeStayed : phrases.timePassed;
  return [`${phrases.unreadFiles}${phrases.colon}${names.join(phrases.comma)}`, about];
}

/** What was not taken, is not reported or has not come yet may say anything: nobody knows that everything agrees. */
function agreement(summary: Summary, options: SummaryTextOptions): string {
  const { phrases } = WORDS[options.lang];
  const closing = closingLine(summary, options.lang);
  if (closing !== '') return `${phrases.noBreaksKnown}${phrases.colon}${closing}`;
  const { payouts_unproved: unproved = 0, waiting = 0 } = summary;
  const soFar = (what: string, count: number) =>
    `${phrases.noBreaksYet}${phrases.comma}${what}${phrases.colon}${numberText(count, options.lang)}`;
  if (waiting > 0) return soFar(phrases.waiting, waiting);
  if (unproved > 0) return soFar(phrases.unproved, unproved);
  const { unreported = [] } = summary;
  if (unreported.length > 0)
    return `${phrases.noBreaksUnreported}${phrases.colon}${unreported.map(printable).join(phrases.comma)}`;
  const { pending } = summary.standing;
  if (pending > 0) return soFar(phrases.pendingPayments, pending);
  return paint('green', phrases.noBreaks, options.target);
}

function section(title: string, options: SummaryTextOptions, ...lines: string[]): string {
  return [paint('bold', title, options.target), ...lines].join('\n');
}

/** A sum in words and, where given, in numbers, with its verdict: red if the two sides differ. */
function sumLine(words: string, numbers: readonly number[], isEven: boolean, options: SummaryTextOptions): string {
  const { phrases } = WORDS[options.lang];
  const [total, ...parts] = numbers.map((number) => numberText(number, options.lang));
  const sum = total === undefined ? '' : `${total} = ${parts.join(' + ')}${phrases.comma}`;
  const verdict = isEven ? paint('green', phrases.even, options.target) : paint('red', phrases.uneven, options.target);
  return `${words}${phrases.colon}${sum}${verdict}`;
}

const right = (title: string): TableColumn => ({ title, align: 'right' });
const left = (title: string): TableColumn => ({ title });

function filesSection(summary: Summary, options: SummaryTextOptions): string {
  const { columns, phrases, fileKinds } = WORDS[options.lang];
  const rows = summary.files.map((file) => [
    printable(file.name),
    fileKinds[file.kind],
    ...FILE_COUNTS.map((part) => (file.refused ? '' : numberText(file[part], options.lang))),
    fileVerdict(file, options),
  ]);
  const head = [left(columns.file), left(columns.kind), ...FILE_COUNTS.map((part) => right(columns[part])), left('')];
  const numbers = FILE_COUNTS.map((part) => summary.files.reduce((sum, file) => sum + file[part], 0));
  const sum = sumLine(phrases.rowsSum, numbers, summary.files.every(isFileEven), options);
  const sums = fileSumsTable(summary.files, options.lang);
  const besides = sums === '' ? [] : ['', phrases.fileSums, sums];
  return section(phrases.files, options, tableText(head, rows), sum, ...besides);
}

function fileVerdict(file: FileSummary, { lang, target }: SummaryTextOptions): string {
  const { phrases } = WORDS[lang];
  if (file.read && !isFileEven(file)) return paint('red', phrases.uneven, target);
  const remark = fileRemark(file, lang);
  return file.read ? remark : paint('red', remark, target);
}

function keysSection(summary: Summary, options: SummaryTextOptions): string {
  const { columns, phrases, standings } = WORDS[options.lang];
  const shown = STANDINGS.toReversed().filter((standing) => summary.standing[standing] !== undefined);
  const rows = shown.map((standing) => [
    standings[standing],
    numberText(summary.standing[standing] ?? 0, options.lang),
  ]);
  const head = [left(columns.standing), right(columns.keys)];
  const { matched, resolved, pending, unmatched, closed } = summary.standing;
  const numbers = [summary.keys, matched, ...(resolved === undefined ? [] : [resolved]), pending, unmatched, closed];
  const sum = sumLine(keysSumWords(summary, options.lang), numbers, areKeysEven(summary), options);
  return section(phrases.payments, options, tableText(head, rows), sum);
}

function reasonsSection(
  summary: Summary,
  title: string,
  counts: Readonly<Partial<Record<ReasonCode, number>>>,
  options: SummaryTextOptions,
): string[] {
  const reasons = REASON_CODES.filter((reason) => counts[reason] !== undefined);
  if (reasons.length === 0) return [];
  const { columns } = WORDS[options.lang];
  const rows = reasons.map((reason) => [
    reason,
    titleOf(reason, options.lang),
    numberText(counts[reason]!, options.lang),
    Object.entries(summary.break_value[reason] ?? {})
      .map(([currency, value]) => amountText(value, currency, options.lang))
      .join(WORDS[options.lang].phrases.semicolon),
  ]);
  const head = [left(columns.reason), left(columns.title), right(columns.count), left(columns.value)];
  return [section(title, options, tableText(head, rows))];
}

function moneySection(summary: Summary, options: SummaryTextOptions): string[] {
  const currencies = Object.entries(summary.money);
  if (currencies.length === 0) return [];
  const { columns, phrases } = WORDS[options.lang];
  const parts = moneyParts(summary);
  const rows = currencies.map(([currency, money]) => [
    currency,
    ...parts.map((part) => numberText(money[part] ?? '0', options.lang)),
    isMoneyEven(money) ? '' : paint('red', phrases.uneven, options.target),
  ]);
  const head = [left(columns.currency), ...parts.map((part) => right(columns[MONEY_TITLES[part]])), left('')];
  const sum = sumLine(
    moneySumWords(summary, options.lang),
    [],
    Object.values(summary.money).every(isMoneyEven),
    options,
  );
  return [section(phrases.money, options, tableText(head, rows), sum)];
}

function payoutsSection(summary: Summary, options: SummaryTextOptions): string[] {
  const lines = payoutLines(summary, options.lang);
  return lines.length === 0 ? [] : [section(WORDS[options.lang].phrases.payouts, options, ...lines)];
}

function sharesSection(summary: Summary, options: SummaryTextOptions): string[] {
  const lines = shareLines(summary, options.lang);
  return lines.length === 0 ? [] : [section(WORDS[options.lang].phrases.shares, options, ...lines)];
}

function riskSection({ risk }: Summary, options: SummaryTextOptions): string[] {
  if (risk === undefined) return [];
  const { columns, phrases } = WORDS[options.lang];
  const rows = RISK_SIGNALS.filter((signal) => risk[signal] !== undefined).map((signal) => {
    return [signal, riskTitle(signal, options.lang), numberText(risk[signal]!, options.lang)];
  });
  const head = [left(columns.signal), left(columns.title), right(columns.orders)];
  return [section(phrases.risk, options, tableText(head, rows))];
}
