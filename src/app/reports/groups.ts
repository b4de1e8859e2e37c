// Payments by merchant or by provider as a sheet: one line for each name and currency.

import type { Standing } from '../../domain/assessment.ts';
import type { Language } from '../../domain/reason-words.ts';
import { amountColumn, countCell, currencyColumn, type SheetColumn, textCell } from './sheet.ts';
import type { MoneySummary } from './summary.ts';
import { WORDS } from './words.ts';

/** The totals of a merchant's or a provider's payments. `money` is by currency. */
export interface GroupRow {
  readonly name: string;
  readonly keys: number;
  readonly standing: Readonly<Record<Standing, number>>;
  readonly breaks: number;
  readonly money: Readonly<Record<string, MoneySummary>>;
}

interface GroupLine {
  readonly group: GroupRow;
  readonly currency: string | null;
  /** Counts are on a name's first line only, so that the column can be summed. */
  readonly isFirst: boolean;
}

export function* groupLines(groups: Iterable<GroupRow>): Iterable<GroupLine> {
  for (const group of groups) {
    const currencies = Object.keys(group.money);
    if (currencies.length === 0) yield { group, currency: null, isFirst: true };
    for (const [at, currency] of currencies.entries()) yield { group, currency, isFirst: at === 0 };
  }
}

export function groupColumns(title: string, lang: Language): SheetColumn<GroupLine>[] {
  const { columns, standings } = WORDS[lang];
  const count = (heading: string, of: (group: GroupRow) => number) => ({
    title: heading,
    width: 11,
    over: 'number' as const,
    cell: (line: GroupLine) => (line.isFirst ? countCell(of(line.group)) : null),
  });
  const money = (heading: string, part: keyof MoneySummary) =>
    amountColumn<GroupLine>(heading, ({ group, currency }) => {
      return currency === null ? null : group.money[currency]![part];
    });
  const standing = (name: Standing) => count(standings[name], (group) => group.standing[name]);
  return [
    { title, width: 24, cell: (line) => textCell(line.group.name) },
    count(columns.keys, (group) => group.keys),
    ...(['matched', 'pending', 'unmatched', 'closed'] as const).map(standing),
    count(columns.breaks, (group) => group.breaks),
    currencyColumn(columns.currency),
    money(columns.received, 'received'),
    money(columns.matched_money, 'matched'),
    money(columns.open_money, 'open'),
    money(columns.returned, 'returned'),
  ];
}
