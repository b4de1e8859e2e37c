// The statements of a day as CSV: a line for each figure, under the names that the API has for them. Each part adds up
// by itself: the opening and what moved are the closing, and what explains the difference is the difference.

import { formatDecimal } from '../../domain/decimal.ts';
import { signedFigure } from '../../projections/statement-book.ts';
import type { Figure, Statement } from '../../projections/statement-view.ts';
import { csvLine } from '../reports/csv.ts';

const HEADER = ['day', 'zone', 'merchant', 'provider', 'currency', 'part', 'line', 'side', 'count', 'value'];

export interface CsvStatements {
  /** `YYYY-MM-DD` in the zone. */
  readonly day: string;
  readonly zone: string;
  readonly statements: readonly Statement[];
}

export function statementCsv({ day, zone, statements }: CsvStatements): string {
  const lines = statements.flatMap((statement) => {
    const { merchant, provider, currency } = statement;
    return rowsOf(statement).map((row) => csvLine([day, zone, merchant, provider, currency, ...row]));
  });
  return [csvLine(HEADER), ...lines].join('');
}

type Row = readonly [part: string, line: string, side: string | null, count: number | null, value: string];

function rowsOf({ gateway, late, bridge, clearing, residual }: Statement): Row[] {
  const figure = (part: string) => (one: Figure) => row(part, one.line, formatDecimal(signedFigure(one)));
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

function row(part: string, line: string, value: string): Row {
  return [part, line, null, null, value];
}
