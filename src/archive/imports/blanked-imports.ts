// Takes a person's data out of the stored files of imports: a file is the same but for these, byte by byte, so each row
// stays on its line.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceShredded } from '../../runtime/shredded-file.ts';
import { blanked, type Subject } from '../privacy/subject.ts';
import { framesOf, importFolders, packed } from './import-archive.ts';

/** How many files were changed. */
export function blankImports(dir: string, subject: Subject): number {
  let changed = 0;
  for (const folder of importFolders(dir)) {
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder)) {
      if (/^\d+\.zst(?:\.tmp)?$/.test(name) && blankFile(join(folder, name), subject)) changed++;
    }
  }
  return changed;
}

function blankFile(path: string, subject: Subject): boolean {
  const bytes = readFileSync(path);
  let isClean = true;
  const frames = () =>
    readable(framesOf(bytes, path.endsWith('.tmp')), () => {
      isClean = false;
    });
  for (const [before, after] of blankedParts(frames(), subject)) isClean &&= before === after;
  if (isClean) return false;
  replaceShredded(path, (file) => {
    for (const [, after] of blankedParts(frames(), subject)) {
      writeFileSync(file, packed(Buffer.from(after, 'latin1')));
    }
  });
  return true;
}

/** The frames up to a damaged one. What nobody can read cannot be searched either, and goes. */
function* readable(frames: Iterable<Buffer>, onDamage: () => void): Generator<Buffer> {
  try {
    yield* frames;
  } catch {
    onDamage();
  }
}

/** Each part as it is and as it should be, cut where neither a line nor what is looked for goes on. */
function* blankedParts(frames: Iterable<Buffer>, subject: Subject): Generator<readonly [string, string]> {
  let rest = '';
  for (const frame of frames) {
    const text = rest + frame.toString('latin1');
    const end = cutOf(text, subject);
    yield [text.slice(0, end), blanked(text.slice(0, end), subject)];
    rest = text.slice(end);
  }
  yield [rest, blanked(rest, subject)];
}

function cutOf(text: string, { pattern, lengthMax }: Subject): number {
  const last = Math.max(0, text.length - lengthMax);
  let end = text.lastIndexOf('\n', last) + 1 || last;
  while (end > 0 && /[0-9A-Za-z]/.test(text.charAt(end - 1))) end--;
  for (const { index, 0: found } of text.slice(0, end + lengthMax).matchAll(pattern)) {
    if (index < end && index + found.length > end) return index;
  }
  return end;
}
