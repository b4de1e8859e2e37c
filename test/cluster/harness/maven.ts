// Java programs from Maven, kept in .cache/ between runs: the broker's jars and the registry's archive.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { javaEnvironment, javas, versionOf } from './available.js';

const run = promisify(execFile);
const HERE = fileURLToPath(new URL('.', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../.cache/', import.meta.url));
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1';
const REGISTRY = 'io.apicurio:apicurio-registry-app:3.3.3:tar.gz:all';

/** The folder of the broker's jars. */
export function brokerJars(): Promise<string> {
  return cached('kafka-4.4.0', async (target) => {
    await maven([`${COPY}:copy-dependencies`, '-f', join(HERE, 'pom.xml'), `-DoutputDirectory=${target}`]);
  });
}

/** The folder of `quarkus-run.jar`. */
export function registryFolder(): Promise<string> {
  return cached('apicurio-3.3.3', async (target) => {
    await maven([`${COPY}:copy`, `-Dartifact=${REGISTRY}`, `-DoutputDirectory=${target}`]);
    const [archive] = readdirSync(target);
    await run('tar', ['-xzf', join(target, archive!), '-C', target]);
    rmSync(join(target, archive!));
  });
}

/** A JDK of at least this version: from the path, JAVA_HOME, or /usr/lib/jvm. */
export function java(version: number): string {
  const found = javas().find((path) => versionOf(path) >= version);
  if (found === undefined)
    throw new Error(`no Java ${version} or newer is on the path, in JAVA_HOME or under /usr/lib/jvm`);
  return found;
}

async function maven(args: readonly string[]): Promise<void> {
  await run('mvn', ['-q', '-B', ...args], { cwd: HERE, env: javaEnvironment() });
}

/** Made under another name first, so that an interrupted download is not used. */
async function cached(name: string, make: (target: string) => Promise<void>): Promise<string> {
  const target = join(CACHE, name);
  if (existsSync(target)) return target;
  const making = `${target}.${process.pid}`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  await make(making);
  if (existsSync(target)) rmSync(making, { recursive: true });
  else renameSync(making, target);
  return target;
}
