// A broker and a schema registry for single tests, on loopback, each a process that its creator ends.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { freePort } from '../../free-port.ts';
import { javaEnvironment } from './available.js';
import { brokerJars, java, registryFolder } from './maven.ts';

const run = promisify(execFile);
const READY_MILLIS = 300_000;

export interface Broker extends OwnServer {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** The ports for clients that go through proxies, in their order. */
  readonly proxiedPorts: readonly number[];
}

/** A process that can fail and come back. */
export interface OwnServer {
  readonly process: () => ChildProcess;
  /** At once, like a machine failure. */
  kill(): Promise<void>;
  /** Again on the same port and files; resolves when it answers. */
  start(): Promise<void>;
  /** Ends it and removes its files. */
  remove(): Promise<void>;
}

export interface BrokerOptions {
  readonly properties?: Readonly<Record<string, string>>;
  /** The ports of proxies: each has a listener of its own that tells its clients to connect there. */
  readonly proxies?: readonly number[];
}

export async function startBroker({ properties: more = {}, proxies = [] }: BrokerOptions = {}): Promise<Broker> {
  const [jars, program] = [await brokerJars(), java(17)];
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-broker-'));
  const [port, controller] = [await freePort(), await freePort()];
  const proxied: { port: number; proxy: number }[] = [];
  for (const proxy of proxies) proxied.push({ port: await freePort(), proxy });
  const properties = join(dir, 'server.properties');
  const all = Object.entries({ ...propertiesOf(dir, port, controller, proxied), ...more });
  writeFileSync(properties, all.map(([key, value]) => `${key}=${value}\n`).join(''));
  const classes = ['-cp', join(jars, '*')];
  const tool = [...classes, 'kafka.tools.StorageTool'];
  const env = { ...javaEnvironment(), LOG_DIR: dir };
  const { stdout: id } = await run(program, [...tool, 'random-uuid'], { env });
  await run(program, [...tool, 'format', '-t', id.trim(), '-c', properties], { env });
  const address = `127.0.0.1:${port}`;
  const server = ownServer(
    dir,
    () => spawn(program, ['-Xms256m', '-Xmx1g', ...classes, 'kafka.Kafka', properties], { stdio: 'ignore', env }),
    (child) => brokerAnswers(address, child),
  );
  await server.start();
  return { ...server, address, proxiedPorts: proxied.map((one) => one.port) };
}

/** A server with its files in a directory of its own. */
function ownServer(
  dir: string,
  spawned: () => ChildProcess,
  answers: (child: ChildProcess) => Promise<void>,
): OwnServer {
  let child: ChildProcess;
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  return {
    process: () => child,
    kill,
    start: () => {
      child = spawned();
      return answers(child);
    },
    remove: async () => {
      await kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export function propertiesOf(
  dir: string,
  port: number,
  controller: number,
  proxied: readonly { readonly port: number; readonly proxy: number }[] = [],
): Record<string, string | number> {
  const listeners = proxied.map((one, at) => `,PROXIED${at}://127.0.0.1:${one.port}`).join('');
  const advertised = proxied.map(({ proxy }, at) => `,PROXIED${at}://127.0.0.1:${proxy}`).join('');
  const plain = proxied.map((_, at) => `,PROXIED${at}:PLAINTEXT`).join('');
  return {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}${listeners}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}${advertised}`,
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': `CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT${plain}`,
    'log.dirs': join(dir, 'data'),
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 8,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 8,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'auto.create.topics.enable': 'false',
  };
}

/** Its port answers before its coordinators do. */
export async function brokerAnswers(address: string, child?: ChildProcess): Promise<void> {
  const kafka = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
  for (const began = Date.now(); Date.now() - began < READY_MILLIS; await sleep(200)) {
    if (typeof child?.exitCode === 'number') throw new Error(`the broker ended with ${child.exitCode}`);
    const admin = kafka.admin();
    try {
      await admin.connect();
      await admin.listGroups();
      return;
    } catch {
      // Not yet.
    } finally {
      await admin.disconnect().catch(() => {});
    }
  }
  throw new Error('the broker did not answer');
}

export interface Registry extends OwnServer {
  readonly url: string;
  readonly port: number;
}

export async function startRegistry(): Promise<Registry> {
  const [folder, program] = [await registryFolder(), java(21)];
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-registry-'));
  const [port, management] = [await freePort(), await freePort()];
  const jar = readdirSync(folder, { recursive: true }).find((path) => String(path).endsWith('quarkus-run.jar'));
  const settings = {
    ...{ 'quarkus.http.host': '127.0.0.1', 'quarkus.http.port': port },
    ...{ 'quarkus.management.host': '127.0.0.1', 'quarkus.management.port': management },
    // What was answered is on the disk.
    'apicurio.datasource.url': `jdbc:h2:file:${join(dir, 'registry')};WRITE_DELAY=0`,
  };
  const defined = Object.entries(settings).map(([name, value]) => `-D${name}=${value}`);
  const args = ['-Xmx512m', ...defined, '-jar', join(folder, String(jar))];
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7/`;
  const server = ownServer(
    dir,
    () => spawn(program, args, { stdio: 'ignore', cwd: folder, env: javaEnvironment() }),
    (child) => registryAnswers(url, child),
  );
  await server.start();
  return { ...server, url, port };
}

async function registryAnswers(url: string, child: ChildProcess): Promise<void> {
  for (const began = Date.now(); ; await sleep(200)) {
    if (child.exitCode !== null) throw new Error(`the registry ended with ${child.exitCode}`);
    const answer = await fetch(`${url}subjects`).catch(() => undefined);
    if (answer?.ok === true) return;
    if (Date.now() - began > READY_MILLIS) throw new Error('the registry did not answer');
  }
}
