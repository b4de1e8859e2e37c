// A file of another network's webhook bodies, of which a mapping may or may not know enough.

import { HesabuError } from '../../domain/errors.ts';
import { isObject, type JsonObject, parseJson } from './json-text.ts';
import type { Mapping } from './mapping.ts';

export type JsonRow = JsonObject;

/** The form of a network's webhook bodies. */
export interface ForeignBody {
  /** As people write it. */
  readonly name: string;
  /** Whether its amounts are in hundredths, which a mapping of names does not tell. */
  readonly isInHundredths: boolean;
}

/** Tells whose body a row is; undefined for one in a form of our own, or of nobody that is known. */
export type FindForeign = (row: JsonRow) => ForeignBody | undefined;

/** Throws HESABU_FILE_UNREADABLE for the row of a network that is not read, unless the mapping tells how. */
export function requireOwn(text: string, path: string, mapping: Mapping | undefined, find: FindForeign): void {
  const parsed = parseJson(text);
  const found = 'value' in parsed && isObject(parsed.value) ? find(parsed.value) : undefined;
  if (found === undefined || (mapping !== undefined && (mapping.unit !== undefined || !found.isInHundredths))) return;
  const unit = found.isInHundredths ? ', and its amounts are in hundredths' : '';
  const mapped = found.isInHundredths ? 'its fields, with `unit: minor`' : 'its fields';
  throw new HesabuError('HESABU_FILE_UNREADABLE', {
    where: path,
    expected: 'rows as docs/files.md shows them',
    found: `bodies that look like those of ${found.name}`,
    remedy: `${found.name} is not read yet${unit}. Nothing was taken. Give a mapping of ${mapped}.`,
  });
}
