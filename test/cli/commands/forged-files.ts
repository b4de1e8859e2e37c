// A true ledger, forgeries of it, and what an attacker without the key can do with the files of both: take each away,
// or put the other ledger's in its place.

import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storedSigner } from '../../../src/engine/directory/checkpoints.ts';
import { Reconciler } from '../../../src/engine/reconciler.ts';
import { decodeBlock } from '../../../src/ledger/block-codec.ts';
import { openCheckpoint } from '../../../src/ledger/checkpoint.ts';
import type { Verifier } from '../../../src/ledger/note.ts';
import { openNote, signNote, verifierKeyText } from '../../../src/ledger/note.ts';
import { openRecord } from '../../../src/ledger/signed-record.ts';
import { openReader } from '../../../src/log/log-reader.ts';
import { forEachValue } from '../../../src/log/value-frames.ts';
import { DEFAULT_RULES } from '../../../src/matching/rules.ts';
import type { Random } from '../../../src/simulation/random/prng.ts';
import { forgeLedger } from './forged-ledger.ts';
import { copyOf, freshDirectory, givenLedger, reconcileDay } from './given-ledger.ts';

export const PARTS = ['db', 'wal', 'seal', 'checkpoints', 'service', 'key', 'record'] as const;
export type Part = (typeof PARTS)[number];

const PATHS: Readonly<Record<Part, string>> = {
  db: 'hesabu.db',
  wal: 'hesabu.db-wal',
  seal: 'hesabu.db.seal',
  checkpoints: 'checkpoints',
  service: 'service.db',
  key: join('keys', 'ledger.pem'),
  record: join('keys', 'ledger.signed'),
};

/** `taken`: the file is gone; `replaced`: it is the forgery's. */
export type Attack = Readonly<Partial<Record<Part, 'taken' | 'replaced'>>>;

export interface TrueLedger {
  readonly data: string;
  readonly afterDayOne: string;
  readonly verifier: Verifier;
  /** A file with the verifier key, as somebody was given it. */
  readonly vkey: string;
  /** The hash of each block by partition and height. */
  readonly hashes: readonly (readonly string[])[];
}

export async function givenTrueLedger(): Promise<TrueLedger> {
  const { data, afterDayOne } = await givenLedger();
  const { verifier } = storedSigner(data)!;
  const vkey = join(freshDirectory(), 'vkey.txt');
  writeFileSync(vkey, `${verifierKeyText(verifier)}\n`);
  return { data, afterDayOne, verifier, vkey, hashes: hashesIn(data) };
}

function hashesIn(data: string): string[][] {
  const reader = openReader(data, true);
  try {
    return Array.from({ length: reader.partitions }, (_, partition) => {
      const hashes: string[] = [];
      for (const { payload } of reader.read('ledger.v1', partition, 0n)) {
        forEachValue(payload, 0, (start, end) => hashes.push(decodeBlock(payload.subarray(start, end)).hash));
      }
      return hashes;
    });
  } finally {
    reader.close();
  }
}

/**
 * Another ledger, in one of the ways that an attacker has: the same day with other files, the true first day with a
 * forged second one, or the true blocks with other entries and every hash computed anew. It has a key of its own.
 */
export async function forge(truth: TrueLedger, random: Random): Promise<string> {
  const kind = random.below(3);
  const dir = freshDirectory();
  const data = join(dir, 'data');
  const change = (text: string) => text.replaceAll(/1000\.00/g, () => (random.percent(30) ? '10.00' : '1000.00'));
  if (kind === 0) await reconcileDay(dir, 1, change);
  if (kind === 1) cpSync(truth.afterDayOne, data, { recursive: true });
  if (kind === 2) cpSync(truth.data, data, { recursive: true });
  else await reconcileDay(dir, 2, (text) => change(text).replace('1000.00', '7.00'));
  if (kind === 2) {
    for (const partition of truth.hashes.keys()) {
      forgeLedger(data, partition, (entries) => entries.filter(() => random.percent(80)).slice(1));
    }
  }
  return signedAnew(data, truth, kind > 0);
}

