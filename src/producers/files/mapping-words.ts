// The words of a file for ours: those of the mapping, then those that the format knows, whatever their case.

import { currencyExponent } from '../../domain/currency.ts';
import type { Format } from '../formats/format.ts';
import type { Mapping } from './mapping.ts';

/** Null where the text has nothing of it. */
export type Translate = (text: string) => string | null;

/** For every word that is not known. */
const OTHERS = '*';
/** Kept as the source wrote it, which is shown to people. */
const UNCLASSIFIED = 'unclassified';

/** Null where the mapping has no words for a field. */
export function translator(format: Format, mapping: Mapping, field: string): Translate | null {
  const words = mapping.words?.get(field);
  if (words === undefined) return null;
  const known = new Set(format.words?.[field]?.map((word) => word.toLowerCase()));
  const others = words.get(OTHERS);
  const anyCase = new Map([...words].map(([theirs, ours]) => [theirs.trim().toLowerCase(), ours]));
  return (text) => {
    const lower = text.toLowerCase();
    const ours = words.get(text) ?? anyCase.get(lower) ?? (known.has(lower) ? text : (others ?? text));
    return ours === UNCLASSIFIED && !known.has(lower) ? text : ours;
  };
}

/**
 * Of a field with words of ours, of which the mapping names neither the column nor the file's words: which words of a
 * column that happens to have its name count. With any other, what the mapping says of all rows holds.
 */
export function wordUnnamed({ words }: Format, mapping: Mapping, field: string): ((text: string) => boolean) | null {
  if (mapping.columns.has(field) || mapping.words?.has(field) === true) return null;
  if (field === 'currency') return (text) => currencyExponent(text.toUpperCase()) !== undefined;
  const known = words?.[field];
  if (known === undefined) return null;
  const ours = new Set(known.map((word) => word.toLowerCase()));
  return (text) => ours.has(text.toLowerCase());
}
