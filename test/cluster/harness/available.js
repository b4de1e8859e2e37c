// Whether the tests with a broker and a registry can run here: both are given in the environment, or Docker is
// available, or Maven and Java are there to run them. Plain JavaScript, because it runs before anything that could
// read types is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What is missing, in words; undefined if nothing is. */
export function missingForKafka(env = process.env) {
  if (env.KAFKA_BROKERS !== undefined && env.REGISTRY_URL !== undefined) return undefined;
  if (dockerAnswers()) return undefined;
  const missing = missingForOwnServers(env);
  return missing === undefined ? undefined : `neither KAFKA_BROKERS and REGISTRY_URL nor Docker, and ${missing}`;
}

/** The tests that kill a broker, pause it or cut its connections, and so need one of their own. */
export function ownServerTests() {
  return ['away', 'outages', 'disturbances'].map((name) => `test/cluster/${name}.test.ts`);
}

/** What these tests miss: processes of their own, which come only from Maven. */
export function missingForOwnServers(env = process.env) {
  if (answer('mvn', ['--version']) === undefined) return 'no Maven';
  const version = Math.max(...javas(env).map(versionOf));
  return version >= 21 ? undefined : `no Java 21 or newer on the path, in JAVA_HOME or under /usr/lib/jvm`;
}

export function dockerAnswers() {
  return answers('docker', ['info']);
}

/** Whether a program can run successfully. */
export function answers(program, args) {
  return answer(program, args) !== undefined;
}

/** Every Java installed here. */
export function javas(env = process.env) {
  const folder = '/usr/lib/jvm';
  const homes = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  const all = [...(env.JAVA_HOME === undefined ? [] : [env.JAVA_HOME]), ...homes];
  return ['java', ...all.map((home) => join(home, 'bin', 'java')).filter((path) => existsSync(path))];
}

/**
 * The environment of a Java program. Java reads file names by the locale, and under the locale `C` finds no file whose
 * path has other than ASCII letters. macOS always has UTF-8, and no locale of this name.
 */
export function javaEnvironment() {
  return { ...process.env, LC_ALL: 'C.UTF-8' };
}

/** 0 without a version. */
export function versionOf(java) {
  return Number(/version "(\d+)/.exec(answer(java, ['-version']) ?? '')?.[1] ?? 0);
}

/** The output of a program on either stream; undefined if it cannot run. */
function answer(program, args) {
  const env = javaEnvironment();
  const { status, stdout, stderr } = spawnSync(program, args, {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return status === 0 ? `${stdout}${stderr}` : undefined;
}
