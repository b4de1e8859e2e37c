// A file that the page itself makes, handed to the browser.

import { csvOf } from '../state/csv.ts';

export function saveCsv(name: string, rows: readonly (readonly string[])[]): void {
  saveText(name, 'text/csv', csvOf(rows));
}

export function saveText(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
