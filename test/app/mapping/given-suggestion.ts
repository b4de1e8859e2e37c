// Takes a suggested mapping as a person does: answers its questions, and reads the file by what it then says.

import { mappingText } from '../../../src/app/mapping/mapping-text.ts';
import { suggestFile } from '../../../src/app/mapping/suggest-file.ts';
import { parseMappings } from '../../../src/producers/files/mapping-file.ts';
import type { FileKind } from '../../../src/producers/formats/format.ts';
import { DEFAULT_PROVIDER } from '../../../src/providers/default-provider.ts';
import { fileReading } from '../../../src/providers/registry.ts';
import { readPath, withFile } from '../../producers/import-helpers.ts';

/** What a question says, and what the line says that answers it. */
export type Answers = Readonly<Record<string, string>>;

const ASK = /^(\s*)# \? (.*)$/;
const ALTERNATIVE = /^[^\s:]+[^:]*: .* {2}# /;
const ABOVE = '# with the line above';

interface AnsweredText {
  readonly text: string;
  /** The questions, in their order. */
  readonly questions: readonly string[];
}

/** Takes the mark of a question off the lines that answer it, and deletes the other lines. */
export function answered(suggested: string, answers: Answers): AnsweredText {
  const questions: string[] = [];
  const lines: string[] = [];
  let wanted: string | undefined;
  let isTaken = false;
  for (const line of suggested.split('\n')) {
    const [, indent = '', said] = ASK.exec(line) ?? [];
    if (said === undefined) lines.push(line);
    else if (ALTERNATIVE.test(said)) {
      if (!said.endsWith(ABOVE)) isTaken = wanted !== undefined && said.includes(wanted);
      if (isTaken) lines.push(indent + said);
    } else {
      questions.push(said);
      wanted = Object.entries(answers).find(([part]) => said.includes(part))?.[1];
      isTaken = false;
    }
  }
  return { text: lines.join('\n'), questions };
}

/** What the file becomes by the mapping that is suggested for it, once its questions are answered. */
export async function readAsSuggested(
  content: string | Buffer,
  answers: Answers = {},
  options: { readonly kind?: FileKind; readonly provider?: string } = {},
) {
  return withFile(content, async (path) => {
    const suggestion = await suggestFile(path, options);
    const { kind } = suggestion;
    const { text, questions } = answered(mappingText(suggestion, { file: 'given.txt', lang: 'en' }), answers);
    const mapping = parseMappings(text, 'suggested')[kind]!;
    const provider = mapping.provider ?? DEFAULT_PROVIDER;
    const reading = await readPath(kind, path, { provider, ...fileReading(provider, kind, mapping) });
    return { ...reading, kind, questions, text, named: suggestion.named };
  });
}
