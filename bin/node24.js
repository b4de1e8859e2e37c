// Runs a TypeScript entry under the Node 24 that npm installed, whatever Node the system has.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const FLAGS = ['--disable-warning=ExperimentalWarning'];

/** The path of a Node of version 24 or newer: this process, or the one from the npm package `node`. */
export function nodePath() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const found = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
  if (existsSync(found)) return found;
  process.stderr.write(
    'HESABU_NODE_MISSING: Node 24 is needed, found ' +
      `${process.version} and no node_modules/node/bin/node. Run "npm ci" (with install scripts allowed).\n`,
  );
  process.exit(4);
}

/** Runs `entry` with `args`, hands signals on, and ends with its exit code. */
export function run(entry, args) {
  const child = spawn(nodePath(), [...FLAGS, entry, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal) process.kill(process.pid, signal);
    else process.exit(code ?? 4);
  });
}
