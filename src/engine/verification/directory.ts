// Verifies a whole data directory: its page checksums, its key and signatures, and every partition, several at once if
// the ledger is large.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { type Checkpoint, openCheckpoint } from '../../ledger/checkpoint.ts';
import type { Verifier } from '../../ledger/note.ts';
import { databasePath } from '../../log/data-directory.ts';
import { openReader } from '../../log/embedded.ts';
import { checkPageChecksums } from '../../log/page-checksums.ts';
import { type Progress, SILENT } from '../../runtime/progress.ts';
import { readCheckpoint, storedSigner } from '../directory/checkpoints.ts';
import { checkImports, storedRules, withDirectory } from '../directory/read-only-directory.ts';
import { readVerifierKey } from '../directory/signed-heads.ts';
import { type Fault, faultOf, tampered } from '../directory/verification-fault.ts';
import { type PartitionReport, type PartitionTerms, verifyPartition } from './partition.ts';
import { verifyInThreads } from './threads.ts';

/** Below this many bytes of ledger, threads cost more than they save. */
const THREADS_BYTES_MIN = 8 * 1024 * 1024;

export interface VerifyOptions {
  readonly data: string;
  /** A file with the verifier key that must have signed; without it, the directory's own key. */
  readonly key?: string;
  readonly progress?: Progress;
}

export interface VerifyReport {
  /** False if the log was not closed cleanly: then there are no page checksums. */
  readonly sealed: boolean;
  readonly partitions: readonly PartitionReport[];
  readonly faults: readonly Fault[];
}

/** Throws if there is nothing to verify or another process has it open. Everything wrong with the ledger is a fault. */
export async function verifyDirectory(options: VerifyOptions): Promise<VerifyReport> {
  const { data, progress = SILENT } = options;
  const given = options.key === undefined ? undefined : readVerifierKey(options.key);
  return withDirectory(data, async () => {
    const faults: Fault[] = [];
    const own = ownVerifier(data, faults);
    const hasSigned = own !== undefined;
    const checkpoints = readCheckpoints(data, given ?? own, faults);
    const seal = checkPageChecksums(data);
    for (const { file, from, to } of seal.faults) {
      const where = `${relative(data, file)} bytes ${from} to ${to}`;
      faults.push({ code: 'HESABU_LOG_DAMAGED', where, found: 'the bytes differ from their checksums' });
    }
    const partitions = await verifyLog(data, checkpoints, progress, faults);
    if (seal.sealed && hasSigned) faults.push(...partitions.flatMap(unsignedFaults));
    return { sealed: seal.sealed, partitions, faults: [...faults, ...partitions.flatMap((report) => report.faults)] };
  });
}

/** The directory's own key; undefined if it has not signed anything yet, or is damaged. */
function ownVerifier(dir: string, faults: Fault[]): Verifier | undefined {
  const where = join('keys', 'ledger.pem');
  try {
    const own = storedSigner(dir)?.verifier;
    if (own === undefined && namesIn(join(dir, 'checkpoints')).length > 0) {
      faults.push(tampered(where, 'no key, though there are checkpoints'));
    }
    return own;
  } catch (error) {
    faults.push({ ...faultOf(error, where), where });
    return undefined;
  }
}

/** The valid signed heads by partition. */
function readCheckpoints(dir: string, verifier: Verifier | undefined, faults: Fault[]): Map<number, Checkpoint> {
  const checkpoints = new Map<number, Checkpoint>();
  const names = namesIn(join(dir, 'checkpoints')).filter((name) => !name.endsWith('.tmp'));
  for (const name of names) {
    const where = join('checkpoints', name);
    const partition = Number(name.replace(/\.txt$/, ''));
    const note = readCheckpoint(dir, partition);
    try {
      if (note === undefined || `${partition}.txt` !== name) throw new RangeError('a file that is not a checkpoint');
      if (verifier === undefined) continue;
      const checkpoint = openCheckpoint(note, verifier);
      if (checkpoint.partition !== partition) throw new RangeError(`the checkpoint of ${checkpoint.partition}`);
      checkpoints.set(partition, checkpoint);
    } catch (error) {
      faults.push({ ...faultOf(error, where), where, code: 'HESABU_LEDGER_TAMPERED' });
    }
  }
  return checkpoints;
}

async function verifyLog(
  dir: string,
  checkpoints: ReadonlyMap<number, Checkpoint>,
  progress: Progress,
  faults: Fault[],
): Promise<readonly PartitionReport[]> {
  let reader: ReturnType<typeof openReader> | undefined;
  if (!existsSync(databasePath(dir))) {
    faults.push(tampered('hesabu.db', 'no such file, though there are checkpoints'));
    return [];
  }
  try {
    reader = openReader(dir, true);
    const rules = storedRules(reader, faults);
    checkImports(reader, faults);
    const { partitions } = reader;
    for (const { topic, partition } of reader.places()) {
      const isSingle = topic === 'rules.v1' || topic === 'imports.v1';
      const isKnown = isSingle
        ? partition === 0
        : /^(orders|callbacks|polls|settlements|unresolved|epochs|ledger)\.v1$/.test(topic);
      if (isKnown && partition >= 0 && partition < partitions) continue;
      faults.push(tampered(`${topic} partition ${partition}`, 'batches of a topic or partition that does not exist'));
    }
    const total = [...checkpoints.values()].reduce((sum, { size }) => sum + size, 0);
    progress.start('verifying', total === 0 ? null : total, 'entries');
    let done = 0;
    const onEntries = (entries: number) => {
      done += entries;
      progress.update(done);
    };
    const jobs = Array.from({ length: partitions }, (_, partition) => ({
      partition,
      terms: { rules, checkpoint: checkpoints.get(partition) } satisfies PartitionTerms,
    }));
    for (const partition of checkpoints.keys()) {
      if (partition >= partitions) faults.push(tampered(`partition ${partition}`, 'signed, and not in the ledger'));
    }
    const threads = Math.min(availableParallelism(), partitions);
    const isSmall = statSync(databasePath(dir)).size < THREADS_BYTES_MIN;
    if (!isSmall && threads > 1) return await verifyInThreads(dir, jobs, threads, onEntries);
    return jobs.map(({ partition, terms }) => verifyPartition(reader!, partition, terms, onEntries));
  } catch (error) {
    faults.push(faultOf(error, 'hesabu.db'));
    return [];
  } finally {
    progress.stop();
    reader?.close();
  }
}

/**
 * A run that ends cleanly has signed all its blocks. Blocks above a checkpoint are from an interrupted run. If other
 * partitions are signed, a partition without a checkpoint has lost it.
 */
function unsignedFaults({ partition, blocks, signed_blocks }: PartitionReport): Fault[] {
  if (blocks === 0 || signed_blocks > 0) return [];
  const remedy = 'After an interrupted run, run reconcile again: it signs them. Otherwise restore a backup.';
  return [{ ...tampered(`partition ${partition}`, `${blocks} blocks without a checkpoint`), remedy }];
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir).sort();
  } catch {
    return [];
  }
}
