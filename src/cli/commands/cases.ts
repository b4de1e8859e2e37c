// What `hesabu cases` prints: the cases of a directory by some filters, with their sums.

import { caseList, caseListJson, caseListText } from '../../app/case-list.ts';
import type { Language } from '../../domain/reason-words.ts';
import type { CaseFilter, CaseSort } from '../../projections/cases/case-question.ts';
import { wholeNumber } from '../terminal/whole-number.ts';

const LIMIT_MAX = 100_000;

/** One value of each filter. */
type OneOfEach = { readonly [Name in keyof CaseFilter]?: NonNullable<CaseFilter[Name]>[number] | undefined };

export interface RunCasesOptions extends OneOfEach {
  readonly data: string;
  readonly format: 'text' | 'json';
  readonly lang: Language;
  readonly sort: CaseSort;
  readonly limit: string;
}

export async function runCases({
  data,
  format,
  lang,
  sort,
  limit: asked,
  ...filter
}: RunCasesOptions): Promise<number> {
  const limit = wholeNumber('--limit', asked, 1, LIMIT_MAX);
  const lists: CaseFilter = Object.fromEntries(Object.entries(filter).map(([name, value]) => [name, [value]]));
  const page = await caseList(data, { filter: lists, sort, limit });
  if (format === 'json') process.stdout.write(`${JSON.stringify(caseListJson(page, limit))}\n`);
  else process.stdout.write(caseListText(page, limit, lang));
  return 0;
}
