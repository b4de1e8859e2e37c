// The file of a case, written many times over under other references and ids: each copy is a case of its own.

import { readFileSync } from 'node:fs';
import { LineFile } from '../line-file.ts';

/** What names a thing in our columns and bodies. Where it is the same in two copies, they would be one case. */
const ID_NAMES = [
  'id',
  'line_id',
  'operator_transaction_id',
  'order_number',
  'original_transaction_id',
  'parent',
  'payout_id',
  'report_id',
  'request_id',
  'transaction_id',
  'transaction_reference',
];
const ID_MEMBER = new RegExp(`("(?:${ID_NAMES.join('|')})"\\s*:\\s*)("(?:[^"\\\\]|\\\\.)+(?=")|\\d+(?=[,}\\s]))`, 'g');
const COPY_DIGITS = 6;
const BOM = 'ï»¿';

/**
 * Writes `times` copies of a CSV or JSONL file. Returns what hinders it, in words, where it is not in our own columns;
 * undefined if it was written. Bytes pass as they are, whatever their encoding.
 */
export function writeCopies(from: string, to: string, times: number): string | undefined {
  const text = readFileSync(from, 'latin1');
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const isCsv = from.endsWith('.csv');
  if (!isCsv && !from.endsWith('.jsonl')) return 'neither CSV nor JSONL';
  const header = isCsv ? lines.shift() : undefined;
  const columns = header === undefined ? [] : idColumns(header);
  if (isCsv && columns.length === 0) return 'a table without our columns';
  if (!isCsv && lines.some((line) => line.search(ID_MEMBER) < 0)) return 'a body without our members';
  const last = Math.max(-1, ...columns);
  if (isCsv && lines.some((line) => line.split(',', last + 1).some((cell) => cell.includes('"')))) {
    return 'a quote before an id';
  }
  const file = new LineFile(to, header === undefined ? '' : `${header}\n`, 'latin1');
  for (let copy = 0; copy < times; copy++) {
    for (const line of lines) file.add(`${isCsv ? rowOf(line, columns, copy) : bodyOf(line, copy)}\n`);
  }
  file.end();
  return undefined;
}

function idColumns(header: string): number[] {
  const names = header.replace(BOM, '').trimEnd().split(',');
  const columns = names.flatMap((name, at) => (ID_NAMES.includes(name) ? [at] : []));
  return names.includes('transaction_reference') ? columns : [];
}

function rowOf(line: string, columns: readonly number[], copy: number): string {
  const cells = line.split(',');
  for (const at of columns) {
    const cell = cells[at]?.trimEnd() ?? '';
    if (cell !== '') cells[at] = cells[at]!.replace(cell, `${cell}-${copy}`);
  }
  return cells.join(',');
}

/** A number stays one: ids beyond 2^53 are part of what is read. */
function bodyOf(line: string, copy: number): string {
  return line.replace(ID_MEMBER, (_, name: string, value: string) => {
    return name + (value.startsWith('"') ? `${value}-${copy}` : `${value}${`${copy}`.padStart(COPY_DIGITS, '0')}`);
  });
}
