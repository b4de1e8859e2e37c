// YAML as people write it, without what only an attacker writes: aliases that grow without end, brackets in brackets.

import { parseDocument } from 'yaml';
import type { ErrorCode } from '../domain/error-codes.ts';
import { HesabuError } from '../domain/errors.ts';

const ALIASES_MAX = 100;

/** The content; undefined for an empty text. Throws an error of this code, which names the line. */
export function readYaml(text: string, path: string, code: ErrorCode): unknown {
  try {
    const document = parseDocument(text, { logLevel: 'error' });
    const [error] = document.errors;
    if (error === undefined) return document.toJS({ maxAliasCount: ALIASES_MAX }) ?? undefined;
    const [line] = error.linePos ?? [];
    const where = line === undefined ? path : `${path}:${line.line}`;
    throw new HesabuError(
      code,
      { where, expected: 'YAML', found: error.code.toLowerCase().replaceAll('_', ' ') },
      error,
    );
  } catch (error) {
    // The library's word for a bomb of aliases, and the stack's for a nesting that is too deep.
    if (!(error instanceof ReferenceError || error instanceof RangeError)) throw error;
    const found = 'too many aliases, or too deep a nesting';
    throw new HesabuError(code, { where: path, expected: 'plain YAML', found }, error);
  }
}
