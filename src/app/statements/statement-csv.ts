// The statements of a day as CSV: a line for each figure, under the names that the API has for them, or in the words of
// a language. Each part adds up by itself: the opening and what moved are the closing, and what explains the difference
// is the difference.

import { formatDecimal } from '../../domain/decimal.ts';
import type { Language } from '../../domain/language.ts';
import { signedFigure } from '../../projections/statement-book.ts';
import type { Figure, Statement } from '../../projections/statement-view.ts';
import { csvLine } from '../reports/csv.ts';
import { WORDS } from '../reports/words.ts';
import { lineTitle, STATEMENT_WORDS } from './statement-words.ts';

const HEADER = ['day', 'zone', 'merchant', 'provider', 'currency', 'part', 'line', 'side', 'count', 'value'] as const;
/** By it a spreadsheet knows that the words are in UTF-8. */
const MARK = '\ufeff';

export interface CsvStatements {
  /** `YYYY-MM-DD` in the zone. */
  readonly day: string;
  readonly zone: string;
  readonly statements: readonly Statement[];
}

/** In a language, the name of each line has what it is called beside it. */
export function statementCsv({ day, zone, statements }: CsvStatements, lang: Language | undefined): string {
  const rows = statements.flatMap((statement) => {
    const { merchant, provider, currency } = statement;
    return rowsOf(statement).map((row) => [day, zone, merchant, provider, currency, ...row] as const);
  });
  if (lang === undefined) return [HEADER, ...rows].map(csvLine).join('');
  const { columns, parts, sides, title } = wordsOf(lang);
  const worded = rows.map(([day, zone, merchant, provider, currency, part, line, side, ...rest]) => [
    ...[day, zone, merchant, provider, currency, parts[part], line, title(part, line)],
    ...[side === null ? null : sides[side], ...rest],
  ]);
  const head = HEADER.flatMap((name) => (name === 'line' ? [columns.line, columns.what] : [columns[name]]));
  return MARK + [head, ...worded].map(csvLine).join('');
}

function wordsOf(lang: Language) {
  const words = STATEMENT_WORDS[lang];
  const { book, csv, sides, gateway, bridge, clearing, residual, difference, count, value } = words;
  const { merchant, provider, currency } = WORDS[lang].columns;
  const columns = { ...{ merchant, provider, currency, count, value, day: csv.day, zone: csv.zone }, ...book };
  const parts = { gateway, late: csv.late, bridge, explained: csv.explained, clearing, residual };
  const title = (part: Part, line: string) => {
    if (part === 'residual') return residual;
    if (line === 'difference') return difference;
    return part === 'late' ? words.late(lineTitle(line, lang)) : lineTitle(line, lang);
  };
  return { columns, parts, sides, title };
}

type Part = 'gateway' | 'late' | 'bridge' | 'explained' | 'clearing' | 'residual';
type Row = readonly [part: Part, line: string, side: 'under' | 'over' | null, count: number | null, value: string];

function rowsOf({ gateway, late, bridge, clearing, residual }: Statement): Row[] {
  const figure = (part: Part) => (one: Figure) => row(part, one.line, formatDecimal(signedFigure(one)));
  return [
    row('gateway', 'opening', gateway.opening),
    ...late.map(({ what, sign, value }) => row('late', what, formatDecimal(signedFigure({ sign, value })))),
    ...gateway.moves.map(figure('gateway')),
    row('gateway', 'closing', gateway.closing),
    ...bridge.begins.map(figure('bridge')),
    row('bridge', 'difference', bridge.difference),
    ...bridge.agreed.map(figure('explained')),
    ...bridge.explained.map(({ line, side, count, value }): Row => ['explained', line, side, count, value]),
    ...clearing.map(figure('clearing')),
    row('residual', 'residual', residual),
  ];
}

function row(part: Part, line: string, value: string): Row {
  return [part, line, null, null, value];
}
