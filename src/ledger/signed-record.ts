// What a key signed last: the head of each partition, in one signed note. A head has all that is needed to check that a
// ledger grew from it, without the blocks before.

import { ByteReader, ByteWriter } from '../domain/bytes.ts';
import { HesabuError } from '../domain/errors.ts';
import { bytesFromBase64 } from './digest.ts';
import { type LedgerHead, readHead, writeHead } from './head.ts';
import { openNote, type Signer, signNote, type Verifier } from './note.ts';

/** The first line. No checkpoint begins like this, so that neither note can be taken for the other. */
const titleOf = (keyName: string): string => `hesabu/${keyName}/signed`;

/** The signed note. Partitions without a block are left out. */
export function signRecord(heads: readonly LedgerHead[], signer: Signer): string {
  const lines = heads.filter(({ height }) => height >= 0).map(lineOf);
  return signNote(`${[titleOf(signer.name), ...lines].join('\n')}\n`, signer);
}

/** The heads by partition. Throws HESABU_PROOF_INVALID if the note is not a record signed by this key. */
export function openRecord(note: string, verifier: Verifier): Map<number, LedgerHead> {
  const [title = '', ...lines] = openNote(note, verifier).trimEnd().split('\n');
  if (title !== titleOf(verifier.name)) throw invalid(`the first line ${titleOf(verifier.name)}`, title);
  const heads = lines.map(headOf);
  return new Map(heads.map((head) => [head.partition, head]));
}

/** Whether a record, by whatever key, says that something was signed. */
export function namesHeads(note: string): boolean {
  return note
    .slice(0, note.lastIndexOf('\n\n') + 1)
    .trimEnd()
    .includes('\n');
}

function lineOf(head: LedgerHead): string {
  const writer = new ByteWriter();
  writeHead(writer, head);
  return writer.view().toString('base64');
}

function headOf(line: string): LedgerHead {
  const bytes = bytesFromBase64(line);
  if (bytes === undefined) throw invalid('heads in base64', line);
  try {
    return readHead(new ByteReader(bytes, 0, bytes.length));
  } catch (error) {
    if (error instanceof RangeError) throw invalid('a whole head', line);
    throw error;
  }
}

function invalid(expected: string, found: string): HesabuError {
  return new HesabuError('HESABU_PROOF_INVALID', { where: 'record of what was signed', expected, found });
}
