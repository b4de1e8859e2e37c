// What `hesabu mapping suggest` and `hesabu mapping check` print. Neither touches a ledger.

import { checkFile } from '../../app/mapping/check-file.ts';
import { checkJson, checkText } from '../../app/mapping/check-text.ts';
import { withGivenFile } from '../../app/mapping/given-file.ts';
import { suggestionJson } from '../../app/mapping/mapping-json.ts';
import { mappingText } from '../../app/mapping/mapping-text.ts';
import { suggestFile } from '../../app/mapping/suggest-file.ts';
import type { Language } from '../../domain/reason-words.ts';
import type { FileKind } from '../../producers/formats/format.ts';

interface Common {
  readonly kind?: FileKind;
  readonly provider?: string;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

export interface RunMappingSuggestOptions extends Common {
  readonly encoding?: string;
}

export interface RunMappingCheckOptions extends Common {
  readonly mapping?: string;
  readonly account?: string;
}

export async function runMappingSuggest(file: string, options: RunMappingSuggestOptions): Promise<number> {
  const { format, lang, kind, provider, encoding } = options;
  const suggestion = await withGivenFile(file, (path) => suggestFile(path, { kind, provider, encoding }));
  const text =
    format === 'json'
      ? `${JSON.stringify(suggestionJson(suggestion, lang))}\n`
      : mappingText(suggestion, { file, lang });
  process.stdout.write(text);
  return 0;
}

export async function runMappingCheck(file: string, options: RunMappingCheckOptions): Promise<number> {
  const { format, lang, ...about } = options;
  const checked = await withGivenFile(file, (path) => checkFile(path, about));
  process.stdout.write(format === 'json' ? `${JSON.stringify(checkJson(checked))}\n` : checkText(checked, lang));
  return 0;
}
