// The command lines that documents show: found in their code, and held against what the real command line takes.

import type { CommandHelp } from './command-help.ts';
import { codeBlocks, type Document, inlineCode } from './documents.ts';

const START = /^(?:\$ )?(?:HESABU_\w+=\S+ )*(?:npm run hesabu -- |node bin\/hesabu\.js |hesabu )(.*)$/;
/** A script that runs a command. */
const DEMO = /^(?:\$ )?npm run demo(?: -- (.*))?$/;

/** Every command line of a document, as the words after `hesabu`. */
export function commandLines(document: Document): string[][] {
  const lines = codeBlocks(document).flatMap(({ text }) => text.replaceAll('\\\n', ' ').split('\n'));
  return [...lines, ...inlineCode(document)].flatMap((line) => {
    const [code = ''] = line.replace(/^npm ci && /, '').split(/ +#/);
    const demo = DEMO.exec(code);
    if (demo !== null) return [['demo', ...wordsOf(demo[1] ?? '')]];
    const rest = START.exec(code)?.[1];
    // A command in capitals is for the reader to fill in.
    return rest === undefined || /^[A-Z]+\b/.test(rest) ? [] : [wordsOf(rest)];
  });
}

function wordsOf(line: string): string[] {
  return (line.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll(/^['"]|['"]$/g, ''));
}

/** What the command line would not take: a command or an option that it does not have. */
export function commandFaults(words: readonly string[], commands: readonly CommandHelp[]): string[] {
  const shown = `hesabu ${words.join(' ')}`;
  const plain = words.filter((word) => !word.startsWith('-'));
  const command = commands.find(({ name }) => name === plain[0] || name === `${plain[0]} ${plain[1]}`);
  if (command === undefined) {
    if (words.length === 1 && words[0] === '--version') return [];
    // A group in a sentence, such as `hesabu keys`, is known by its own commands.
    return commands.some(({ name }) => name.startsWith(`${plain[0]} `)) ? [] : [`${shown}: no such command`];
  }
  return words
    .filter((word) => word.startsWith('--') && word.length > 2)
    .flatMap((word) => (command.options.has(word.split('=')[0]!) ? [] : [`${shown}: no option ${word}`]));
}
