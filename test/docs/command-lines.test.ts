// The command lines that the documents show are ones that the real command line takes.

import { beforeAll, describe, expect, test } from 'vitest';
import { type CommandHelp, readCommands } from './command-help.ts';
import { commandFaults, commandLines } from './command-lines.ts';
import { documentOf, documents } from './documents.ts';

let commands: readonly CommandHelp[];

beforeAll(() => {
  commands = readCommands();
});

describe('command lines in documents', () => {
  test('name commands and options that there are', () => {
    const lines = documents().flatMap((document) => commandLines(document));
    expect(lines.length).toBeGreaterThan(40);
    expect([...new Set(lines.flatMap((words) => commandFaults(words, commands)))]).toEqual([]);
  });

  test('show every command somewhere', () => {
    const lines = documents().flatMap((document) => commandLines(document));
    const shown = new Set(lines.flatMap(([first = '', second = '']) => [first, `${first} ${second}`]));
    expect(commands.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
  });
});

describe('the checker', () => {
  const read = (text: string) => commandLines(documentOf('docs/one.md', text));

  test('reads code in sentences and in blocks, over several lines, without comments', () => {
    const block =
      '```sh\n$ npm run hesabu -- report --data books \\\n  --out x   # writes\nnpm ci && npm run demo\nls\n```\n';
    expect(read(`\`hesabu keys list --data 'my books'\` and \`npm run demo -- --live\`\n${block}`)).toEqual([
      ['report', '--data', 'books', '--out', 'x'],
      ['demo'],
      ['keys', 'list', '--data', 'my books'],
      ['demo', '--live'],
    ]);
  });

  test('finds a command and an option that there are not', () => {
    const faults = (line: string) => commandFaults(line.split(' '), commands);
    expect(faults('report --data books --out x')).toEqual([]);
    expect(faults('keys create --data books')).toEqual([]);
    expect(faults('keys')).toEqual([]);
    expect(faults('recount --data books')).toEqual(['hesabu recount --data books: no such command']);
    expect(faults('report --dir x')).toEqual(['hesabu report --dir x: no option --dir']);
  });
});
