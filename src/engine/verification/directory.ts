// Verifies a whole data directory: its page checksums, its key and signatures, and every partition, several at once if
// the ledger is large.

import { existsSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { type ArchiveComparison, countMissing } from '../../archive/exchanges/kept-facts.ts';
import { formatInstant } from '../../domain/time.ts';
import { type Verifier, verifierKeyText } from '../../ledger/note.ts';
import { isCopy } from '../../log/copy-mark.ts';
import { databasePath } from '../../log/data-directory.ts';
import { type LogReader, openReader, openView, type ViewReader } from '../../log/log-reader.ts';
import { checkPageChecksums } from '../../log/page-checksums.ts';
import { type Progress, SILENT } from '../../runtime/progress.ts';
import { KEY_FILE } from '../directory/checkpoints.ts';
import { readGivenCheckpoints } from '../directory/given-checkpoints.ts';
import { checkImports, storedRules, withDirectory } from '../directory/read-only-directory.ts';
import { readVerifierKey } from '../directory/signed-heads.ts';
import { type Fault, faultOf, tampered } from '../directory/verification-fault.ts';
import { statementFaults } from './frozen-statements.ts';
import {
  type PartitionReport,
  type PartitionTerms,
  type SignedHead,
  VERIFIED_TOPICS,
  verifyPartition,
} from './partition.ts';
import { nameOf, readSignedFiles } from './signed-files.ts';
import { verifyInThreads } from './threads.ts';

/** Below this many bytes of ledger, threads cost more than they save. */
const THREADS_BYTES_MIN = 8 * 1024 * 1024;

export interface VerifyOptions {
  readonly data: string;
  /** A file with the verifier key that must have signed; without it, the directory's own key. */
  readonly key?: string;
  /** Files of checkpoints that were given away earlier: the ledger must hold what they say. */
  readonly checkpoint?: readonly string[];
  /** For a copy that was made beside a process that writes: blocks that it had not signed yet are left out. */
  readonly signedOnly?: boolean;
  readonly progress?: Progress;
}

export interface VerifyReport {
  /** The key that must have signed, `name+key id+base64`; null if there is none. */
  readonly key: string | null;
  /** How many checkpoints that were given away the ledger was compared with. */
  readonly held: number;
  /** Whether a process writes the ledger meanwhile: then blocks that it has not signed yet are left out. */
  readonly running: boolean;
  /** False if the log is not closed, or was not closed cleanly: then there are no page checksums. */
  readonly sealed: boolean;
  readonly partitions: readonly PartitionReport[];
  /** How the archived exchanges of a service agree with the log; null if there are none, or the log cannot say. */
  readonly archive: ArchiveComparison | null;
  readonly faults: readonly Fault[];
}

/**
 * Throws HESABU_FILE_MISSING if there is nothing to verify, and HESABU_PROOF_INVALID if a given checkpoint is not one
 * that the key signed. Everything wrong with the ledger is a fault.
 */
export async function verifyDirectory(options: VerifyOptions): Promise<VerifyReport> {
  const { data, signedOnly = false, progress = SILENT } = options;
  const given = options.key === undefined ? undefined : readVerifierKey(options.key);
  return withDirectory(data, async (alone) => {
    const faults: Fault[] = [];
    const signed = readSignedFiles(data, given, faults);
    const { verifier } = signed;
    const held =
      verifier === undefined ? [] : (options.checkpoint ?? []).flatMap((file) => readGivenCheckpoints(file, verifier));
    const seal = alone ? checkPageChecksums(data) : { sealed: false, faults: [] };
    for (const { file, from, to } of seal.faults) {
      const where = `${relative(data, file)} bytes ${from} to ${to}`;
      faults.push({ code: 'HESABU_LOG_DAMAGED', where, found: 'the bytes differ from their checksums' });
    }
    const terms = { alone, signedOnly: signedOnly || !alone, signed: [...signed.heads, ...held] };
    const partitions = await verifyLog(data, terms, progress, faults);
    faults.push(...partitions.flatMap((report) => report.faults));
    const archive = await archiveOf(data, alone);
    // A backup's archive is newer than its log.
    if (archive !== null && archive.missing > 0 && !signedOnly) faults.push(factsMissing(archive));
    // A fault explains why some blocks were not reached.
    if (faults.length === 0) faults.push(...unsignedFaults(partitions, verifier));
    return {
      key: verifier === undefined ? null : verifierKeyText(verifier),
      held: held.length,
      running: !alone,
      sealed: seal.sealed,
      partitions,
      archive,
      faults,
    };
  });
}

/** Null for a copy too: its topics come one after another. */
async function archiveOf(dir: string, alone: boolean): Promise<ArchiveComparison | null> {
  if (!existsSync(databasePath(dir)) || isCopy(dir)) return null;
  let reader: LogReader | undefined;
  try {
    reader = openReader(dir, alone);
    const found = await countMissing(dir, reader, Date.now());
    return found.since === null ? null : found;
  } catch (error) {
    // Of a log that cannot be read, the partitions say so. Anything else is thrown again.
    faultOf(error, 'raw/exchanges');
    return null;
  } finally {
    reader?.close();
  }
}

function factsMissing({ missing, since }: ArchiveComparison): Fault {
  const from = since === null ? '' : ` since ${formatInstant(since)}`;
  const found = `${missing} facts of the exchanges${from} that are not in the log`;
  return { code: 'HESABU_FACTS_MISSING', where: 'raw/exchanges', found };
}

interface VerifyTerms {
  readonly alone: boolean;
  readonly signedOnly: boolean;
  readonly signed: readonly SignedHead[];
}

async function verifyLog(
  dir: string,
  { alone, signedOnly, signed }: VerifyTerms,
  progress: Progress,
  faults: Fault[],
): Promise<readonly PartitionReport[]> {
  let reader: ViewReader | undefined;
  if (!existsSync(databasePath(dir))) {
    faults.push(tampered('hesabu.db', 'no such file, though there are checkpoints'));
    return [];
  }
  try {
    reader = openView(dir, { alone });
    const rules = storedRules(reader, faults);
    checkImports(reader, faults);
    faults.push(...statementFaults(dir, reader, rules.decisionKeys, !isCopy(dir)));
    const { partitions, view } = reader;
    for (const { topic, partition } of reader.places()) {
      const isSingle = topic === 'rules.v1' || topic === 'imports.v1';
      const isKnown = isSingle ? partition === 0 : (VERIFIED_TOPICS as readonly string[]).includes(topic);
      if (isKnown && partition >= 0 && partition < partitions) continue;
      faults.push(tampered(`${topic} partition ${partition}`, 'batches of a topic or partition that does not exist'));
    }
    let done = 0;
    const onLeaves = (leaves: number) => {
      done += leaves;
      progress.update(done);
    };
    const jobs = Array.from({ length: partitions }, (_, partition) => ({
      partition,
      terms: {
        ...{ rules: rules.semantics, decisionKeys: rules.decisionKeys, signedOnly },
        signed: signed.filter((head) => head.partition === partition),
      } satisfies PartitionTerms,
    }));
    const total = jobs.reduce((sum, { terms }) => sum + Math.max(0, ...terms.signed.map(({ size }) => size)), 0);
    progress.start('verifying', total === 0 ? null : total, 'leaves');
    const others = new Set(signed.map(({ partition }) => partition).filter((partition) => partition >= partitions));
    for (const partition of others) faults.push(tampered(`partition ${partition}`, 'signed, and not in the ledger'));
    const threads = Math.min(availableParallelism(), partitions);
    const isSmall = statSync(databasePath(dir)).size < THREADS_BYTES_MIN;
    if (!isSmall && threads > 1) return await verifyInThreads(dir, view, jobs, threads, onLeaves);
    return jobs.map(({ partition, terms }) => verifyPartition(reader!, partition, terms, onLeaves));
  } catch (error) {
    faults.push(faultOf(error, 'hesabu.db'));
    return [];
  } finally {
    progress.stop();
    reader?.close();
  }
}

/** A run that ends cleanly has signed all its blocks. Nothing is known of a block that nobody signed. */
function unsignedFaults(partitions: readonly PartitionReport[], verifier: Verifier | undefined): Fault[] {
  const code = 'HESABU_LEDGER_UNSIGNED';
  if (verifier === undefined) return [{ code, where: KEY_FILE, found: 'no key' }];
  if (partitions.every(({ blocks, left_out }) => blocks + left_out === 0)) {
    return [{ code, where: 'hesabu.db', found: 'no block' }];
  }
  return partitions.flatMap(({ partition, blocks: verified, left_out, signed_blocks }) => {
    const blocks = verified + left_out;
    // Beside the process that signs, the rest waits for its next signature; but it signed before.
    if (signed_blocks === verified && (left_out === 0 || signed_blocks > 0)) return [];
    const found = `${blocks} blocks, of which ${nameOf(verifier)} signed ${signed_blocks}`;
    return [{ code, where: `partition ${partition}`, found }];
  });
}
