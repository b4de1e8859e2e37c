// Which version of Hesabu this is: package.json says it, and is read only where somebody asks.

import { readFileSync } from 'node:fs';
import { type Command, CommanderError } from 'commander';

export function programVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  return version;
}

/** The command line with `--version`, which ends it without an error. */
export function withVersion(program: Command): Command {
  return program.option('--version', 'print the version').on('option:version', () => {
    process.stdout.write(`${programVersion()}\n`);
    throw new CommanderError(0, 'commander.version', '');
  });
}
