// The deployment matches the product: its services and commands, the metrics of the dashboard, and the files that the
// image copies. If Docker's client is available, the composition must be valid.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { KeyStore } from '../../src/http/access/key-store.ts';
import { METRICS } from '../../src/runtime/meter.ts';
import { readConfig } from '../../src/service/config/config-file.ts';
import { checkListen } from '../../src/service/config/listen-rule.ts';
import { KAFKA_IMAGE, REGISTRY_IMAGE } from '../cluster/harness/images.ts';
import { MAIN } from '../program.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const textOf = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8');

interface Service {
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly restart?: string;
  readonly healthcheck?: { readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly image?: string;
  readonly read_only?: boolean;
}

const { services } = parse(textOf('docker-compose.yml'), { merge: true }) as { services: Record<string, Service> };
const ours = Object.entries(services).filter(([, { image }]) => image === 'hesabu');

/** The container has `node` on its path. */
function pathWithNode() {
  return { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
}

function composeIsThere(): boolean {
  try {
    execFileSync('docker', ['compose', 'version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('docker-compose.yml', () => {
  test('has the service and its key, two workers, the mirror and the topics, each with a command that there is', () => {
    expect(ours.map(([name]) => name).sort()).toEqual(['key', 'mirror', 'serve', 'topics', 'worker-1', 'worker-2']);
    const help = execFileSync(process.execPath, [MAIN, '--help'], { encoding: 'utf8' });
    for (const [name, { command, entrypoint, read_only }] of ours) {
      const verb = entrypoint === undefined ? command![0] : /main\.ts (\S+)/.exec(command![0]!)?.[1];
      expect(help, name).toMatch(new RegExp(`^  ${verb} `, 'm'));
      expect(read_only, name).toBe(true);
    }
  });

  test('listens on loopback only, and mounts files that are there', () => {
    for (const { ports = [], volumes = [] } of Object.values(services)) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
      for (const volume of volumes) {
        const [from] = volume.split(':') as [string];
        if (from.startsWith('./')) expect(existsSync(`${ROOT}${from}`), volume).toBe(true);
      }
    }
  });

  test('makes a key before the service starts, which listens beyond loopback', async () => {
    const dir = mkdtempSync(join(tmpdir(), "hesabu deploy, été, $HOME's-"));
    const { entrypoint, command, environment } = services.key!;
    expect(environment!.BOOKS).toBe('/data/books');
    // The line as it is written, where `$$` is Compose's way to write `$`; what differs is in its environment.
    const line = command![0]!.replaceAll('$$', '$');
    const env = { ...pathWithNode(), BOOKS: `${dir}/books` };
    const made = () =>
      execFileSync(entrypoint![0]!, [...entrypoint!.slice(1), line], { encoding: 'utf8', cwd: ROOT, env });
    try {
      expect(made()).toMatch(/It is shown here and never again:\n\S{20,}\n/);
      expect(made()).toBe('');
      const { listen } = readConfig(`${ROOT}deploy/hesabu.yaml`);
      const { length: keys } = new KeyStore(`${dir}/books`).live(Date.now());
      expect(() => checkListen(listen, keys)).not.toThrow();
      expect(() => checkListen(listen, 0)).toThrow();
      expect(services.serve!.depends_on!.key).toEqual({ condition: 'service_completed_successfully' });
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  test('starts again what is to run for ever, and nothing asks the mirror at a port', () => {
    const once = ['topics', 'key'];
    for (const [name, { restart }] of Object.entries(services)) {
      expect(restart, name).toBe(once.includes(name) ? undefined : 'unless-stopped');
    }
    expect(services.mirror!.healthcheck).toEqual({ disable: true });
  });

  test('has the servers that the tests run, and Kafka tells who comes from the host an address of the host', () => {
    const pom = textOf('test/cluster/harness/pom.xml');
    expect(services.kafka!.image).toBe(KAFKA_IMAGE);
    expect(pom).toContain(`<version>${KAFKA_IMAGE.split(':')[1]}</version>`);
    expect(services.registry!.image).toBe(REGISTRY_IMAGE);
    expect(textOf('test/cluster/harness/maven.ts')).toContain(`apicurio-registry-app:${REGISTRY_IMAGE.split(':')[1]}:`);
    expect(textOf('test/projections/mirror/kurrentdb-store.test.ts')).toContain(`'${services.kurrentdb!.image}'`);
    expect(services.kafka!.environment!.KAFKA_ADVERTISED_LISTENERS).toContain('HOST://127.0.0.1:29092');
    expect(services.kafka!.ports).toEqual(['127.0.0.1:29092:29092']);
  });

  test.skipIf(!composeIsThere())('is valid for docker compose', () => {
    execFileSync('docker', ['compose', 'config', '--quiet'], { cwd: ROOT });
  });
});

test('the configuration of the service is one', () => {
  expect(readConfig(`${ROOT}deploy/hesabu.yaml`).kafka?.brokers).toEqual(['kafka:9092']);
});

test('the dashboard draws figures that there are', () => {
  const named = textOf('deploy/grafana/dashboards/workers.json').match(/hesabu_[a-z_]+/g)!;
  const known = new Set(Object.keys(METRICS));
  expect(named.map((name) => name.replace(/_bucket$/, '')).filter((name) => !known.has(name))).toEqual([]);
});

test('the image copies what is there, and does not run as root', () => {
  const lines = textOf('Dockerfile').split('\n');
  const copied = lines.flatMap((line) => /^COPY (?!--from)(.+) \S+$/.exec(line)?.[1]?.split(' ') ?? []);
  expect(copied.filter((path) => !existsSync(`${ROOT}${path}`))).toEqual([]);
  expect(lines).toContain('USER node');
});
