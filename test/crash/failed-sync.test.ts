// A disk that fails a sync of the thread that commits for a running service. strace makes the kernel answer EIO.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  connections,
  end,
  makeSite,
  paymentBody,
  removeSite,
  send,
  serve,
  signed,
  valuesIn,
} from '../service/service-client.ts';

const SCOPE = '/proc/sys/kernel/yama/ptrace_scope';
/** Whether strace may trace here, also a process that runs: ptrace(2) says when that is left to root. */
const canInject =
  spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0 &&
  (process.getuid?.() === 0 || !existsSync(SCOPE) || readFileSync(SCOPE, 'utf8').trim() === '0');
/** Webhooks before the disk fails, and the syncs of the thread that then still succeed. */
const BEFORE = 20;
const SYNCS = 5;

test.skipIf(!canInject)(
  'what could not be synced is not acknowledged, and nothing is after it (F05 partly)',
  { timeout: 600_000 },
  async () => {
    const site = makeSite();
    const agent = connections(1);
    try {
      const serving = await serve(site.config);
      const statuses: (number | 'cut')[] = [];
      const sendNext = async () => {
        const webhook = signed(paymentBody(`${statuses.length}`));
        statuses.push(await send(agent, serving.url, webhook).catch(() => 'cut' as const));
      };
      for (let nth = 0; nth < BEFORE; nth++) await sendNext();
      expect(statuses).toEqual(Array(BEFORE).fill(200));
      const calls = 'fsync,fdatasync';
      const inject = ['-e', `trace=${calls}`, '-e', `inject=${calls}:error=EIO:when=${SYNCS + 1}+`];
      const path = ['-P', join(site.data, 'hesabu.db-wal')];
      const attached = ['-f', '-o', '/dev/null', '-p', `${serving.process.pid}`];
      const strace = spawn('strace', [...attached, ...inject, ...path], { stdio: ['ignore', 'ignore', 'pipe'] });
      const detached = once(strace, 'exit');
      expect(String((await once(strace.stderr, 'data'))[0])).toMatch(/attached/);
      // One more: the answers after the failure are refusals too.
      for (let refused = 0; refused < 2; ) {
        await sendNext();
        if (statuses.at(-1) !== 200) refused++;
        else await delay(1);
      }
      const acked = statuses.filter((status) => status === 200).length;
      expect(statuses.slice(0, acked)).toEqual(Array(acked).fill(200));
      // Where a block could not be synced first, the process ends before it answers.
      expect([503, 'cut']).toContain(statuses[acked]);
      expect(statuses[acked + 1]).not.toBe(200);
      expect(acked).toBeLessThanOrEqual(BEFORE + SYNCS);
      // What it could not bring into the ledger either ends it; otherwise it is told to end.
      expect(await end(serving)).not.toBe('SIGKILL');
      await detached;
      const again = await serve(site.config);
      expect(await end(again)).toBe(0);
      const stored = valuesIn(site.data, 'callbacks.v1');
      expect([stored >= acked, stored <= acked + 2]).toEqual([true, true]);
    } finally {
      await agent.destroy();
      removeSite(site);
    }
  },
);
