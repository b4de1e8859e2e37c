// Many proofs of one ledger, checked by the stand-alone verifier, without a network where the machine lets a test have
// none; each with one byte changed is refused.
import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { decodeBlock, forEachEntry } from '../../src/ledger/block-codec.ts';
import { signCheckpoint } from '../../src/ledger/checkpoint.ts';
import { leafHash } from '../../src/ledger/merkle.ts';
import { signerFromPem, verifierKeyText } from '../../src/ledger/note.ts';
import { inclusionProofText } from '../../src/ledger/proof.ts';
import { leavesIn } from '../ledger/blocks.ts';
import { chainOf } from '../ledger/samples.ts';

/** `HESABU_TEST_PROOFS` sets another number. */
const PROOFS = Number(process.env.HESABU_TEST_PROOFS ?? 25);
const at = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'hesabu-proofs-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** `unshare -rn` gives a process a network without any device. */
const isolation = spawnSync('unshare', ['-rn', 'true']).status === 0 ? ['unshare', '-rn'] : [];

test(`${PROOFS} proofs are accepted, and none with a byte changed (R10)`, { timeout: 60_000 + PROOFS * 5_000 }, () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const signer = signerFromPem(privateKey.export({ format: 'pem', type: 'pkcs8' }) as string, 'duka.example');
  const [block] = chainOf([PROOFS]);
  const leafBytes = leavesIn(decodeBlock(block!.bytes));
  const leaves = leafBytes.map((leaf) => leafHash(leaf));
  const checkpoint = signCheckpoint(block!.head, signer);
  writeFileSync(join(dir, 'vkey.txt'), `${verifierKeyText(signer.verifier)}\n`);
  let written = 0;
  for (const [number, leaf] of leafBytes.entries()) {
    forEachEntry(leaf, (from, to) => {
      writeFileSync(join(dir, `entry-${written}.bin`), leaf.subarray(from, to));
      writeFileSync(join(dir, `proof-${written++}.txt`), inclusionProofText(leaves, number, leaf, checkpoint));
    });
  }
  const [command, ...args] = [...isolation, process.execPath, at('many-proofs.mjs'), at('../../tools/verify.mjs')];
  const printed = execFileSync(command!, [...args, dir, String(PROOFS)], { encoding: 'utf8' });
  expect(JSON.parse(printed)).toEqual([PROOFS, 0]);
});
