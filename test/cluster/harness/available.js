// Whether the tests that need a broker and a registry can run here: both are named in the environment, or a Docker
// engine answers, or Maven and Java are there to run them. Plain JavaScript: it is asked before anything is installed
// that could read types.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What is missing, in words; undefined where nothing is. */
export function missingForKafka(env = process.env) {
  if (env.KAFKA_BROKERS !== undefined && env.REGISTRY_URL !== undefined) return undefined;
  if (dockerAnswers()) return undefined;
  const missing = missingForOwnServers(env);
  return missing === undefined ? undefined : `neither KAFKA_BROKERS and REGISTRY_URL nor Docker, and ${missing}`;
}

/** Those that kill a broker, stop it or cut its connections, and so need one of their own. */
export function ownServerTests() {
  return ['test/cluster/away.test.ts', 'test/cluster/disturbed.test.ts'];
}

/** What these miss: processes of our own, which come from Maven alone. */
export function missingForOwnServers(env = process.env) {
  if (answer('mvn', ['--version']) === undefined) return 'no Maven';
  const version = Math.max(...javas(env).map(versionOf));
  return version >= 21 ? undefined : `no Java 21 or newer on the path, in JAVA_HOME or under /usr/lib/jvm`;
}

export function dockerAnswers() {
  return answers('docker', ['info']);
}

/** Whether a program can be run and is content. */
export function answers(program, args) {
  return answer(program, args) !== undefined;
}

/** Every Java that is to be found here. */
export function javas(env = process.env) {
  const folder = '/usr/lib/jvm';
  const homes = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  const all = [...(env.JAVA_HOME === undefined ? [] : [env.JAVA_HOME]), ...homes];
  return ['java', ...all.map((home) => join(home, 'bin', 'java')).filter((path) => existsSync(path))];
}

/**
 * What a Java program runs in. It takes names of files by the locale's letters, and under the locale `C` finds no file
 * whose path has others than ASCII; macOS always has UTF-8, and no locale of this name.
 */
export function javaEnvironment() {
  return { ...process.env, LC_ALL: 'C.UTF-8' };
}

/** 0 where it gives none. */
export function versionOf(java) {
  return Number(/version "(\d+)/.exec(answer(java, ['-version']) ?? '')?.[1] ?? 0);
}

/** What a program says, wherever it says it; undefined where it cannot be run. */
function answer(program, args) {
  const env = javaEnvironment();
  const { status, stdout, stderr } = spawnSync(program, args, {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return status === 0 ? `${stdout}${stderr}` : undefined;
}
