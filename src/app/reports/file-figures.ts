// What a run says of each file that it read, besides its rows: what they come to, and whether the file may be cut.

import type { ReaderLanguage } from '../../domain/language.ts';
import { numberText } from '../../domain/number-text.ts';
import type { FileSummary } from './summary.ts';
import { printable, tableText } from './table.ts';
import { WORDS } from './words.ts';

type FileFigures = Pick<FileSummary, 'name' | 'sums' | 'fees'>;

/** The sums of the files by currency, so that a person can hold them against the portal; empty without any. */
export function fileSumsTable(files: readonly FileFigures[], lang: ReaderLanguage): string {
  const { columns } = WORDS[lang];
  const figure = (value: string) => numberText(value, lang);
  const rows = files.flatMap(({ name, sums, fees }) =>
    Object.entries(sums).map(([currency, sum]) => {
      return [printable(name), currency, figure(sum), fees[currency] === undefined ? '' : figure(fees[currency])];
    }),
  );
  if (rows.length === 0) return '';
  const head = [columns.file, columns.currency, columns.amounts, columns.fees];
  return tableText(
    head.map((title, at) => ({ title, align: at > 1 ? 'right' : 'left' })),
    rows,
  );
}

/** What is to be said beside a file's rows; empty if nothing. */
export function fileRemark(
  { refused, read, perhaps_cut }: Pick<FileSummary, 'refused' | 'read' | 'perhaps_cut'>,
  lang: ReaderLanguage,
): string {
  const { phrases } = WORDS[lang];
  if (refused) return phrases.refused;
  if (!read) return phrases.unread;
  return perhaps_cut === true ? phrases.perhapsCut : '';
}
