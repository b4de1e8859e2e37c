// Which imports the command line means, and what it says of the files of a run: when they were made, what they replace.

import { basename } from 'node:path';
import { HesabuError } from '../domain/errors.ts';
import { formatInstant, type Instant } from '../domain/time.ts';
import type { FileImporter, ImportOptions } from '../engine/file-importer.ts';
import type { InputFile } from '../engine/import-plan.ts';
import type { ImportRecord, Imports } from '../projections/imports.ts';
import { readOptionTime } from './as-of.ts';

const LIST_REMEDY = 'hesabu imports list shows what was imported, with its numbers.';

export interface FileStatementOptions {
  /** When the files were made; the time of the run if absent. */
  readonly statedAt?: string;
  /** The imports that the files replace: by number, or by the name of the file. */
  readonly replaces?: readonly string[];
}

/** Throws HESABU_TIME_INVALID, HESABU_NOT_FOUND and HESABU_USAGE. */
export function statementOf(
  { statedAt, replaces = [] }: FileStatementOptions,
  files: readonly InputFile[],
  { imports, nameOf }: Pick<FileImporter, 'imports' | 'nameOf'>,
  now: Instant,
): Pick<ImportOptions, 'statedAt' | 'replaces'> {
  return {
    ...(statedAt === undefined ? {} : { statedAt: readStatedAt(statedAt, now) }),
    replaces: readReplaces(replaces.map(nameOf), imports, files),
  };
}

/** Throws HESABU_TIME_INVALID for anything but a time up to `now`. */
function readStatedAt(text: string, now: Instant): Instant {
  const at = readOptionTime(text, '--stated-at');
  if (at <= now) return at;
  throw new HesabuError('HESABU_TIME_INVALID', {
    where: '--stated-at',
    expected: `a time that has passed by ${formatInstant(now)}: no file was made later`,
    found: formatInstant(at),
    remedy: 'Give the time at which the files were made.',
  });
}

/**
 * The imports that the files replace: by their numbers, or by their files' paths or names. Throws HESABU_NOT_FOUND for
 * one that is not there, HESABU_USAGE for a name that several have, or where no file is of its kind.
 */
function readReplaces(
  names: readonly string[],
  imports: Imports,
  files: readonly InputFile[],
): readonly ImportRecord[] {
  return names.map((name) => {
    const record = importNamed(name, imports);
    if (files.some(({ kind }) => kind === record.kind)) return record;
    throw new HesabuError('HESABU_USAGE', {
      where: '--replaces',
      expected: `a file of ${record.kind} that takes the place of import ${record.id}`,
      found: 'none',
      remedy: `Give the new file with --${record.kind}.`,
    });
  });
}

function importNamed(name: string, imports: Imports): ImportRecord {
  const counting = [...imports.all()].filter(isCounting);
  const byNumber = counting.find(({ id }) => String(id) === name);
  if (byNumber !== undefined) return byNumber;
  const byPath = counting.filter(({ file }) => file === name);
  const byName = counting.filter(({ file }) => basename(file) === basename(name));
  const found = byPath.length > 0 ? byPath : byName;
  if (found.length === 1) return found[0]!;
  if (found.length === 0) {
    throw new HesabuError('HESABU_NOT_FOUND', {
      where: `--replaces ${name}`,
      expected: 'a file that was imported and not withdrawn, or its number',
      remedy: LIST_REMEDY,
    });
  }
  const numbers = found.map(({ id }) => id).join(', ');
  throw new HesabuError('HESABU_USAGE', {
    where: `--replaces ${name}`,
    expected: 'one import',
    found: `several of that name: ${numbers}`,
    remedy: 'Give the number of one of them.',
  });
}

/** An import with rows in the log that somebody may still replace or withdraw. */
function isCounting({ status, withdrawn }: ImportRecord): boolean {
  return status !== 'refused' && withdrawn === undefined;
}

/** The import with this number, to withdraw it. Throws HESABU_NOT_FOUND, and HESABU_USAGE if nothing of it counts. */
export function importToWithdraw(number: string, imports: Imports): ImportRecord {
  const record = importOf(number, imports);
  if (isCounting(record)) return record;
  const found =
    record.status === 'refused' ? 'one that was refused: nothing of it was taken' : 'one that was withdrawn';
  throw new HesabuError('HESABU_USAGE', {
    where: `import ${record.id}`,
    expected: 'an import that counts',
    found,
    remedy: LIST_REMEDY,
  });
}

/** The import with this number. Throws HESABU_NOT_FOUND. */
export function importOf(number: string, imports: Imports): ImportRecord {
  const record = [...imports.all()].find(({ id }) => String(id) === number);
  if (record !== undefined) return record;
  throw new HesabuError('HESABU_NOT_FOUND', { where: `import ${number}`, remedy: LIST_REMEDY });
}
