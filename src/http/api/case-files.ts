// The list of cases as files for people, as a port: the composition root provides it, since reports are made there.

import type { Readable } from 'node:stream';
import type { Language } from '../../domain/language.ts';
import type { Instant } from '../../domain/time.ts';
import type { ListedCase } from '../../projections/cases/case-question.ts';

export interface CaseFileOptions {
  readonly lang: Language;
  /** Of the rules: in it people read times. */
  readonly zone: string;
  readonly at: Instant;
}

export interface CaseFiles {
  /** With columns in which people decide, and a fingerprint by which each row is known again. */
  workbook(rows: readonly ListedCase[], options: CaseFileOptions): Readable;
  csv(rows: readonly ListedCase[], options: CaseFileOptions): Readable;
}
