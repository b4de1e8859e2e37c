// What `hesabu statement` prints: the statements of a day, or the rows behind one of their lines.

import { statementLine, statementOfDay } from '../../app/statements/statement.ts';
import { drillText, statementText } from '../../app/statements/statement-text.ts';
import type { Language } from '../../domain/reason-words.ts';

export interface RunStatementOptions {
  readonly data: string;
  readonly merchant?: string;
  readonly provider?: string;
  readonly currency?: string;
  readonly drill?: string;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

export async function runStatement(day: string, options: RunStatementOptions): Promise<number> {
  const { format, lang, drill, ...asked } = options;
  const print = (text: string) => process.stdout.write(`${text}\n`);
  if (drill === undefined) {
    const found = await statementOfDay({ ...asked, day });
    print(format === 'json' ? JSON.stringify(found) : statementText(found, { lang, target: process.stdout }));
    return 0;
  }
  const found = await statementLine({ ...asked, day }, drill);
  print(format === 'json' ? JSON.stringify(found) : drillText(found, lang));
  return 0;
}
