// Everything that an outsider needs to check the signed ledger without us, and to read it.

import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ByteReader } from '../domain/bytes.ts';
import { type Entry, entryId } from '../domain/entry.ts';
import { formatInstant } from '../domain/time.ts';
import { withReadOnlyLog } from '../engine/directory/read-only-directory.ts';
import {
  orTampered,
  requireRoot,
  type Signed,
  signedBlocks,
  signedHead,
  unsigned,
} from '../engine/directory/signed-heads.ts';
import { type BlockHeader, forEachEntry } from '../ledger/block-codec.ts';
import { readEntry } from '../ledger/entry-codec.ts';
import { beginsEpoch } from '../ledger/epoch.ts';
import { treeWith } from '../ledger/head.ts';
import { EMPTY_TREE, rootOf } from '../ledger/merkle.ts';
import { verifierKeyText } from '../ledger/note.ts';
import type { LogReader } from '../log/log-reader.ts';
import { type Progress, SILENT } from '../runtime/progress.ts';
import { replaceFile, TextFile, writeWhole } from '../runtime/whole-file.ts';
import { batchesOf } from '../task/block-inputs.ts';
import { epochOf } from '../task/epochs.ts';
import { writeVerifier } from './stand-alone-verifier.ts';

export interface ExportReport {
  readonly partitions: readonly {
    readonly partition: number;
    readonly entries: number;
    /** The leaves of the signed tree: each has all entries of one key in one block. */
    readonly leaves: number;
  }[];
  readonly entries: number;
  /** Blocks that no checkpoint has signed yet: they are left out. */
  readonly unsigned_blocks: number;
}

/**
 * Writes into `out` and replaces what is there. Throws HESABU_NOT_FOUND if nothing is signed yet, and
 * HESABU_LEDGER_TAMPERED if the entries do not give the signed root.
 */
export async function exportLedger(data: string, out: string, progress: Progress = SILENT): Promise<ExportReport> {
  return withReadOnlyLog(data, async (reader, signatures) => {
    const heads = Array.from({ length: reader.partitions }, (_, partition) => signedHead(signatures, partition));
    const signed = heads.filter((head) => head !== undefined);
    const first = signed[0];
    if (first === undefined) throw unsigned(data);
    const leaves = signed.reduce((sum, { checkpoint }) => sum + checkpoint.size, 0);
    progress.start('exporting', leaves, 'leaves');
    let done = 0;
    const onLeaves = (count: number) => {
      done += count;
      progress.update(done);
    };
    const epochs: string[] = [];
    const partitions: ExportReport['partitions'][number][] = [];
    await replaceFile(join(out, 'entries.jsonl'), async (temporary) => {
      const lines = new TextFile(temporary);
      try {
        for (const head of signed) {
          const exported = await exportPartition(reader, head, out, lines, onLeaves);
          epochs.push(...exported.epochs);
          const { partition, size: leaves } = head.checkpoint;
          partitions.push({ partition, entries: exported.entries, leaves });
        }
      } finally {
        lines.close();
        progress.stop();
      }
    });
    await writeWhole(out, 'vkey.txt', `${verifierKeyText(first.verifier)}\n`);
    await writeWhole(out, 'epochs.jsonl', epochs.join(''));
    await writeWhole(out, 'entry.avsc', readFileSync(new URL('../../schemas/entry.avsc', import.meta.url)));
    await writeWhole(out, 'README.txt', readme(signed));
    await writeVerifier(out);
    const stored = heads.reduce((sum, _, partition) => sum + Number(reader.end('ledger.v1', partition)), 0);
    return {
      partitions,
      entries: partitions.reduce((sum, { entries }) => sum + entries, 0),
      unsigned_blocks: stored - signed.reduce((sum, { checkpoint }) => sum + checkpoint.blocks, 0),
    };
  });
}

/**
 * The file holds the stored bytes of the entries, each after its length: the form that the verifier reads. Returns
 * their number, and the lines of the partition's epochs.
 */
async function exportPartition(
  reader: LogReader,
  { checkpoint, note }: Signed,
  out: string,
  lines: TextFile,
  onLeaves: (leaves: number) => void,
): Promise<{ readonly entries: number; readonly epochs: readonly string[] }> {
  const { partition } = checkpoint;
  const epochs: string[] = [];
  let written = 0;
  await replaceFile(join(out, `entries-${partition}.bin`), (temporary) => {
    const file = openSync(temporary, 'w');
    try {
      let tree = EMPTY_TREE;
      for (const { header, entries } of signedBlocks(reader, checkpoint)) {
        const before = tree.size;
        if (beginsEpoch(header.inputs)) epochs.push(epochLine(reader, header));
        for (let at = 0; at < entries.length; ) at += writeSync(file, entries, at);
        written += writeLines(lines, entries, partition);
        tree = treeWith(tree, entries);
        onLeaves(tree.size - before);
      }
      requireRoot(partition, tree.size, rootOf(tree), checkpoint);
    } finally {
      closeSync(file);
    }
  });
  await writeWhole(out, `checkpoint-${partition}.txt`, note);
  return { entries: written, epochs };
}

/** From which block on a partition goes on as of another time, and why. */
function epochLine(reader: LogReader, header: BlockHeader): string {
  const { partition, height, as_of } = header;
  const epoch = epochOf([...batchesOf(reader, header)]);
  return `${JSON.stringify({ partition, block: height, as_of: formatInstant(as_of), why: epoch?.why })}\n`;
}

/** Returns the number of entries. */
function writeLines(lines: TextFile, entries: Buffer, partition: number): number {
  let count = 0;
  orTampered(`partition ${partition}`, () =>
    forEachEntry(entries, (from, to) => {
      lines.write(entryLine(readEntry(new ByteReader(entries, from, to))));
      count++;
    }),
  );
  return count;
}

/** Amounts are decimal texts; times are ISO 8601 in UTC. */
function entryLine(entry: Entry): string {
  const { partition, height, index, key, version, merchant, provider, finding, cause, supersedes, as_of } = entry;
  const line = {
    id: entryId(partition, height, index),
    key,
    version,
    merchant,
    provider,
    ...finding,
    opened_at: finding.opened_at === null ? null : formatInstant(finding.opened_at),
    cause: cause === null ? null : { ...cause, offset: Number(cause.offset) },
    supersedes,
    as_of: formatInstant(as_of),
  };
  return `${JSON.stringify(line)}\n`;
}

function readme(signed: readonly Signed[]): string {
  const commands = signed.map(({ checkpoint: { partition } }) => {
    return `  node verify.mjs tree vkey.txt checkpoint-${partition}.txt entries-${partition}.bin`;
  });
  return `A ledger that you can check yourself. Read verify.mjs, which needs only Node, and then run it here:

${commands.join('\n')}

It prints "ok" and exits with 0, or "refused" with the reason and exits with 1. Compare vkey.txt with the key that you
received by another channel: anyone who can replace these files can also replace the key among them.

checkpoint-<p>.txt is a C2SP tlog-checkpoint. entries-<p>.bin holds every entry in the Avro encoding of entry.avsc, each
after its length (4 bytes, big-endian). entries.jsonl holds the same for reading; the signature is over the .bin.

A leaf of the signed tree is all entries of one key in one block, with their lengths, as they lie in the .bin: entries
that follow one another and have the same height and key.

epochs.jsonl has the blocks from which a partition goes on as of another time, which may be earlier, and why. It is
empty if there is none.
`;
}
