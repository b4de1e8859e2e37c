// What `hesabu trace` prints: everything about one payment, or the payments that share the name.

import { traceName } from '../../app/trace/trace.ts';
import { traceJson } from '../../app/trace/trace-json.ts';
import { traceText } from '../../app/trace/trace-text.ts';
import type { Language } from '../../domain/reason-words.ts';

export interface RunTraceOptions {
  readonly data: string;
  readonly format: 'text' | 'json';
  readonly lang: Language;
  /** Text: everything, however much one reference has. JSON always has everything. */
  readonly all?: true;
}

export async function runTrace(name: string, { data, format, lang, all }: RunTraceOptions): Promise<number> {
  const trace = await traceName(data, name);
  if (format === 'json') process.stdout.write(`${JSON.stringify(traceJson(trace, lang))}\n`);
  else process.stdout.write(traceText(trace, { lang, target: process.stdout, all: all === true }));
  return 0;
}
