// Validates a request strictly by the schemas of its route: an unknown field is a fault, and no value is converted into
// another type.

import { z } from 'zod';
import { HesabuError } from '../../../domain/errors.ts';
import { quoted } from '../../../domain/quotation.ts';
import { schemaFault } from '../../../domain/schema-fault.ts';
import { duplicateName } from '../../../producers/files/duplicate-names.ts';

/** `part` stands before a field's name in a fault: `query`, `path`; empty for the body. */
export function readPart(schema: z.ZodType | undefined, value: unknown, part: string): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { field, expected, found } = schemaFault(result.error.issues[0]!, value);
  const where = [part, field].filter((name) => name !== '').join('.') || 'body';
  throw new HesabuError('HESABU_REQUEST_INVALID', { where, expected, found });
}

/** A query as its schema has it: what may be named again and again is a list, also where it was named once. */
export function queryOf(schema: z.ZodObject | undefined, given: unknown): unknown {
  const lists = Object.entries(schema?.shape ?? {}).filter(([, member]) => isList(member as z.ZodType));
  if (lists.length === 0) return given;
  const query: Record<string, unknown> = { ...(given as object) };
  for (const [name] of lists) if (typeof query[name] === 'string') query[name] = [query[name]];
  return query;
}

function isList(schema: z.ZodType): boolean {
  return schema instanceof z.ZodOptional ? isList(schema.unwrap() as z.ZodType) : schema instanceof z.ZodArray;
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
  const twice = duplicateName(text);
  if (twice === undefined) return value;
  throw new HesabuError('HESABU_REQUEST_INVALID', { where: quoted(twice), expected: 'each field once', found: 'two' });
}
