// Whether a file is a named export of a provider, and the mapping of that export, setting by setting.

import { parse } from 'yaml';
import { missingMarks, type NamedExport } from '../../producers/files/named-export.ts';
import type { FileKind } from '../../producers/formats/format.ts';
import type { Sample } from './sample.ts';
import { askMerchant } from './suggest-values.ts';
import type { Conclusions, SettingPath, SuggestOptions } from './suggestion.ts';

export interface NamedFinding {
  readonly provider: string;
  /** The network as people write it. */
  readonly title: string;
  readonly name: string;
  readonly kind: FileKind;
  readonly mapping: string | null;
}

/** How many rows may stand before the header. */
const TITLES_MAX = 50;

/** The export that the file has all marks of. */
export function namedExportIn(sample: Sample, options: SuggestOptions): NamedFinding | undefined {
  const { kind, provider, providers } = options;
  const headers = sample.paths === null ? sample.rows.slice(0, TITLES_MAX).map(({ cells }) => cells) : [sample.paths];
  for (const row of providers) {
    if (provider !== undefined && row.name !== provider) continue;
    const found = row.exports.find((one) => (kind === undefined || one.kind === kind) && fits(one, headers));
    if (found !== undefined) return { ...found, provider: row.name, title: row.title };
  }
  return undefined;
}

function fits(one: NamedExport, headers: readonly (readonly string[])[]): boolean {
  return headers.some((names) => missingMarks(one, names).length === 0);
}

/** Parts of a mapping whose members each stand on a line of their own. */
const NESTED: ReadonlySet<string> = new Set(['columns', 'constants', 'words', 'rows']);

export function concludeNamed(to: Conclusions, { name, kind, mapping }: NamedFinding): void {
  if (mapping === null) return to.ask([], [], 'askUnsayable', name);
  const written = parse(mapping) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  for (const [key, value] of Object.entries(written[kind] ?? {})) add(to, [key], value, name);
  // A mapping says the shop; the export alone takes it from the account.
  if (kind === 'orders' && !to.has(['columns', 'merchant'])) askMerchant(to);
}

function add(to: Conclusions, path: SettingPath, value: unknown, name: string): void {
  const isNested = NESTED.has(path[0]!) && path.length < (path[0] === 'words' ? 3 : 2);
  if (!isNested) return to.conclude(path, value, 'known', 'namedLine', name);
  for (const [key, inner] of Object.entries(value as object)) add(to, [...path, key], inner, name);
}
