// The commands that read work beside the running service that writes the directory: each sees one moment of it, and
// neither delays the service nor leaves anything behind.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent } from 'undici';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { replayLedger } from '../../src/app/replay.ts';
import { readCheckpoint } from '../../src/engine/directory/checkpoints.ts';
import { verifyDirectory } from '../../src/engine/verification/directory.ts';
import {
  connections,
  end,
  makeSite,
  paymentBody,
  removeSite,
  type Serving,
  send,
  serve,
  signed,
} from '../service/service-client.ts';
import { hesabu } from './cli-process.ts';

/** How often each command reads while the service writes; `HESABU_TEST_READS` sets another number. */
const READS = Number(process.env.HESABU_TEST_READS ?? 1);
vi.setConfig({ testTimeout: 120_000 + READS * 10_000, hookTimeout: 120_000 });

let site: ReturnType<typeof makeSite>;
let serving: Serving;
let agent: Agent;
let stopped = false;
let senders: Promise<unknown> = Promise.resolve();
const statuses: number[] = [];

/** Sends one payment after another until the end of the test, and leaves something of the machine to the readers. */
async function sendOn(sender: number): Promise<void> {
  for (let count = 0; !stopped; count++) {
    statuses.push(await send(agent, serving.url, signed(paymentBody(`${sender}-${count}`))));
    await sleep(10);
  }
}

beforeEach(async () => {
  site = makeSite();
  agent = connections(2);
  serving = await serve(site.config);
  for (let at = 0; at < 40; at++) await send(agent, serving.url, signed(paymentBody(`first-${at}`)));
  expect(await end(serving)).toBe(0);
  serving = await serve(site.config);
  stopped = false;
  senders = Promise.all([sendOn(0), sendOn(1)]);
  await expect.poll(() => statuses.length).toBeGreaterThan(50);
});

afterEach(async () => {
  stopped = true;
  serving.process.kill('SIGKILL');
  await senders.catch(() => {});
  await agent.destroy();
  removeSite(site);
});

/** What the service must not find there: files of the readers. */
const namesIn = () =>
  readdirSync(site.data)
    .filter((name) => name !== 'uploads')
    .sort();

describe('beside a service that takes webhooks', () => {
  test('each reading command sees one moment, and delays nothing (L12 partly, R03 partly)', async () => {
    const { data, dir } = site;
    const [before, from] = [namesIn(), statuses.length];
    const older = join(dir, 'older.txt');
    writeFileSync(older, readCheckpoint(data, 0)!);
    const out = join(dir, 'for-audit');
    const entry = JSON.parse((await hesabu(['trace', 'A-first-1', '--data', data, '--format', 'json'])).stdout).story;
    const commands = [
      ['export', '--data', data, '--out', out],
      ['verify', '--data', data, '--key', join(out, 'vkey.txt'), '--format', 'json'],
      ['replay', '--data', data],
      ['report', '--data', data, '--out', join(dir, 'report')],
      ['trace', 'P-first-2', '--data', data],
      ['proof', entry.entries[0].id, '--data', data, '--out', out],
      ['proof', '--consistency-from', older, '--data', data, '--out', out],
    ];
    for (const args of commands) {
      const { code, stderr } = await hesabu(args);
      expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
    }
    const report = JSON.parse(readFileSync(join(dir, 'report', 'summary.json'), 'utf8'));
    expect(report.facts.callbacks).toBeGreaterThan(90);
    for (let read = 0; read < READS; read++) {
      const { faults, running, partitions } = await verifyDirectory({ data });
      expect({ faults, running }).toEqual({ faults: [], running: true });
      for (const { blocks, signed_blocks } of partitions) expect(blocks).toBe(signed_blocks);
      await replayLedger({ data, threads: read % 2 === 0 ? 0 : 2 });
    }
    expect(namesIn()).toEqual(before);
    expect(statuses.length).toBeGreaterThan(from);
    stopped = true;
    await senders;
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await end(serving)).toBe(0);
    const { faults, sealed, running } = await verifyDirectory({ data });
    expect({ faults, sealed, running }).toEqual({ faults: [], sealed: true, running: false });
  });
});
