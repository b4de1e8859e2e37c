// Who was forgotten: the places of keys that must not come back with an older copy of the key file. A place says
// nothing of the person to somebody who has not the keys.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HesabuError } from '../../domain/errors.ts';
import { replaceShredded } from '../../runtime/shredded-file.ts';
import { storageError } from '../../runtime/storage-errors.ts';

const FILE = 'forgotten';
const FORM = 'hesabu forgotten 1';
const LINE = /^([0-9a-f]{6}) (begun|done)$/;

/** By place: whether all was done that belongs to it. */
export type ForgottenList = ReadonlyMap<number, boolean>;

const NOBODY: ForgottenList = new Map();

/** Throws HESABU_DATA_VERSION for another form. */
export function readForgotten(dir: string): ForgottenList {
  const path = join(dir, 'keys', FILE);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NOBODY;
    throw storageError(error, path);
  }
  const [form, ...lines] = text.trimEnd().split('\n');
  const rows = lines.map((line) => LINE.exec(line));
  if (form !== FORM || rows.includes(null)) {
    const remedy = 'Restore the folder keys from a backup, or use the version of Hesabu that made it.';
    throw new HesabuError('HESABU_DATA_VERSION', {
      where: `keys/${FILE}`,
      expected: FORM,
      found: 'other lines',
      remedy,
    });
  }
  return new Map(rows.map((row) => [Number.parseInt(row![1]!, 16), row![2] === 'done']));
}

/** Adds places to the list, or says that they are done. Durable when it returns. */
export function writeForgotten(dir: string, places: Iterable<number>, isDone: boolean): void {
  const list = new Map(readForgotten(dir));
  for (const place of places) list.set(place, isDone || list.get(place) === true);
  const lines = [...list].map(([place, done]) => `${place.toString(16).padStart(6, '0')} ${done ? 'done' : 'begun'}`);
  const text = `${[FORM, ...lines].join('\n')}\n`;
  replaceShredded(join(dir, 'keys', FILE), (file) => writeFileSync(file, text));
}
