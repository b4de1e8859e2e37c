// A suggested mapping as YAML: every line has a comment that says what it was concluded from and how sure that is. A
// question is a comment with the lines that would answer it, so that a person uncomments one of them.

import type { Language } from '../../domain/reason-words.ts';
import { type Message, messageText, suggestWords } from './suggest-words.ts';
import type { Alternative, ConcludedSetting, Question, Setting, Suggestion } from './suggestion.ts';

/** The keys of a mapping, in the order in which a person reads them. */
const ORDER = [
  ...['provider', 'account', 'encoding', 'separator', 'sheet', 'header', 'header_row', 'footer', 'each', 'rows'],
  ...['decimal', 'thousands', 'currency_signs', 'unit', 'brackets', 'trailing_minus', 'signs', 'dates', 'zone'],
  ...['columns', 'constants', 'words', 'prefix', 'series'],
];
const PLAIN = /^[A-Za-z][\w./-]*$/;
/** Words that YAML takes for something else than a text. */
const NOT_TEXT = /^(?:true|false|null|yes|no|on|off|y|n|~)$/i;
const ASK = '# ? ';
const COMMENT_COLUMN = 44;

export interface MappingTextOptions {
  readonly file: string;
  readonly lang: Language;
}

type Item = { readonly path: readonly string[] } & (
  | { readonly setting: ConcludedSetting }
  | { readonly question: Question }
);

export function mappingText(suggestion: Suggestion, { file, lang }: MappingTextOptions): string {
  const { kind, kindCertainty, kindWhy, named, settings, questions } = suggestion;
  const words = suggestWords(lang);
  const lines = [`# hesabu mapping suggest ${oneLine(file)}`];
  if (named !== null) {
    lines.push(`# ${words.named(named.title, named.name)}.`);
    if (settings.length > 0) lines.push(`# ${words.namedUse(named.provider, kind, oneLine(file))}`);
  }
  for (const question of questions.filter(({ path }) => path.length === 0))
    lines.push(...questionLines(question, lang, 0));
  lines.push(commented(`${kind}:`, `${words[kindCertainty]}: ${messageText(kindWhy, lang)}`));
  const items: Item[] = [
    ...settings.map((setting) => ({ path: setting.path, setting })),
    ...questions.filter(({ path }) => path.length > 0).map((question) => ({ path: question.path, question })),
  ];
  lines.push(...nested(items, 0, lang));
  return `${lines.join('\n')}\n`;
}

/** The items of one level: those that end here, and those that go on below a name. */
function nested(items: readonly Item[], depth: number, lang: Language): string[] {
  const names = [...new Set(items.map(({ path }) => path[depth]!))];
  if (depth === 0) names.sort((left, right) => ORDER.indexOf(left) - ORDER.indexOf(right));
  return names.flatMap((name) => {
    const own = items.filter(({ path }) => path[depth] === name);
    const ends = own.filter(({ path }) => path.length === depth + 1);
    const below = own.filter(({ path }) => path.length > depth + 1);
    const lines = ends.flatMap((item) => itemLines(item, depth + 1, lang));
    if (below.length === 0) return lines;
    return [...lines, `${'  '.repeat(depth + 1)}${key(name)}:`, ...nested(below, depth + 1, lang)];
  });
}

function itemLines(item: Item, depth: number, lang: Language): string[] {
  if ('question' in item) return questionLines(item.question, lang, depth);
  const { certainty, why } = item.setting;
  const comment = `${suggestWords(lang)[certainty]}: ${messageText(why, lang)}`;
  return [commented(settingLine(item.setting, depth), comment)];
}

function settingLine({ path, value }: Setting, depth: number): string {
  return `${'  '.repeat(depth)}${key(path.at(-1)!)}: ${flow(value)}`;
}

function questionLines({ asks, alternatives }: Question, lang: Language, depth: number): string[] {
  const indent = '  '.repeat(depth);
  const pick = alternatives.length === 0 ? '' : ` ${suggestWords(lang).pick}`;
  return [
    `${indent}${ASK}${oneLine(messageText(asks, lang))}${pick}`,
    ...alternatives.flatMap((one) => alternativeLines(one, lang, depth)),
  ];
}

function alternativeLines({ settings, means }: Alternative, lang: Language, depth: number): string[] {
  const indent = '  '.repeat(depth);
  return settings.map((setting, at) => {
    const meaning: Message = at === 0 ? means : ['withAbove'];
    return commented(`${indent}${ASK}${settingLine(setting, 0)}`, messageText(meaning, lang));
  });
}

function commented(line: string, comment: string): string {
  return `${line.padEnd(COMMENT_COLUMN)}  # ${oneLine(comment)}`;
}

/** A text from a file stays in its line and cannot begin another one. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
}

function key(name: string): string {
  return PLAIN.test(name) && !NOT_TEXT.test(name) ? name : quoted(name);
}

/** A value as YAML on one line. */
function flow(value: unknown): string {
  if (typeof value === 'string') return PLAIN.test(value) && !NOT_TEXT.test(value) ? value : quoted(value);
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([name, inner]) => `${key(name)}: ${flow(inner)}`)
    .join(', ')} }`;
}

/** As JSON, whose escapes YAML knows; besides, characters that a terminal or an editor hides are escaped. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00a0\u202f\u2009]/gu, (char) => {
    const units = Array.from({ length: char.length }, (_, at) => char.charCodeAt(at));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  });
}
