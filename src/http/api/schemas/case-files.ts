// The list of cases as files, and what a workbook that comes back would come to.

import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../../../domain/error-codes.ts';
import { CASE_SORTS } from '../../../projections/cases/case-question.ts';
import { amount, language, named, text } from './basic.ts';
import { CaseFilters } from './cases.ts';

export const CaseFileQuery = CaseFilters.extend({ sort: z.enum(CASE_SORTS).default('oldest'), lang: language });

export const BookQuery = z.strictObject({
  /** What messages call it. */
  name: text.optional(),
  /** The token of the dry run of exactly this file: only then anything is done. */
  confirm: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'expected the token of a dry run')
    .optional(),
});

export const CaseBookPreview = named(
  'CaseBookPreview',
  z.strictObject({
    /** Rows that say something. */
    rows: z.int(),
    /** Rows of cases that say nothing. */
    blank: z.int(),
    /** How many would be done, and of each kind. */
    count: z.int(),
    acts: z.strictObject({ assign: z.int(), note: z.int(), propose: z.int() }),
    value: z.array(z.strictObject({ currency: z.string(), amount })),
    needs_approval: z.int(),
    unchanged: z.int(),
    /** The first 1,000, by the row of the sheet. */
    refused: z.array(
      z.strictObject({
        line: z.int(),
        case: z.string().nullable(),
        code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
        message: z.string(),
      }),
    ),
    /** Null where nothing would be done. */
    token: z.string().nullable(),
  }),
);
