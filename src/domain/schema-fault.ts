// What a schema refuses, in our words: the field, what was expected there, and what was found.

import { quoted } from './quotation.ts';

/** What zod tells of a value that it refuses. */
export interface SchemaIssue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** The fields that the schema does not have. */
  readonly keys?: readonly string[];
  /** The type that the value should have had. */
  readonly expected?: unknown;
  /** The values that it should have had one of. */
  readonly values?: readonly unknown[];
  /** What is refused of a name, where the value has names of its own. */
  readonly issues?: readonly { readonly message: string }[];
}

export interface SchemaFault {
  /** The path with dots; '' for the whole. */
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}

export function schemaFault(issue: SchemaIssue, value: unknown): SchemaFault {
  const path = issue.path.map(String);
  const at = valueAt(value, issue.path);
  const [unknown] = issue.keys ?? [];
  if (issue.code === 'unrecognized_keys' && unknown !== undefined) {
    const found = foundText(valueAt(at, [unknown]));
    const expected = issue.message.startsWith('expected ') ? expectedText(issue) : 'no such field';
    return { field: [...path, unknown].join('.'), expected, found };
  }
  const [name] = issue.issues ?? [];
  if (issue.code === 'invalid_key' && name !== undefined) {
    return { field: path.join('.'), expected: expectedText(name), found: quoted(path.at(-1)!) };
  }
  return { field: path.join('.'), expected: expectedText(issue), found: foundText(at) };
}

function expectedText({ code, message, expected, values = [] }: Omit<SchemaIssue, 'path'>): string {
  // The schemas say themselves what they expect, where zod's words would not.
  if (message.startsWith('expected ')) return message.slice('expected '.length);
  if (code === 'invalid_type') return article(String(expected));
  if (code === 'invalid_value') return `one of ${values.map(String).join(', ')}`;
  return code === 'invalid_union' ? 'a value of another form' : message.replace(/^.*expected /, '');
}

function article(type: string): string {
  if (type === 'int') return 'a whole number';
  return /^[aio]/.test(type) ? `an ${type}` : `a ${type}`;
}

function foundText(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'string' ? quoted(value) : describe(value);
}

/** A value for people, without its content. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return value === null || value === undefined ? 'nothing' : `a ${typeof value}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((inner, name) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[name], value);
}
