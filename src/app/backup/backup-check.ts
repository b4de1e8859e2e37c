// Proves a backup: its files are those that were written, its ledger verifies, and the directory that it was taken of,
// where that is given, went on from it; then what came after it is counted.

import { lstatSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { ExchangeReader } from '../../archive/exchanges/exchange-reader.ts';
import { withReadOnlyLog } from '../../engine/directory/read-only-directory.ts';
import type { Fault } from '../../engine/directory/verification-fault.ts';
import { verifyDirectory } from '../../engine/verification/directory.ts';
import { digestToHex } from '../../ledger/digest.ts';
import { openReader } from '../../log/log-reader.ts';
import { type Progress, SILENT } from '../../runtime/progress.ts';
import { filesBelow } from './files.ts';
import { blockAt, countFacts, ledgerEnds } from './ledger-ends.ts';
import { type BackupManifest, dataOf, digestOf, MANIFEST_FILE, readManifest, VERIFIER_FILE } from './manifest.ts';

export interface BackupCheckOptions {
  readonly target: string;
  /** A file with the verifier key that must have signed; default: the one in the backup. */
  readonly key?: string;
  /** The directory that it was taken of, also beside its service. */
  readonly against?: string;
  readonly progress?: Progress;
}

/** What a directory has and the backup has not. */
export interface BackupGap {
  readonly blocks: number;
  readonly facts: number;
  readonly exchanges: number;
}

export interface BackupCheckReport {
  readonly made_at: string;
  readonly key: string | null;
  readonly with_keys: boolean;
  readonly keys_left_out: readonly string[];
  readonly files: number;
  readonly blocks: number;
  readonly facts: number;
  readonly exchanges: number;
  /** Blocks that were not signed yet when it was taken. */
  readonly unsigned_blocks: number;
  /** Facts of exchanges in it that came after the copy of the log: a start from it takes them in. */
  readonly archived_facts: number;
  /** Null without a directory to compare it with. */
  readonly gap: BackupGap | null;
  readonly faults: readonly Fault[];
}

/** Throws HESABU_FILE_MISSING where there is no whole backup; what is wrong with one is a fault. */
export async function checkBackup(options: BackupCheckOptions): Promise<BackupCheckReport> {
  const { target, against, progress = SILENT } = options;
  const manifest = readManifest(target);
  const faults = fileFaults(target, manifest, progress);
  const data = dataOf(target);
  const key = options.key ?? join(target, VERIFIER_FILE);
  const hasBlocks = manifest.ledger.some(({ blocks }) => blocks > 0);
  let [unsigned, archived, signer]: [number, number, string | null] = [0, 0, null];
  // Bytes that changed explain what does not verify.
  if (faults.length === 0 && hasBlocks) {
    const report = await verifyDirectory({ data, key, signedOnly: true, progress });
    faults.push(...report.faults);
    unsigned = report.partitions.reduce((sum, one) => sum + one.blocks - one.signed_blocks + one.left_out, 0);
    archived = report.archive?.missing ?? 0;
    signer = report.key;
  }
  if (faults.length === 0) faults.push(...endFaults(data, manifest));
  const gap = against === undefined || faults.length > 0 ? null : await gapTo(against, manifest, faults);
  const { made_at, with_keys, keys_left_out, files, ledger, facts, exchanges } = manifest;
  const blocks = ledger.reduce((sum, one) => sum + one.blocks, 0);
  const about = { made_at, key: signer, with_keys, keys_left_out, files: files.length };
  return { ...about, blocks, facts, exchanges, unsigned_blocks: unsigned, archived_facts: archived, gap, faults };
}

function fault(where: string, detail: Pick<Fault, 'expected' | 'found'>): Fault {
  return { code: 'HESABU_BACKUP_DAMAGED', where, ...detail };
}

function fileFaults(target: string, manifest: BackupManifest, progress: Progress): Fault[] {
  const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
  progress.start('checking files', total, 'bytes');
  let done = 0;
  const faults = manifest.files.flatMap(({ path, bytes, sha256 }) => {
    const full = join(target, ...path.split('/'));
    if (lstatSync(full, { throwIfNoEntry: false })?.isFile() !== true) return [fault(path, { found: 'no such file' })];
    const found = digestOf(full, (read) => {
      done += read;
      progress.update(done);
    });
    if (found.bytes !== bytes) return [fault(path, { expected: `${bytes} bytes`, found: `${found.bytes}` })];
    return found.sha256 === sha256 ? [] : [fault(path, { expected: 'the SHA-256 of the manifest', found: 'another' })];
  });
  progress.stop();
  const known = new Set(manifest.files.map(({ path }) => path));
  const there = readdirSync(target).flatMap((name) =>
    filesBelow(target, name).map((path) => path.split(sep).join('/')),
  );
  const others = there.filter((path) => path !== MANIFEST_FILE && !known.has(path));
  return [...faults, ...others.map((path) => fault(path, { found: 'a file that is not in the manifest' }))];
}

/** The manifest itself has no checksum: the log confirms what it says. */
function endFaults(data: string, { ledger, facts }: BackupManifest): Fault[] {
  const reader = openReader(data, true);
  try {
    const isSame = JSON.stringify(ledgerEnds(reader)) === JSON.stringify(ledger) && countFacts(reader) === facts;
    return isSame ? [] : [fault(MANIFEST_FILE, { found: 'another end of the ledger than hesabu.db has' })];
  } finally {
    reader.close();
  }
}

/** Undefined in a fault: the directory did not go on from the backup. */
async function gapTo(dir: string, manifest: BackupManifest, faults: Fault[]): Promise<BackupGap | null> {
  const exchanges = await new ExchangeReader(dir).count();
  return withReadOnlyLog(dir, (reader) => {
    let blocks = 0;
    for (const { partition, blocks: had, hash } of manifest.ledger) {
      if (had > 0) {
        const block = partition < reader.partitions ? blockAt(reader, partition, had - 1) : undefined;
        if (block === undefined || digestToHex(block.hash) !== hash) {
          const found = block === undefined ? 'a shorter ledger' : 'another block than the backup has';
          faults.push({
            code: 'HESABU_SIGNED_DIFFERS',
            where: `${dir} partition ${partition}, block ${had - 1}`,
            found,
          });
          continue;
        }
      }
      blocks += Number(reader.end('ledger.v1', partition)) - had;
    }
    const facts = countFacts(reader) - manifest.facts;
    return faults.length > 0 ? null : { blocks, facts, exchanges: exchanges - manifest.exchanges };
  });
}
