// What is deployed fits what is there: the services and their commands, the figures that are drawn, the files that the
// image copies; and where Docker's client can, it says that the composition is valid.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/cli/live/config-file.ts';
import { METRICS } from '../../src/log/meter.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const textOf = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8');

interface Service {
  readonly command?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly image?: string;
  readonly read_only?: boolean;
}

const { services } = parse(textOf('docker-compose.yml'), { merge: true }) as { services: Record<string, Service> };
const ours = Object.entries(services).filter(([, { image }]) => image === 'hesabu');

function composeIsThere(): boolean {
  try {
    execFileSync('docker', ['compose', 'version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('docker-compose.yml', () => {
  test('has the service, two workers, the mirror and the topics, each with a command that there is', () => {
    expect(ours.map(([name]) => name).sort()).toEqual(['mirror', 'serve', 'topics', 'worker-1', 'worker-2']);
    const help = execFileSync(process.execPath, [`${ROOT}src/cli/main.ts`, '--help'], { encoding: 'utf8' });
    for (const [name, { command, read_only }] of ours) {
      expect(help, name).toMatch(new RegExp(`^  ${command![0]} `, 'm'));
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
