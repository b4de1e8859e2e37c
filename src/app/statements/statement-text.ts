// Statements as text for a terminal: a table for each merchant, provider and currency, and the rows behind a line.

import { basename } from 'node:path';
import type { Language } from '../../domain/reason-words.ts';
import type { ExplainedLine, Figure } from '../../projections/statement-view.ts';
import { localAndUtc } from '../reports/local-time.ts';
import { grouped, paint, printable, type TableColumn, type TextTarget, tableText } from '../reports/table.ts';
import { WORDS } from '../reports/words.ts';
import type { DrilledFact } from './drill.ts';
import type { DayStatements, DrilledLine, ShownStatement } from './statement.ts';
import { lineTitle, STATEMENT_WORDS } from './statement-words.ts';

interface TextOptions {
  readonly lang: Language;
  readonly target: TextTarget;
}

export function statementText(found: DayStatements, options: TextOptions): string {
  const { statements } = found;
  const none = statements.length === 0 ? [STATEMENT_WORDS[options.lang].none] : [];
  return [head(found, options.lang), ...none, ...statements.map((one) => sectionOf(one, options))].join('\n\n');
}

function head({ day, zone, as_of, over }: Omit<DayStatements, 'statements'>, lang: Language): string {
  const words = STATEMENT_WORDS[lang];
  const lines = [words.title(day, zone), words.asOf(localAndUtc(as_of, zone)), ...(over ? [] : [words.notOver])];
  return lines.join('\n');
}

function sectionOf(statement: ShownStatement, { lang, target }: TextOptions): string {
  const words = STATEMENT_WORDS[lang];
  const { gateway, late, bridge, clearing, residual, residual_keys, closed } = statement;
  const columns: TableColumn[] = [
    { title: '' },
    { title: '' },
    { title: words.count, align: 'right' },
    { title: words.value, align: 'right' },
    ...words.ages.map((title) => ({ title, align: 'right' }) as const),
  ];
  const bold = (text: string) => paint('bold', text, target);
  const total = (title: string, value: string) => [' =', title, '', bold(grouped(value))];
  const figure = ({ line, sign, value }: Figure) => [` ${sign}`, lineTitle(line, lang), '', grouped(value)];
  const rows: string[][] = [
    [bold(words.gateway)],
    ['', words.opening, '', grouped(gateway.opening)],
    ...late.map(({ what, sign, value }) => [` ${sign}`, words.late(words.moves[what]), '', grouped(value)]),
    ...gateway.moves.map(figure),
    total(words.closing, gateway.closing),
    [''],
    [bold(words.bridge)],
    ...bridge.begins.map(figure),
    total(words.difference, bridge.difference),
    ['', words.explained, '', ''],
    ...bridge.agreed.map(figure),
    ...bridge.explained.map((one) => explainedRow(one, lang)),
    ...(clearing.length === 0 ? [] : [[''], [bold(words.clearing)], ...clearing.map(figure)]),
  ];
  const isEven = residual_keys.length === 0;
  const last = `${words.residual}${WORDS[lang].phrases.colon}${residual}`;
  const merchant = statement.merchant === '' ? words.noMerchant : statement.merchant;
  return [
    bold([merchant, statement.provider, statement.currency].map(printable).join(' / ')),
    sectionTable(columns, rows),
    paint(isEven ? 'green' : 'red', last, target),
    ...(closed === null
      ? []
      : [words.closed(printable(closed.by), printable(closed.approved_by), closed.sha256, closed.entry ?? '')]),
    ...(isEven ? [] : [words.residualKeys(residual_keys.map(printable).join(', '))]),
  ].join('\n');
}

/** A row with one cell is a heading over the table's width: as a cell it would widen the first column. */
function sectionTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => (row.length === 1 ? columns.map(() => '') : columns.map((_, at) => row[at] ?? '')));
  const lines = tableText(columns, cells).split('\n');
  const headings = rows.map((row) => (row.length === 1 ? row[0]! : null));
  return lines.map((line, at) => headings[at - 1] ?? line).join('\n');
}

function explainedRow({ line, side, count, value, ages }: ExplainedLine, lang: Language): string[] {
  const words = STATEMENT_WORDS[lang];
  const title = words.sided(lineTitle(line, lang), words.sides[side]);
  const shown = ages.map((of) => (of === 0 ? '' : grouped(of)));
  return [' +', title, grouped(count), grouped(value), ...(line === 'pending' ? [] : shown)];
}

/** As text so many rows are printed. */
const ROWS_MAX = 200;
const FACTS_MAX = 4;

export function drillText(found: DrilledLine, lang: Language): string {
  const words = STATEMENT_WORDS[lang];
  const { rows, sums, line } = found;
  const columns: TableColumn[] = [
    { title: words.drill.key },
    { title: words.value, align: 'right' },
    { title: '' },
    { title: words.drill.from },
    { title: words.drill.entry },
  ];
  const shown = rows.slice(0, ROWS_MAX);
  const cells = shown.map(({ key, amount, currency, facts, entries }) => {
    const named = facts.slice(0, FACTS_MAX).map((fact) => placeOf(fact, lang));
    const from = [...named, ...(facts.length > FACTS_MAX ? ['...'] : [])].join('; ');
    return [printable(key), grouped(amount), currency, from, entries.join(' ')];
  });
  const total = sums.map(({ currency, sum }) => words.sum(`${grouped(sum)} ${currency}`));
  return [
    `${head(found, lang)}\n${lineTitle(line, lang)}`,
    ...(cells.length === 0 ? [words.none] : [tableText(columns, cells)]),
    [...total, ...(rows.length > shown.length ? [words.more(shown.length, rows.length)] : [])].join('\n'),
  ].join('\n\n');
}

function placeOf({ id, file, row, exchange }: DrilledFact, lang: Language): string {
  const words = STATEMENT_WORDS[lang];
  if (file !== null && row !== null) return words.row(printable(basename(file)), row);
  return exchange === null ? printable(id) : words.exchange(exchange);
}
