// The statements of a day as rows for a spreadsheet: a row for each figure, with what its line is called.

import type { DayStatements, Figure, Statement } from '../api/statement-types.ts';

export interface CsvTitles {
  readonly columns: readonly string[];
  /** Of the parts of a statement. */
  readonly parts: Readonly<Record<'gateway' | 'late' | 'bridge' | 'clearing' | 'residual', string>>;
  readonly sides: Readonly<Record<'under' | 'over', string>>;
  readonly titleOf: (line: string) => string;
}

/** Below zero where it is taken off. */
function signed({ sign, value }: Pick<Figure, 'sign' | 'value'>): string {
  if (sign === '+' || !/[1-9]/.test(value)) return value;
  return value.startsWith('-') ? value.slice(1) : `-${value}`;
}

export function statementRows({ day, zone, statements }: DayStatements, titles: CsvTitles): string[][] {
  return [[...titles.columns], ...statements.flatMap((one) => rowsOf(one, [day, zone], titles))];
}

function rowsOf(statement: Statement, when: readonly string[], { parts, sides, titleOf }: CsvTitles): string[][] {
  const { merchant, provider, currency, gateway, bridge, clearing, late = [], residual } = statement;
  const row = (part: string, line: string, value: string, side = '', count = '') => {
    return [...when, merchant, provider, currency, part, line, titleOf(line), side, count, value];
  };
  const figures = (part: string, all: readonly Figure[]) => all.map((one) => row(part, one.line, signed(one)));
  return [
    row(parts.gateway, 'opening', gateway.opening),
    ...late.map(({ what, ...one }) => row(parts.late, what, signed(one))),
    ...figures(parts.gateway, gateway.moves),
    row(parts.gateway, 'closing', gateway.closing),
    ...figures(parts.bridge, bridge.begins),
    row(parts.bridge, 'difference', bridge.difference),
    ...figures(parts.bridge, bridge.agreed),
    ...bridge.explained.map(({ line, side, count, value }) => row(parts.bridge, line, value, sides[side], `${count}`)),
    ...figures(parts.clearing, clearing),
    row(parts.residual, 'residual', residual),
  ];
}
