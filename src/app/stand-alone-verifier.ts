// The verifier that stands alone goes with whatever is given away, so that it can be checked without an installation.

import { readFileSync } from 'node:fs';
import { writeWhole } from '../runtime/whole-file.ts';

export async function writeVerifier(out: string): Promise<void> {
  await writeWhole(out, 'verify.mjs', readFileSync(new URL('../../tools/verify.mjs', import.meta.url)));
}
