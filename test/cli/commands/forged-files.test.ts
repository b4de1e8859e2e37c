// Whatever files are taken away or replaced by those of a forged ledger: `verify` calls nothing verified that the key
// did not sign, and no later run signs it, not even if a person has confirmed all that `restore-record` shows.

import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { takeOver } from '../../../src/app/record-restore.ts';
import { HesabuError } from '../../../src/domain/errors.ts';
import { readCheckpoint, storedSigner } from '../../../src/engine/directory/checkpoints.ts';
import { Reconciler } from '../../../src/engine/reconciler.ts';
import { verifyDirectory } from '../../../src/engine/verification/directory.ts';
import { signCheckpoint } from '../../../src/ledger/checkpoint.ts';
import { digestToHex } from '../../../src/ledger/digest.ts';
import { signRecord } from '../../../src/ledger/signed-record.ts';
import { DEFAULT_RULES } from '../../../src/matching/rules.ts';
import { Random } from '../../../src/simulation/random/prng.ts';
import { hesabu } from '../cli-process.ts';
import {
  type Attack,
  attacked,
  beforeRecords,
  forge,
  givenTrueLedger,
  interrupted,
  PARTS,
  signedLies,
  type TrueLedger,
} from './forged-files.ts';
import { forgeLedger } from './forged-ledger.ts';
import { copyOf, freshDirectory } from './given-ledger.ts';

/**
 * Forged ledgers; `HESABU_TEST_FORGERIES` sets another number, and then each is tried with every subset of the files,
 * otherwise with each file alone, with all, and with half of the other subsets.
 */
const FORGERIES = Number(process.env.HESABU_TEST_FORGERIES ?? 1);
const IS_SAMPLE = process.env.HESABU_TEST_FORGERIES === undefined;
const SEED = Number(process.env.HESABU_SEED ?? Date.now() % 1_000_000);
vi.setConfig({ testTimeout: 60_000 + FORGERIES * 60_000 });

let truth: TrueLedger;
/** The true ledger as an orderly end leaves it, as a kill does, and as it was before its key kept a record. */
let states: readonly string[];

beforeAll(async () => {
  truth = await givenTrueLedger();
  states = [truth.data, await interrupted(truth.data), beforeRecords(truth.data)];
});

const WAYS = ['taken', 'replaced'] as const;

/** Subsets of the parts: those of every second one are taken away, the others replaced; in the next round otherwise. */
function subsets(round: number, random: Random): readonly Attack[] {
  const all = Array.from({ length: 2 ** PARTS.length }, (_, bits) =>
    PARTS.filter((_part, at) => (bits >> at) % 2 === 1),
  );
  const tried = all.filter(({ length }) => {
    return !IS_SAMPLE || length < 2 || length === PARTS.length || random.percent(50);
  });
  return tried.map((parts, nth) => Object.fromEntries(parts.map((part) => [part, WAYS[(round + nth) % 2]!])));
}

/** Each part kept, taken away or replaced. */
function mixture(random: Random): Attack {
  return Object.fromEntries(PARTS.flatMap((part) => (random.percent(40) ? [] : [[part, random.pick(WAYS)]])));
}

/** What `verify` calls verified although the key did not sign it. */
async function verifiedLies(data: string): Promise<string[]> {
  try {
    const { faults, partitions } = await verifyDirectory({ data, key: truth.vkey });
    if (faults.length > 0) return [];
    const lies = partitions.filter(({ partition, blocks, head }) => {
      const hash = truth.hashes[partition]![blocks - 1];
      return head === null ? blocks > 0 : hash === undefined || digestToHex(hash) !== head;
    });
    return partitions.some(({ blocks }) => blocks > 0)
      ? lies.map(({ partition }) => `partition ${partition}`)
      : ['empty'];
  } catch (error) {
    if (error instanceof HesabuError) return [];
    throw error;
  }
}

/** Confirms whatever is shown. Whether a record was restored. */
async function restore(data: string): Promise<boolean> {
  try {
    const { confirmation } = await takeOver({ data });
    return (await takeOver({ data, confirm: confirmation })).restored;
  } catch (error) {
    if (error instanceof HesabuError) return false;
    throw error;
  }
}

/** The next ordinary run, some days later. */
async function runNext(data: string): Promise<void> {
  try {
    const reconciler = await Reconciler.open(data, { threads: 0 });
    try {
      await reconciler.ledger.advance(Date.UTC(2026, 5, 9), DEFAULT_RULES);
      await reconciler.finish();
    } finally {
      await reconciler.close();
    }
  } catch (error) {
    if (!(error instanceof HesabuError)) throw error;
  }
}

async function expectHeld(forged: string, attack: Attack, state: string): Promise<void> {
  // With the forger's key everything can be the forger's, and nothing of it is signed by the true one.
  const isOlder = state === states[2] || attack.key === 'replaced';
  const data = attacked(state, forged, attack);
  expect({ attack, lies: await verifiedLies(data) }).toEqual({ attack, lies: [] });
  const isRestored = await restore(data);
  expect({ attack, isRestored }).toEqual({ attack, isRestored: isRestored && isOlder });
  await runNext(data);
  expect({ attack, lies: signedLies(data, truth) }).toEqual({ attack, lies: [] });
  rmSync(join(data, '..'), { recursive: true, force: true });
}

