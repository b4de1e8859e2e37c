// Validates a request strictly by the schemas of its route: an unknown field is a fault, and no value is converted into
// another type.

import type { z } from 'zod';
import { HesabuError } from '../../domain/errors.ts';
import { describe } from '../../producers/files/json-text.ts';
import { quoted } from '../../producers/formats/row.ts';
import { duplicateKey } from '../../producers/webhooks/duplicate-keys.ts';

/** `part` stands before a field's name in a fault: `query`, `path`; empty for the body. */
export function readPart(schema: z.ZodType | undefined, value: unknown, part: string): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(result.error.issues[0]!, value, part);
}

/**
 * Throws HESABU_REQUEST_INVALID if the bytes are not JSON in UTF-8, or name a field twice. A missing body is an empty
 * object.
 */
export function readJson(bytes: Buffer | undefined): unknown {
  if (bytes === undefined || bytes.length === 0) return {};
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new HesabuError('HESABU_REQUEST_INVALID', { where: 'body', expected: 'UTF-8', found: 'other bytes' });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const found = (error as Error).message;
    throw new HesabuError('HESABU_REQUEST_INVALID', { where: 'body', expected: 'JSON', found });
  }
  const twice = duplicateKey(text);
  if (twice === undefined) return value;
  throw new HesabuError('HESABU_REQUEST_INVALID', { where: quoted(twice), expected: 'each field once', found: 'two' });
}

function invalid(issue: z.core.$ZodIssue, value: unknown, part: string): HesabuError {
  const path = issue.path.map(String);
  const at = path.length === 0 ? value : valueAt(value, issue.path);
  if (issue.code === 'unrecognized_keys') {
    const field = [...path, issue.keys[0]!].join('.');
    return fault(part, field, 'no field of this name', foundOf(valueAt(at, [issue.keys[0]!])));
  }
  return fault(part, path.join('.'), expectedOf(issue), foundOf(at));
}

function fault(part: string, field: string, expected: string, found: string): HesabuError {
  const where = [part, field].filter((name) => name !== '').join('.') || 'body';
  return new HesabuError('HESABU_REQUEST_INVALID', { where, expected, found });
}

function expectedOf(issue: z.core.$ZodIssue): string {
  // The schemas carry their own texts for what they expect, where zod's are not clear.
  if (issue.message.startsWith('expected ')) return issue.message.slice('expected '.length);
  if (issue.code === 'invalid_type') return article(issue.expected);
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  return issue.message;
}

function article(type: string): string {
  if (type === 'int' || type === 'object') return type === 'int' ? 'a whole number' : 'an object';
  return type === 'array' ? 'an array' : `a ${type}`;
}

function foundOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'string' ? quoted(value) : describe(value);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((inner, name) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[name], value);
}