/** The attacker's copy of a ledger, signed with the attacker's key. */
async function signedAnew(data: string, truth: TrueLedger, isOfTrueKey: boolean): Promise<string> {
  writeFileSync(join(data, 'service.db'), 'forged');
  if (!isOfTrueKey) return data;
  const other = freshDirectory();
  await reconcileDay(other, 1);
  for (const part of ['key', 'record', 'checkpoints'] as const) {
    rmSync(join(data, PATHS[part]), { recursive: true, force: true });
    cpSync(join(other, 'data', PATHS[part]), join(data, PATHS[part]), { recursive: true });
  }
  if (readFileSync(join(data, PATHS.key)).equals(readFileSync(join(truth.data, PATHS.key)))) throw new Error('the key');
  return data;
}

/** The directory as it was before the key kept a record. */
export function beforeRecords(data: string): string {
  const older = copyOf(data);
  const signer = storedSigner(older)!;
  rmSync(join(older, PATHS.record));
  for (const name of readdirSync(join(older, PATHS.checkpoints))) {
    const path = join(older, PATHS.checkpoints, name);
    const text = openNote(readFileSync(path, 'utf8'), signer.verifier);
    writeFileSync(path, signNote(text.replace(/^recorded\n/m, ''), signer));
  }
  return older;
}

/** The directory as a process leaves it that is killed before it signs; its blocks are in the write-ahead log. */
export async function interrupted(data: string): Promise<string> {
  const open = copyOf(data);
  const reconciler = await Reconciler.open(open, { threads: 0 });
  await reconciler.ledger.advance(Date.UTC(2026, 5, 5), DEFAULT_RULES);
  const copy = copyOf(open);
  await reconciler.close();
  writeFileSync(join(copy, 'service.db'), 'true');
  return copy;
}

/** A copy of the true directory after an attack; the caller removes its parent. */
export function attacked(data: string, forged: string, attack: Attack): string {
  const copy = join(mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'hesabu forged-')), 'data');
  cpSync(data, copy, { recursive: true });
  for (const part of PARTS) {
    if (attack[part] === undefined) continue;
    rmSync(join(copy, PATHS[part]), { recursive: true, force: true });
    if (attack[part] === 'taken') continue;
    try {
      cpSync(join(forged, PATHS[part]), join(copy, PATHS[part]), { recursive: true });
    } catch (error) {
      // The forgery need not have it.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return copy;
}

/** Everything in a directory that the key signed: partition, number of blocks, hash. */
function signedIn(data: string, { verifier, hashes }: TrueLedger): [number, number, string][] {
  const found: [number, number, string][] = [];
  const attempt = (take: () => void) => {
    try {
      take();
    } catch {
      // Another's signature, or no file.
    }
  };
  for (const partition of hashes.keys()) {
    attempt(() => {
      const note = readFileSync(join(data, PATHS.checkpoints, `${partition}.txt`), 'utf8');
      const { blocks, hash } = openCheckpoint(note, verifier);
      found.push([partition, blocks, hash]);
    });
  }
  attempt(() => {
    const heads = openRecord(readFileSync(join(data, PATHS.record), 'utf8'), verifier);
    for (const { partition, height, hash } of heads.values()) found.push([partition, height + 1, hash]);
  });
  return found;
}

/** What the key signed beside the truth, in words. Above the last true block it must have grown from that. */
export function signedLies(data: string, truth: TrueLedger): string[] {
  return signedIn(data, truth).flatMap(([partition, blocks, hash]) => {
    const own = truth.hashes[partition]!;
    const isTrue =
      blocks > own.length ? hashesIn(data)[partition]![own.length - 1] === own.at(-1) : own[blocks - 1] === hash;
    return isTrue ? [] : [`partition ${partition}, ${blocks} blocks`];
  });
}
