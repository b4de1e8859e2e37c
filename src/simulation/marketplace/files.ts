// The simulated rows as the files that a shop would have, in the formats that `reconcile` accepts.

import Papa from 'papaparse';
import type { Content, Source } from './model/source-rows.ts';

export interface SimulationFile {
  /** `orders.csv`, `callbacks.jsonl`, `polls.jsonl`, `settlements.csv` or `settlements.json`. */
  readonly name: string;
  readonly source: Source;
  readonly text: string;
}

/** A file of rows; undefined if there are none. */
export function fileOf(
  source: Source,
  format: 'csv' | 'jsonl' | 'json',
  contents: readonly (Content | string)[],
): SimulationFile | undefined {
  if (contents.length === 0) return undefined;
  const write = { csv: csvText, jsonl: jsonLines, json: reportText }[format];
  return { name: `${source}.${format}`, source, text: write(contents) };
}

function csvText(contents: readonly (Content | string)[]): string {
  return `${Papa.unparse(contents as Content[], { newline: '\n' })}\n`;
}

function jsonLines(contents: readonly (Content | string)[]): string {
  return contents.map((content) => `${typeof content === 'string' ? content : jsonText(content)}\n`).join('');
}

/** A settlement report: the fields that all lines share are written once, at its head. */
function reportText(contents: readonly (Content | string)[]): string {
  const lines = contents as readonly Content[];
  const settlement_date = lines[0]!.settlement_date!;
  const rest = lines.map(({ settlement_date: _, ...line }) => `  ${jsonText(line)}`);
  const head = `"report_id":"SR-${settlement_date}","settlement_date":${JSON.stringify(settlement_date)}`;
  return `{${head},"lines":[\n${rest.join(',\n')}\n]}\n`;
}

/** JSON leaves out what a CSV would leave empty. */
function jsonText(content: Content): string {
  return JSON.stringify(content, (_, value) => (value === '' ? undefined : value));
}
