// The workbooks of the reports of days, as mails bring them along.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReaderLanguage } from '../../domain/language.ts';

/** The workbook in a language; null where the day has no report. */
export type ReportOf = (day: string, language: ReaderLanguage) => Promise<Buffer | null>;

/** `dir` is the data directory. A day that was reported before there was the language has its workbook in English. */
export function reportBooks(dir: string): ReportOf {
  const read = async (day: string, language: ReaderLanguage) => {
    try {
      return await readFile(join(dir, 'reports', day, language, 'report.xlsx'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  };
  return async (day, language) => (await read(day, language)) ?? (await read(day, 'en'));
}