describe('the true files', () => {
  it('are verified; those of an interrupted run are once the next run has signed them', async () => {
    expect(await verifyDirectory({ data: truth.data, key: truth.vkey })).toMatchObject({ sealed: true, faults: [] });
    const data = attacked(states[1]!, truth.data, {});
    const { faults } = await verifyDirectory({ data, key: truth.vkey });
    expect(new Set(faults.map(({ code }) => code))).toEqual(new Set(['HESABU_LEDGER_UNSIGNED']));
    await runNext(data);
    expect(await verifyDirectory({ data, key: truth.vkey })).toMatchObject({ sealed: true, faults: [] });
    expect(signedLies(data, truth)).toEqual([]);
    rmSync(join(data, '..'), { recursive: true });
  });
});

describe('the true files from before there were records', () => {
  it('are refused until a person has confirmed their heads, and signed on from there', async () => {
    const data = attacked(states[2]!, truth.data, {});
    await runNext(data);
    expect(signedLies(data, truth)).toEqual([]);
    expect((await verifyDirectory({ data })).faults).toMatchObject([{ code: 'HESABU_SIGNED_LOST' }]);
    expect(await restore(data)).toBe(true);
    expect(await verifyDirectory({ data, key: truth.vkey })).toMatchObject({ sealed: true, faults: [] });
    await runNext(data);
    expect(await verifyDirectory({ data, key: truth.vkey })).toMatchObject({ sealed: true, faults: [] });
    expect(signedLies(data, truth)).toEqual([]);
    rmSync(join(data, '..'), { recursive: true });
  });
});

describe(`files of ${FORGERIES} forged ledgers, HESABU_SEED=${SEED}`, () => {
  it('in place of the true ones, in whatever subset, are neither verified nor signed', async () => {
    const random = new Random(SEED);
    for (let round = 0; round < FORGERIES; round++) {
      const forged = await forge(truth, random);
      for (const attack of subsets(round, random)) await expectHeld(forged, attack, random.pick(states));
      for (let more = 0; more < (IS_SAMPLE ? 8 : 16); more++)
        await expectHeld(forged, mixture(random), random.pick(states));
      rmSync(join(forged, '..'), { recursive: true, force: true });
    }
  });
});

describe('a checkpoint that was given away', () => {
  const given = (data: string) => {
    const file = join(freshDirectory(), 'given.txt');
    const notes = truth.hashes.map((_, partition) => readCheckpoint(data, partition)!);
    writeFileSync(file, notes.join('\n'));
    return file;
  };
  const codes = async (data: string, file: string, key = truth.vkey) => {
    return (await verifyDirectory({ data, key, checkpoint: [file] })).faults.map(({ code }) => code);
  };

  it('is held by the ledger that grew from it, and the report counts it', async () => {
    const { data, afterDayOne, vkey: key } = truth;
    const checkpoint = [given(afterDayOne), given(data)];
    expect(await verifyDirectory({ data, key, checkpoint })).toMatchObject({ held: 16, faults: [] });
    const { stdout } = await hesabu(['verify', '--data', data, '--key', key, '--checkpoint', ...checkpoint]);
    expect(stdout).toContain('Checkpoints of earlier signatures that it holds: 16.\n');
  });

  it('shows that a whole directory was put back to an earlier day (R08, F35 partly)', async () => {
    expect(await codes(truth.afterDayOne, given(truth.data))).toEqual(truth.hashes.map(() => 'HESABU_SIGNED_NEWER'));
  });

  it('shows a fork by the same key, with the files that prove it (R09)', async () => {
    const fork = copyOf(truth.afterDayOne);
    const reconciler = await Reconciler.open(fork, { threads: 0 });
    await reconciler.ledger.advance(Date.UTC(2026, 5, 2, 20), DEFAULT_RULES);
    await reconciler.finish();
    await reconciler.close();
    const file = given(truth.data);
    const { faults } = await verifyDirectory({ data: fork, key: truth.vkey, checkpoint: [file] });
    const [first] = faults;
    expect(first).toMatchObject({ code: 'HESABU_SIGNED_DIFFERS', where: 'partition 0, block 1' });
    expect(first!.found).toMatch(
      /^not the block that .+given\.txt names, .+; keep it with checkpoints\/0\.txt, by the same key/,
    );
    // What the key signed of the one ledger, it does not sign of the other.
    const mixed = copyOf(truth.data);
    for (const name of ['hesabu.db', 'hesabu.db.seal']) copyFileSync(join(fork, name), join(mixed, name));
    await expect(Reconciler.open(mixed, { threads: 0 })).rejects.toThrow(
      /^HESABU_SIGNED_DIFFERS: partition 0, block 1: /,
    );
  });

  it('shows a chain that was computed anew, even by somebody who had the key (R07)', async () => {
    const data = copyOf(truth.data);
    const signer = storedSigner(data)!;
    const heads = truth.hashes.map((_, partition) => forgeLedger(data, partition, (entries) => entries.slice(1)));
    heads.forEach((head, partition) => {
      writeFileSync(join(data, 'checkpoints', `${partition}.txt`), signCheckpoint(head, signer));
    });
    writeFileSync(join(data, 'keys', 'ledger.signed'), signRecord(heads, signer));
    expect((await verifyDirectory({ data, key: truth.vkey })).faults).toEqual([]);
    expect(await codes(data, given(truth.afterDayOne))).toEqual(truth.hashes.map(() => 'HESABU_SIGNED_DIFFERS'));
  });

  it('by another key is refused', async () => {
    await expect(codes(truth.data, given((await givenTrueLedger()).data))).rejects.toThrow(
      /^HESABU_PROOF_INVALID: .+given\.txt: /,
    );
  });
});
