// What the real command line says of itself: `--help` of every command, read into commands and options.

import { execFileSync } from 'node:child_process';
import { MAIN } from '../program.ts';

export interface CommandHelp {
  /** As it is called, such as `keys create`. */
  readonly name: string;
  readonly description: string;
  /** Its long options, such as `--data`, and whether each takes a value. */
  readonly options: ReadonlyMap<string, boolean>;
  readonly text: string;
}

let read: readonly CommandHelp[] | undefined;

/** The commands in the order of the help, each group followed by its own. They are asked once. */
export function readCommands(): readonly CommandHelp[] {
  read ??= askCommands();
  return read;
}

function askCommands(): CommandHelp[] {
  return namesIn(helpOf([])).flatMap((name) => {
    const help = readHelp([name]);
    const inner = namesIn(help.text).map((one) => readHelp([name, one]));
    return inner.length === 0 ? [help] : inner;
  });
}

/** What commander prints for a command and its options. */
function helpOf(command: readonly string[]): string {
  const args = ['--disable-warning=ExperimentalWarning', MAIN, ...command, '--help'];
  return execFileSync(process.execPath, args, { encoding: 'utf8' });
}

function readHelp(command: readonly string[]): CommandHelp {
  const text = helpOf(command);
  const [, paragraph = ''] = text.split('\n\n');
  const options = new Map<string, boolean>();
  for (const [, name, value] of text.matchAll(/^ +(?:-\w, )?(--[\w-]+)( [<[])?/gm)) {
    options.set(name!, value !== undefined);
  }
  return { name: command.join(' '), description: paragraph.replaceAll('\n', ' '), options, text };
}

/** The commands that a help lists, without `help` itself. */
function namesIn(help: string): string[] {
  const [, list = ''] = help.split(/^Commands:\n/m);
  return [...list.matchAll(/^ {2}([\w-]+)/gm)].map(([, name]) => name!).filter((name) => name !== 'help');
}
