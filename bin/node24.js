// Finds a Node that runs TypeScript (24 or newer), whatever the system has, and runs an entry file with it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// The first versions of Node 24 call SQLite and type stripping experimental; a user cannot change that.
const FLAGS = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];

// Most of what a request or a block makes is dropped with it: of the space for new objects that V8 would take for a
// service or a worker, nearly all is garbage. Only a flag limits it, since V8 reads it before any script runs.
const SERVICE_FLAGS = ['--max-semi-space-size=16'];

// What glibc's allocator keeps of freed memory; it reads this before anything runs. Each heap keeps its own, and not
// every thread needs one. What is large gets pages of its own, for in a heap what was freed would soon stay; from which
// size on, glibc would raise with each one that is freed. A worker drops such buffers as fast as it makes them.
const MEMORY = {
  serve: { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072' },
  worker: { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '4194304', MALLOC_TRIM_THRESHOLD_: '16777216' },
};

const EXIT_MACHINE = 4;
const isNew = Number(process.versions.node.split('.')[0]) >= 24;

/** The path of a Node of version 24 or newer: this process's, or the one from the npm package `node`. */
function nodePath() {
  if (isNew) return process.execPath;
  const found = packagedNode();
  if (found !== undefined && existsSync(found)) return found;
  return fail(`${process.version}, and no ${found ?? 'package node'}`);
}

/** Runs the file at the URL `entry`, in this process if Node is new enough, otherwise in a child process. */
export async function run(entry, args) {
  keepCompiledAtHome();
  if (!isNew) return runChild(entry, args);
  silenceExperimental();
  const memory = memoryOf(args);
  if (memory !== undefined) beginAgain(memory);
  module.enableCompileCache();
  // The entry reads its arguments from the second on, and some name themselves by the first.
  process.argv.splice(1, process.argv.length, fileURLToPath(entry), ...args);
  await import(entry.href);
}

/** Of a command that runs until it is stopped; undefined for every other. */
function memoryOf([command = '']) {
  return Object.hasOwn(MEMORY, command) ? MEMORY[command] : undefined;
}

/** Once, as the same process, with what its memory needs; what a user has set stays, and so does a user's flag. */
function beginAgain(memory) {
  const { execve, platform, execPath, execArgv, argv, env } = process;
  // V8 takes its flags with either sign between their words.
  const flags = [...execArgv, env.NODE_OPTIONS ?? ''].join(' ').replaceAll('_', '-');
  if (platform !== 'linux' || execve === undefined || flags.includes('--max-semi-space-size')) return;
  execve(execPath, [execPath, ...execArgv, ...SERVICE_FLAGS, ...argv.slice(1)], { ...memory, ...env });
}

/**
 * Starts the file at `path` under Node 24, on this process's stdout and stderr. The child ends with this process,
 * however that ends: nothing is written to the pipe, but the child sees its end.
 */
export function startChild(path, args, { stdin, flags = [], ...options }) {
  const child = fileURLToPath(new URL('./child.js', import.meta.url));
  return spawn(nodePath(), [...FLAGS, ...flags, child, path, ...args], {
    ...options,
    stdio: [stdin, 'inherit', 'inherit', 'pipe'],
  });
}

/** Passes terminal, signals and exit code through, so that the child acts as the command itself. */
function runChild(entry, args) {
  const memory = memoryOf(args);
  const flags = memory === undefined ? [] : SERVICE_FLAGS;
  const env = { ...memory, ...process.env };
  const child = startChild(fileURLToPath(entry), args, { stdin: 'inherit', flags, env });
  const handOn = (signal) => {
    // Ctrl-C reaches every process of the terminal; a second one from here would look like an impatient user.
    if (signal !== 'SIGINT' || !onTerminal()) child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, handOn);
  child.on('error', (error) => fail(error.message));
  child.on('exit', (code, signal) => {
    for (const one of signals) process.off(one, handOn);
    // Ending by the same signal lets a shell see that the command was killed, and by what.
    if (signal === null) process.exit(code);
    else process.kill(process.pid, signal);
  });
}

/**
 * What V8 compiled runs as it lies there, so nobody else may write it: by default Node keeps it in the folder for
 * temporary files, which is everybody's. Threads and child processes find the place in the environment.
 */
function keepCompiledAtHome() {
  const { XDG_CACHE_HOME: cache = '', NODE_COMPILE_CACHE: given } = process.env;
  if (given !== undefined) return;
  try {
    process.env.NODE_COMPILE_CACHE = join(isAbsolute(cache) ? cache : join(homedir(), '.cache'), 'hesabu');
  } catch {
    // Without a home nothing is kept.
    process.env.NODE_DISABLE_COMPILE_CACHE = '1';
  }
}

function packagedNode() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
  } catch {
    return undefined;
  }
}

function onTerminal() {
  return process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
}

/** Does for this process what the flag does for a new one. */
function silenceExperimental() {
  const emit = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    const type = typeof rest[0] === 'object' ? rest[0]?.type : rest[0];
    if (type !== 'ExperimentalWarning' && warning?.name !== 'ExperimentalWarning') emit(warning, ...rest);
  };
}

function fail(found) {
  process.stderr.write(
    `HESABU_NODE_MISSING: Node 24 is needed; found ${found}. Run npm ci, with install scripts allowed.\n`,
  );
  process.exit(EXIT_MACHINE);
}
