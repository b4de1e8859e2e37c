// Text for a terminal: aligned tables, amounts with thousands separators, and colours if the target shows them.

import { styleText } from 'node:util';
import Table from 'cli-table3';
import { numberText } from '../../domain/number-text.ts';

/** The stream that will show the text; it decides about colours. NO_COLOR and the like are respected. */
export type TextTarget = NodeJS.WritableStream;
export type Style = Parameters<typeof styleText>[0];

export function paint(style: Style, text: string, target: TextTarget): string {
  return styleText(style, text, { stream: target });
}

export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

const NO_LINES = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '' },
  ...{ 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

/** An aligned table without a line end after it. Cells are texts and can be painted. */
export function tableText(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: columns.map((column) => column.title),
    colAligns: columns.map((column) => column.align ?? 'left'),
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => [...row]));
  const lines = table.toString().split('\n');
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** A decimal text or a count with thousands separators, in texts that exist in English and Chinese alone. */
export function grouped(value: string | number): string {
  return numberText(value, 'en');
}

/** A text from outside, such as a file's name, without the characters that control a terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '?');
}
