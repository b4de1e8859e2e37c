// The power goes while signed webhooks come in: all that was acknowledged is in the log. Commits that do not wait for
// the disk lose some of it there, which shows that the harness sees a loss.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { HesabuError } from '../../src/domain/errors.ts';
import { verifyDirectory } from '../../src/engine/verification/directory.ts';
import { openReader } from '../../src/log/log-reader.ts';
import { callbackIds } from '../service/callback-ids.ts';
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
import { type Disk, makeDisk, whyNoDisk } from './power.ts';

/** How often the power goes; `HESABU_TEST_POWER_CUTS` sets another number. */
const CUTS = Number(process.env.HESABU_TEST_POWER_CUTS ?? 1);
const SENDERS = 8;
/** How long a process may go on without its disk before it is killed. */
const END_MILLIS_MAX = 3_000;
const WEAK = { NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, 'weak-sync.mjs')).href}` };
const why = whyNoDisk();

const undo: (() => void)[] = [];
afterEach(() => {
  for (const each of undo.splice(0).reverse()) each();
});

function onDisk() {
  const disk = makeDisk();
  undo.push(() => disk.remove());
  const data = join(disk.path, 'books');
  mkdirSync(data, { mode: 0o700 });
  const site = makeSite({ data });
  undo.push(() => removeSite(site));
  return { disk, data, config: site.config };
}

/** Loads a service until the power goes at a random moment; adds what it acknowledged, and returns what it said. */
async function cutUnderLoad(disk: Disk, serving: Serving, round: number, acknowledged: Set<string>): Promise<string> {
  undo.push(() => serving.process.kill('SIGKILL'));
  let errors = '';
  serving.process.stderr!.on('data', (bytes) => {
    errors += bytes;
  });
  const before = acknowledged.size;
  const agent = connections(SENDERS);
  const { promise: answered, resolve: first } = Promise.withResolvers<void>();
  const sender = async (at: number) => {
    for (let count = 0; ; count++) {
      const name = `${round}-${at}-${count}`;
      const status = await send(agent, serving.url, signed(paymentBody(name))).catch(() => null);
      if (status === null) return;
      if (status === 200) acknowledged.add(`mfs-africa/main:callback:ev-${name}`);
      if (acknowledged.size > before + 20) first();
    }
  };
  const sent = Promise.all(Array.from({ length: SENDERS }, (_, at) => sender(at)));
  await answered;
  await delay(Math.random() * 500);
  disk.cut();
  await Promise.race([serving.ended, delay(END_MILLIS_MAX, undefined, { ref: false })]);
  serving.process.kill('SIGKILL');
  await serving.ended;
  await sent;
  await agent.destroy();
  disk.restore();
  return errors;
}

/** What was acknowledged and is not in the log. Without its first commit, all of it. */
function lostIn(data: string, acknowledged: ReadonlySet<string>): string[] {
  try {
    openReader(data, true).close();
  } catch (error) {
    if (!(error instanceof HesabuError) || error.code !== 'HESABU_FILE_MISSING') throw error;
    return [...acknowledged];
  }
  const known = new Set(callbackIds(data));
  return [...acknowledged].filter((id) => !known.has(id));
}

describe.skipIf(why !== null)('a power cut under load', () => {
  test(`loses nothing that was acknowledged, over ${CUTS} cuts at random moments (F03)`, {
    timeout: 300_000 + CUTS * 120_000,
  }, async () => {
    const { disk, data, config } = onDisk();
    const acknowledged = new Set<string>();
    for (let round = 0; round < CUTS; round++) {
      const said = await cutUnderLoad(disk, await serve(config), round, acknowledged);
      // Nothing is damaged, and nobody is told to restore anything.
      expect(said).not.toContain('HESABU_LOG_DAMAGED');
      expect(lostIn(data, acknowledged)).toEqual([]);
    }
    const last = await serve(config);
    undo.push(() => last.process.kill('SIGKILL'));
    expect(await end(last)).toBe(0);
    const stored = callbackIds(data);
    expect(new Set(stored).size).toBe(stored.length);
    const { faults, sealed } = await verifyDirectory({ data });
    expect({ faults, sealed }).toEqual({ faults: [], sealed: true });
  });

  test('loses some in the log if commits do not wait for the disk; the next start tells it (F04)', {
    timeout: 900_000,
  }, async () => {
    const { disk, data, config } = onDisk();
    const acknowledged = new Set<string>();
    // What was signed may be gone too, even where the log is whole: nothing is added to such a ledger.
    const toldSigned = (error: Error) => expect(error.message).toContain('it ended with 3: HESABU_SIGNED_NEWER');
    let lost: string[] = [];
    for (let round = 0; round < 5 && lost.length === 0; round++) {
      const serving = await serve(config, WEAK).catch((error: Error) => error);
      if (serving instanceof Error) return toldSigned(serving);
      await cutUnderLoad(disk, serving, round, acknowledged);
      lost = lostIn(data, acknowledged);
    }
    expect(lost.length).toBeGreaterThan(0);
    const again = await serve(config).catch((error: Error) => error);
    if (again instanceof Error) return toldSigned(again);
    undo.push(() => again.process.kill('SIGKILL'));
    const told = again.lines.filter(({ msg }) => String(msg).startsWith('the log had lost'));
    expect(Number(told[0]?.missing)).toBeGreaterThanOrEqual(lost.length);
    expect(await end(again)).toBe(0);
    expect(lostIn(data, acknowledged)).toEqual([]);
  });
});

test.runIf(why !== null)(`no power can be cut here: ${why}`, ({ skip }) => skip());
