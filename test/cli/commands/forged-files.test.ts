// Whatever files are taken away or replaced by those of a forged ledger: `verify` calls nothing verified that the key
// did not sign, and no later run signs it.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { HesabuError } from '../../../src/domain/errors.ts';
import { Reconciler } from '../../../src/engine/reconciler.ts';
import { verifyDirectory } from '../../../src/engine/verification/directory.ts';
import { digestToHex } from '../../../src/ledger/digest.ts';
import { DEFAULT_RULES } from '../../../src/matching/rules.ts';
import { Random } from '../../../src/simulation/random/prng.ts';
import {
  type Attack,
  attacked,
  forge,
  givenTrueLedger,
  interrupted,
  PARTS,
  signedLies,
  type TrueLedger,
} from './forged-files.ts';

/** Each forged ledger is tried with every subset of the files; `HESABU_TEST_FORGERIES` sets another number. */
const FORGERIES = Number(process.env.HESABU_TEST_FORGERIES ?? 2);
const SEED = Number(process.env.HESABU_SEED ?? Date.now() % 1_000_000);
vi.setConfig({ testTimeout: 60_000 + FORGERIES * 60_000 });

let truth: TrueLedger;
/** The true ledger as an orderly end leaves it, and as a kill does. */
let states: readonly string[];

beforeAll(async () => {
  truth = await givenTrueLedger();
  states = [truth.data, await interrupted(truth.data)];
});

const WAYS = ['taken', 'replaced'] as const;

/** Every subset of the parts: in one round its parts are taken away, in the next replaced. */
function subsets(round: number): readonly Attack[] {
  return Array.from({ length: 2 ** PARTS.length }, (_, bits) => {
    const parts = PARTS.filter((_part, at) => (bits >> at) % 2 === 1);
    return Object.fromEntries(parts.map((part) => [part, WAYS[round % 2]!]));
  });
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
  const data = attacked(state, forged, attack);
  expect({ attack, lies: await verifiedLies(data) }).toEqual({ attack, lies: [] });
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

describe(`files of ${FORGERIES} forged ledgers, HESABU_SEED=${SEED}`, () => {
  it('in place of the true ones, in every subset, are neither verified nor signed (R07, R09 partly)', async () => {
    const random = new Random(SEED);
    for (let round = 0; round < FORGERIES; round++) {
      const forged = await forge(truth, random);
      for (const attack of subsets(round)) await expectHeld(forged, attack, random.pick(states));
      for (let more = 0; more < 16; more++) await expectHeld(forged, mixture(random), random.pick(states));
      rmSync(join(forged, '..'), { recursive: true, force: true });
    }
  });
});
