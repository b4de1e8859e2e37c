// Copies of a ledger that is being written: each finds the ledger as it is, and none of them tells of damage.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BLOCKS } from '../../src/kafka/kafka-copy.ts';
import { KafkaLog } from '../../src/kafka/kafka-log.ts';
import { MemoryLog } from '../../src/log/memory.ts';
import { MemorySnapshotStore } from '../../src/log/snapshots.ts';
import { RulesLog } from '../../src/task/rules-log.ts';
import { TaskGroup } from '../../src/task/task-group.ts';
import { type GivenFacts, givenFacts } from './given-facts.ts';
import { GivenLedger } from './given-ledger.ts';

/** `HESABU_TEST_COPIES` sets another number of rounds. */
const ROUNDS = Number(process.env.HESABU_TEST_COPIES ?? 1);
/** Each ledger is read this often: the longer one is written, the longer each reading takes. */
const ROUNDS_A_LEDGER = 5;
const PARTITIONS = 8;
/** Small pieces make many blocks; only where they come fast can a block overtake its facts. */
const PIECE_FACTS = 12;

let given: GivenFacts;
let dir: string;

beforeAll(async () => {
  given = await givenFacts(3_000);
  dir = mkdtempSync(join(tmpdir(), 'hesabu-copies-'));
});
afterAll(() => {
  given.remove();
  rmSync(dir, { recursive: true, force: true });
});

/** Writes facts, again and again, until it is stopped. */
function writing(ledger: GivenLedger): { stop(): Promise<void> } {
  let isStopped = false;
  const done = (async () => {
    for (let from = 0; !isStopped; from = (from + PIECE_FACTS) % given.facts.length) {
      await ledger.produce(given.facts.slice(from, from + PIECE_FACTS));
    }
  })();
  const stop = async () => {
    isStopped = true;
    await done;
  };
  return { stop };
}

/** 0 for a file that is not there. */
function bytesIn(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Executes blocks as they come, like a service. */
async function following({ kafka, schemas, settings }: GivenLedger): Promise<{ stop(): Promise<number> }> {
  const copy = new MemoryLog(PARTITIONS);
  let fault: Error | undefined;
  let isStopped = false;
  const onFault = (error: Error) => {
    fault ??= error;
  };
  const log = await KafkaLog.open({ kafka, schemas, copy, blocks: BLOCKS, prefix: settings.prefix, onFault });
  const rules = new RulesLog(copy);
  const group = new TaskGroup(copy, new MemorySnapshotStore(), (hash) => rules.compiledWith(hash));
  group.open(Array.from({ length: PARTITIONS }, (_, partition) => partition));
  const done = (async () => {
    for (; !isStopped && fault === undefined; await sleep(2)) group.follow();
  })().catch(onFault);
  const stop = async () => {
    isStopped = true;
    await done;
    await log.close();
    if (fault !== undefined) throw fault;
    return group.heads.reduce((sum, { height }) => sum + height + 1, 0);
  };
  return { stop };
}

/** False where the kill came before the first commit. */
function hasLog(data: string): boolean {
  const database = new DatabaseSync(join(data, 'hesabu.db'), { readOnly: true });
  try {
    return database.prepare('SELECT name FROM sqlite_schema').all().length > 0;
  } finally {
    database.close();
  }
}

async function readOften(rounds: number): Promise<void> {
  const ledger = await GivenLedger.make(PARTITIONS);
  const args = ['--rules', given.rules, '--as-of', given.asOf];
  // More than one fetch holds, so that topics come apart.
  await ledger.produce(given.facts);
  const facts = writing(ledger);
  try {
    for (let worker = 0; worker < 3; worker++) ledger.worker(args);
    const follower = await following(ledger);
    await expect.poll(async () => (await ledger.audit()).blocks, { timeout: 60_000 }).toBeGreaterThan(0);
    const kafka = ['--kafka', ledger.settings.brokers.join(',')];
    const data = mkdtempSync(join(dir, 'data-'));
    let last = 0;
    for (let round = 0; round < rounds; round++) {
      // A copy that goes on, one from nothing, and one in memory.
      for (const name of ['same', `new-${round}`]) {
        const told = await ledger.hesabu(['replay', ...kafka, '--data', join(data, name), '--format', 'json']);
        const { replayed, blocks } = JSON.parse(told);
        expect([replayed, blocks >= last]).toEqual([true, true]);
        if (name === 'same') last = blocks;
        else rmSync(join(data, name), { recursive: true });
      }
      expect((await ledger.audit()).blocks).toBeGreaterThanOrEqual(last);
    }
    expect(await follower.stop()).toBeGreaterThan(0);
  } finally {
    await facts.stop();
    await ledger.remove();
  }
}

test(`${ROUNDS} times, a replay and copies of a ledger that is being written find no damage (L12 partly, R03 partly)`, {
  timeout: 120_000 + ROUNDS * 60_000,
}, async () => {
  for (let done = 0; done < ROUNDS; done += ROUNDS_A_LEDGER) {
    await readOften(Math.min(ROUNDS_A_LEDGER, ROUNDS - done));
  }
});

test(`a copy that is killed ${2 * ROUNDS} times can be replayed each time, and goes on where it was`, {
  timeout: 120_000 + ROUNDS * 60_000,
}, async () => {
  const ledger = await GivenLedger.make(PARTITIONS);
  try {
    await ledger.produce(given.facts);
    const worker = ledger.worker(['--rules', given.rules, '--as-of', given.asOf]);
    await ledger.drained();
    worker.kill('SIGTERM');
    await worker.ended;
    // Time may have passed in a block of its own since.
    const { blocks, root } = await ledger.audit();
    const kafka = ['--kafka', ledger.settings.brokers.join(',')];
    for (let round = 0; round < ROUNDS; round++) {
      const data = join(dir, `killed-${round}`);
      for (let kill = 0; kill < 2; kill++) {
        const copying = ledger.start(['replay', ...kafka, '--data', data]);
        const isUnderWay = () => copying.child.exitCode !== null || bytesIn(join(data, 'hesabu.db-wal')) > 0;
        await expect.poll(isUnderWay, { interval: 5 }).toBe(true);
        // Another moment in each round, from the first records to after the last.
        await sleep((round * 137 + kill * 61) % 1_500);
        copying.kill('SIGKILL');
        await copying.ended;
        const replay = ['replay', '--data', data, '--format', 'json'];
        if (hasLog(data)) expect(JSON.parse(await ledger.hesabu(replay))).toMatchObject({ replayed: true });
        else expect(await ledger.hesabu(replay, 2)).toContain('HESABU_FILE_MISSING');
      }
      const told = await ledger.hesabu(['replay', ...kafka, '--data', data, '--format', 'json']);
      expect(JSON.parse(told)).toMatchObject({ replayed: true, blocks, outcome_root: root, handoffs_proved: true });
      rmSync(data, { recursive: true });
    }
  } finally {
    await ledger.remove();
  }
});
