// The schemas of requests and answers. Each is written once: it validates requests, tests check answers by it, and the
// OpenAPI document shows it. Money is a decimal text and time an ISO 8601 text, everywhere. This file has the basic
// schemas that the others use.

import { z } from 'zod';
import { STANDINGS } from '../../../domain/assessment.ts';
import { ERROR_CODES, type ErrorCode } from '../../../domain/error-codes.ts';
import { normaliseReference } from '../../../domain/key.ts';
import { LANGUAGES } from '../../../domain/reason-words.ts';
import { REASONS, type ReasonCode } from '../../../domain/reasons.ts';
import { isDate } from '../../../domain/time.ts';

/** The schemas that have a name in the OpenAPI document. */
export const COMPONENTS = z.registry<{ id: string; description?: string }>();

export function named<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  COMPONENTS.add(schema, { id });
  return schema;
}

const TEXT_LENGTH_MAX = 256;
const TIME_PATTERN =
  '^20([1-8]\\d|0[1-9]|9[0-8])-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})$';

export const text = z
  .string('expected a text')
  .min(1, 'expected a text that is not empty')
  .max(TEXT_LENGTH_MAX, `expected at most ${TEXT_LENGTH_MAX} characters`);
export const amount = z
  .string('expected a decimal as a text, such as "1250.00"')
  .max(40, 'expected a decimal of at most 40 characters')
  .regex(/^-?\d+(\.\d+)?$/, 'expected a plain decimal such as "1250.00"')
  .meta({ examples: ['1250.00'] });
/** Of a request. The document shows a narrower form than is read: so a fault of an amount has a code of its own. */
export const askedAmount = amount.meta({ pattern: '^(?=.*[1-9])\\d{1,15}(\\.\\d{1,4})?$', examples: ['1250.00'] });
export const currency = z
  .string('expected an ISO 4217 code')
  .regex(/^[A-Z]{3}$/, 'expected an ISO 4217 code such as KES')
  .meta({ examples: ['KES'] });
export const country = z
  .string('expected an ISO 3166 code')
  .regex(/^[A-Z]{2}$/, 'expected an ISO 3166 code such as KE')
  .meta({ examples: ['KE'] });
/** The form in a request. The document shows the years that a claim may have. */
export const time = z.iso
  .datetime({ offset: true, error: 'expected an ISO 8601 time with an offset or Z' })
  .meta({ pattern: TIME_PATTERN, examples: ['2026-01-31T12:00:00+03:00'] });
/** The form in an answer. */
export const instant = z.iso.datetime();
export const day = z
  .string()
  .refine(isDate, 'expected a date such as 2026-01-31')
  .meta({ format: 'date', examples: ['2026-01-31'] });
export const language = z.enum(LANGUAGES).default('en');
export const merchantName = text.trim().meta({ examples: ['savanna-crafts'] });
/** The normalised key of a reference. A text that cannot be a key stays as it is, and is not found. */
export const reference = text
  .overwrite((written) => normaliseReference(written) ?? written)
  .meta({ examples: ['SC-1042'] });
export const reason = z.enum(Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]]);
export const standing = z.enum(STANDINGS);
export const message = z.strictObject({ en: z.string(), 'zh-CN': z.string() });

/** A whole number in a query, where every value is text: the document shows the number. */
export function count(least: number, most: number, otherwise: number) {
  const expected = `expected a whole number from ${least} to ${most}`;
  const digits = z.string().regex(/^\d{1,9}$/, expected);
  return digits
    .transform(Number)
    .pipe(z.int().min(least, expected).max(most, expected))
    .prefault(String(otherwise))
    .meta({ type: 'integer', minimum: least, maximum: most, pattern: undefined });
}

/** RFC 9457, with a HESABU_ code. */
export const Problem = named(
  'Problem',
  z.strictObject({
    /** A URI, which RFC 9457 wants absolute; the code at its end has its chapter in ERRORS.md. */
    type: z
      .string()
      .regex(/^urn:hesabu:error:HESABU_[A-Z_]+$/)
      .meta({ format: 'uri', examples: ['urn:hesabu:error:HESABU_NOT_FOUND'] }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
    request_id: z.string(),
    where: z.string().optional(),
    expected: z.string().optional(),
    found: z.string().optional(),
  }),
);

/** Of how many facts of an answer the row in their file is wanted. */
export const fileRowCount = count(0, 100, 0);
