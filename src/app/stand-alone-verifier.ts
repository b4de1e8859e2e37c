// Exports and proofs include the stand-alone verifier, so that an outsider can check them without an installation.

import { readFileSync } from 'node:fs';
import { writeWhole } from '../runtime/whole-file.ts';

export async function writeVerifier(out: string): Promise<void> {
  await writeWhole(out, 'verify.mjs', readFileSync(new URL('../../tools/verify.mjs', import.meta.url)));
}
