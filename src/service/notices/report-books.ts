// The workbooks of the reports of days, as mails bring them along.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LANGUAGES, type Language } from '../../domain/language.ts';

/** The workbook in a language, or in English where there is none; null where the day has no report. */
export type ReportOf = (day: string, language: string) => Promise<Buffer | null>;

/** `dir` is the data directory. */
export function reportBooks(dir: string): ReportOf {
  return async (day, language) => {
    const shown = LANGUAGES.includes(language as Language) ? language : 'en';
    try {
      return await readFile(join(dir, 'reports', day, shown, 'report.xlsx'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  };
}
