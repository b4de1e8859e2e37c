// The files that the command line names: each with its kind, what is expected of it, and the standard input as a file.

import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { HesabuError } from '../domain/errors.ts';
import type { InputFile } from '../engine/import-plan.ts';
import { EXPECTATION_FORM, type Expectation, parseExpectation } from '../producers/files/expectation.ts';
import { requireRegular } from '../producers/files/file-chunks.ts';
import { STANDARD_INPUT } from '../producers/files/standard-input.ts';
import { FILE_KINDS, type FileKind } from '../producers/formats/format.ts';

export interface InputFileOptions extends Partial<Readonly<Record<FileKind, readonly string[]>>> {
  /** What is expected of the files, each as `FILE:rows=N,sum=KES:1750.00`; without a name where there is one file. */
  readonly expect?: readonly string[];
}

/** Throws HESABU_USAGE without a file, for the standard input twice, and for what is expected of no given file. */
export function inputFiles(options: InputFileOptions): InputFile[] {
  const files = FILE_KINDS.flatMap((kind) => (options[kind] ?? []).map((path): InputFile => ({ path, kind })));
  if (files.length === 0) {
    const expected = 'at least one of --orders, --callbacks, --polls, --settlements, --bank';
    throw new HesabuError('HESABU_USAGE', { expected });
  }
  if (files.filter(({ path }) => path === STANDARD_INPUT).length > 1) {
    const detail = { where: STANDARD_INPUT, expected: 'the standard input once', found: 'it twice' };
    throw new HesabuError('HESABU_USAGE', detail);
  }
  const expected = new Map<InputFile, Expectation>();
  for (const text of options.expect ?? []) {
    const [file, expectation] = expectationOf(text, files);
    if (expected.has(file)) {
      throw new HesabuError('HESABU_USAGE', { where: `--expect ${text}`, expected: 'one for each file', found: 'two' });
    }
    expected.set(file, expectation);
  }
  return files.map((file) => ({ ...file, expected: expected.get(file) }));
}

/** The file's name ends where the first part of what is expected begins. */
const NAMED = /^(.+):((?:rows|sum|fees)=.*)$/s;

function expectationOf(text: string, files: readonly InputFile[]): [InputFile, Expectation] {
  const where = `--expect ${text}`;
  const [, name, rest = text] = NAMED.exec(text) ?? [];
  const expectation = parseExpectation(rest);
  if (expectation === undefined) {
    throw new HesabuError('HESABU_USAGE', { where, expected: `FILE:${EXPECTATION_FORM}` });
  }
  const named = name === undefined ? files : filesNamed(name, files);
  if (named.length === 1) return [named[0]!, expectation];
  throw new HesabuError('HESABU_USAGE', {
    where,
    expected: 'the name of one of the given files, and a colon',
    found: name === undefined ? 'no name, and several files' : `a name that ${named.length} files have`,
  });
}

function filesNamed(name: string, files: readonly InputFile[]): readonly InputFile[] {
  const byPath = files.filter(({ path }) => path === name);
  return byPath.length > 0 ? byPath : files.filter(({ path }) => basename(path) === name);
}

/** Every file must exist before the first is read. Returns the bytes of all that are on disk. */
export function checkFiles(files: readonly InputFile[]): number {
  let bytes = 0;
  for (const { path } of files) {
    if (path === STANDARD_INPUT) continue;
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) throw new HesabuError('HESABU_FILE_MISSING', { where: path });
    requireRegular(stat, path);
    bytes += stat.size;
  }
  return bytes;
}
