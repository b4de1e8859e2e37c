// Checkpoints that somebody was given earlier, as a file of one or several signed notes, to hold a ledger against.

import { HesabuError } from '../../domain/errors.ts';
import { type Checkpoint, openCheckpoint } from '../../ledger/checkpoint.ts';
import { DASH, signersOf, type Verifier } from '../../ledger/note.ts';
import { readProofFile } from './signed-heads.ts';

export interface GivenCheckpoint extends Checkpoint {
  readonly file: string;
}

/**
 * The checkpoints in a file, as `GET /v1/checkpoint` and `hesabu export` write them. Throws HESABU_FILE_MISSING, and
 * HESABU_PROOF_INVALID if one is not a checkpoint that this key signed.
 */
export function readGivenCheckpoints(file: string, verifier: Verifier): GivenCheckpoint[] {
  return notesIn(readProofFile(file).toString()).map((note) => ({ ...openGiven(note, file, verifier), file }));
}

/** A note ends with its lines of signatures; blank lines between notes do not count. */
function notesIn(text: string): string[] {
  const all = text.split('\n');
  const notes: string[] = [];
  let lines: string[] = [];
  all.forEach((line, at) => {
    if (lines.length === 0 && line === '') return;
    lines.push(line);
    const isLast = line.startsWith(DASH) && !(all[at + 1] ?? '').startsWith(DASH);
    if (!isLast) return;
    notes.push(`${lines.join('\n')}\n`);
    lines = [];
  });
  // What is left is no note: it is refused like one that is malformed.
  return lines.length === 0 && notes.length > 0 ? notes : [...notes, lines.join('\n')];
}

function openGiven(note: string, file: string, verifier: Verifier): Checkpoint {
  try {
    return openCheckpoint(note, verifier);
  } catch (error) {
    if (!(error instanceof HesabuError)) throw error;
    const keys = signersOf(note);
    const origin = note.slice(0, note.indexOf('\n'));
    const { name, keyId } = verifier;
    // A wrong signature by the right key, or a note of the right key that is no checkpoint, says so itself.
    const detail = keys.includes(`${name}+${keyId}`)
      ? error.detail
      : {
          expected: `a checkpoint that ${name}+${keyId} signed`,
          found: `${origin}, signed by ${keys.join(', ') || 'nobody'}`,
        };
    throw new HesabuError('HESABU_PROOF_INVALID', { ...detail, where: file }, error);
  }
}
