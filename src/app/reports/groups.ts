// Payments by merchant or by provider as a sheet: one line for each name and currency.

import type { Standing, StandingCounts } from '../../domain/assessment.ts';
import type { ReaderLanguage } from '../../domain/language.ts';
import { amountColumn, countCell, currencyColumn, type SheetColumn, textCell } from './sheet.ts';
import type { MoneySummary } from './summary.ts';
import { WORDS } from './words.ts';

/** The totals of a merchant's or a provider's payments. `money` is by currency. */
export interface GroupRow {
  readonly name: string;
  readonly keys: number;
  readonly standing: StandingCounts;
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

/** With a column of what people resolved, where there is any. */
export function groupColumns(
  title: string,
  lang: ReaderLanguage,
  groups: readonly GroupRow[],
): SheetColumn<GroupLine>[] {
  const { columns, standings } = WORDS[lang];
  const count = (heading: string, of: (group: GroupRow) => number) => ({
    title: heading,
    width: 11,
    over: 'number' as const,
    cell: (line: GroupLine) => (line.isFirst ? countCell(of(line.group)) : null),
  });
  const money = (heading: string, part: keyof MoneySummary) =>
    amountColumn<GroupLine>(heading, ({ group, currency }) => {
      return currency === null ? null : (group.money[currency]![part] ?? '0');
    });
  const isDecided = groups.some((group) => group.standing.resolved !== undefined);
  const shown = (['matched', 'resolved', 'pending', 'unmatched', 'closed'] as const).filter((name) => {
    return isDecided || name !== 'resolved';
  });
  const standing = (name: Standing) => count(standings[name], (group) => group.standing[name] ?? 0);
  return [
    { title, width: 24, cell: (line) => textCell(line.group.name) },
    count(columns.keys, (group) => group.keys),
    ...shown.map(standing),
    count(columns.breaks, (group) => group.breaks),
    currencyColumn(columns.currency),
    money(columns.received, 'received'),
    money(columns.matched_money, 'matched'),
    ...(isDecided ? [money(standings.resolved, 'resolved')] : []),
    money(columns.open_money, 'open'),
    money(columns.returned, 'returned'),
  ];
}
