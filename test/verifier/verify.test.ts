// The stand-alone verifier, run as a third party would run it: on the files of a real ledger, and on altered ones.

import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { decodeBlock, forEachEntry } from '../../src/ledger/block-codec.ts';
import { signCheckpoint } from '../../src/ledger/checkpoint.ts';
import { emptyHead } from '../../src/ledger/head.ts';
import { leafHash, merkleRoot, TreeGrower } from '../../src/ledger/merkle.ts';
import { signerFromPem, signNote, verifierKeyText } from '../../src/ledger/note.ts';
import { consistencyProofText, inclusionProofText } from '../../src/ledger/proof.ts';
import { leavesIn } from '../ledger/blocks.ts';
import { chainOf } from '../ledger/samples.ts';

const VERIFIER = fileURLToPath(new URL('../../tools/verify.mjs', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'hesabu-verifier-'));
afterAll(() => rmSync(directory, { recursive: true }));

const makeSigner = (name: string) => {
  const { privateKey } = generateKeyPairSync('ed25519');
  return signerFromPem(privateKey.export({ format: 'pem', type: 'pkcs8' }) as string, name);
};
const signer = makeSigner('duka.example');
const chain = chainOf([5, 4, 12]);
const payload = Buffer.concat(chain.map(({ bytes }) => decodeBlock(bytes).entries));
const entries: Buffer[] = [];
forEachEntry(payload, (from, to) => entries.push(payload.subarray(from, to)));
const leafBytes = chain.flatMap(({ bytes }) => leavesIn(decodeBlock(bytes)));
const leaves = leafBytes.map((leaf) => leafHash(leaf));
const checkpoint = signCheckpoint(chain[2]!.head, signer);
const older = signCheckpoint(chain[0]!.head, signer);

const FILES: Record<string, string | Buffer> = {
  vkey: `${verifierKeyText(signer.verifier)}\n`,
  entry: entries[7]!,
  proof: inclusionProofText(leaves, 4, leafBytes[4]!, checkpoint),
  checkpoint,
  entries: payload,
  older,
  consistency: consistencyProofText(leaves, 3, checkpoint),
};
const MODES = {
  entry: ['vkey', 'proof', 'entry'],
  tree: ['vkey', 'checkpoint', 'entries'],
  growth: ['vkey', 'older', 'consistency'],
};

/** Runs the verifier on the files, some of them altered: its exit code and its output. */
function run(mode: keyof typeof MODES, altered: Record<string, string | Buffer> = {}): [number | null, string] {
  const paths = MODES[mode].map((name) => {
    const path = join(directory, name);
    writeFileSync(path, altered[name] ?? FILES[name]!);
    return path;
  });
  const { status, stdout } = spawnSync(process.execPath, [VERIFIER, mode, ...paths], { encoding: 'utf8' });
  return [status, stdout];
}

/** The file with one bit changed in the byte at a position; a negative one counts from the end. */
function flipped(name: string, place: number): Buffer {
  const bytes = Buffer.from(FILES[name]!);
  const at = place < 0 ? bytes.length + place : place;
  bytes[at]! ^= 1;
  return bytes;
}

/** A leaf in base64 without its last entries: a negative number cuts off so many bytes. */
function partOf(leaf: number, without: number): string {
  const bytes = leafBytes[leaf]!;
  const first = 4 + bytes.readUInt32BE(0);
  return bytes
    .subarray(0, without < 0 ? bytes.length + without : without === 0 ? bytes.length : first)
    .toString('base64');
}

/** A tree of the entries in which the second one of a key comes after another key's, signed as it is. */
function split(payload: Buffer): Record<string, string | Buffer> {
  const framed: Buffer[] = [];
  forEachEntry(payload, (from, to) => framed.push(payload.subarray(from - 4, to)));
  const moved = [framed[0]!, framed[2]!, framed[1]!];
  const tree = new TreeGrower();
  for (const leaf of moved) tree.append(leafHash(leaf));
  return {
    entries: Buffer.concat(moved),
    checkpoint: signCheckpoint({ ...chain[0]!.head, tree: tree.head() }, signer),
  };
}

/** The text file with one of its lines replaced. */
function relined(name: string, at: number, line: string): string {
  return String(FILES[name]).split('\n').with(at, line).join('\n');
}

test('it imports only modules of Node', () => {
  const imports = [...readFileSync(VERIFIER, 'utf8').matchAll(/\bfrom '([^']+)'|\bimport\(|\brequire\(/g)];
  expect(imports.map((match) => match[1])).toEqual(['node:crypto', 'node:fs']);
});

describe('given the files of a ledger', () => {
  test('then an entry, the whole tree and its growth are accepted', () => {
    const origin = 'hesabu/duka.example/partition/3';
    expect(run('entry')).toEqual([0, `ok: entry 3-1-2 in leaf 4 of 13 in ${origin}\n`]);
    expect(run('entry', { entry: entries[6]! })).toEqual([0, `ok: entry 3-1-1 in leaf 4 of 13 in ${origin}\n`]);
    expect(run('tree')).toEqual([0, `ok: 21 entries in 13 leaves give the root of ${origin}\n`]);
    expect(run('growth')).toEqual([0, `ok: ${origin} grew from 3 to 13 leaves\n`]);
  });

  test('then growth is accepted from an empty tree, from a size that is not a power of two, and from itself', () => {
    for (const { head } of [{ head: emptyHead(3) }, chain[1]!, chain[2]!]) {
      const consistency = consistencyProofText(leaves, head.tree.size, checkpoint);
      expect(run('growth', { older: signCheckpoint(head, signer), consistency })[0]).toBe(0);
    }
  });

  test('then an empty ledger is accepted', () => {
    const empty = signCheckpoint(emptyHead(3), signer);
    expect(run('tree', { checkpoint: empty, entries: '' })[0]).toBe(0);
  });
});

describe('given an altered file, then it is refused', () => {
  const stranger = makeSigner('duka.example');
  const forged = signCheckpoint({ ...chain[2]!.head, partition: 4 }, signer);
  const rewritten = { ...chain[0]!.head, tree: { size: 3, edge: [leaves[5]!, leaves[6]!] } };
  const last = entries.at(-1)!.length + 4;
  const signedTree = (size: number, edge: readonly string[]) =>
    signCheckpoint({ ...chain[2]!.head, tree: { size, edge } }, signer);
  const ofTwo = signedTree(4, [merkleRoot(leaves, 0, 2)]);
  const otherOrigin = checkpoint.split('\n').slice(0, 4).with(0, 'soko/duka.example/partition/3');

  test.each<[string, keyof typeof MODES, Record<string, string | Buffer>]>([
    ['an entry, first byte', 'entry', { entry: flipped('entry', 0) }],
    ['an entry, last byte', 'entry', { entry: flipped('entry', -1) }],
    ['a truncated entry', 'entry', { entry: entries[7]!.subarray(1) }],
    ['another entry', 'entry', { entry: entries[5]! }],
    ['the whole leaf for the entry', 'entry', { entry: leafBytes[4]! }],
    ['a leaf with another entry', 'entry', { proof: relined('proof', 1, `extra ${leafBytes[3]!.toString('base64')}`) }],
    ['a part of the leaf', 'entry', { proof: relined('proof', 1, `extra ${partOf(4, 1)}`) }],
    ['a leaf that is cut off', 'entry', { proof: relined('proof', 1, `extra ${partOf(4, -1)}`) }],
    ['the missing leaf', 'entry', { proof: String(FILES.proof).split('\n').toSpliced(1, 1).join('\n') }],
    ['the title', 'entry', { proof: flipped('proof', 3) }],
    ['the index', 'entry', { proof: relined('proof', 2, 'index 5') }],
    ['an index with a leading zero', 'entry', { proof: relined('proof', 2, 'index 04') }],
    ['an index outside the tree', 'entry', { proof: relined('proof', 2, 'index 13') }],
    [
      'an index outside a tree of one leaf',
      'entry',
      {
        entry: entries[0]!,
        proof: `c2sp.org/tlog-proof@v1\nextra ${partOf(0, 0)}\nindex 1\n\n${signedTree(1, [leaves[0]!])}`,
      },
    ],
    [
      'a signed size that does not match the hashes',
      'entry',
      { entry: entries[0]!, proof: inclusionProofText(leaves.slice(0, 2), 0, leafBytes[0]!, ofTwo) },
    ],
    ['a signed size that does not match the entries', 'tree', { checkpoint: signedTree(14, chain[2]!.head.tree.edge) }],
    ['a signed note of another origin', 'tree', { checkpoint: signNote(`${otherOrigin.join('\n')}\n`, signer) }],
    ['a hash', 'entry', { proof: relined('proof', 4, String(FILES.proof).split('\n')[3]!) }],
    ['a bit of a hash', 'entry', { proof: flipped('proof', String(FILES.proof).indexOf('index') + 12) }],
    ['a missing hash', 'entry', { proof: String(FILES.proof).split('\n').toSpliced(3, 1).join('\n') }],
    ['an extra hash', 'entry', { proof: relined('proof', 3, `${String(FILES.proof).split('\n')[3]}\n`.repeat(2)) }],
    ['the blank line', 'entry', { proof: String(FILES.proof).replace('\n\n', '\n') }],
    ['the origin', 'tree', { checkpoint: relined('checkpoint', 0, 'hesabu/duka.example/partition/4') }],
    ['the size', 'tree', { checkpoint: relined('checkpoint', 1, '14') }],
    ['the root', 'tree', { checkpoint: flipped('checkpoint', 40) }],
    ['the block line', 'tree', { checkpoint: relined('checkpoint', 3, 'blocks 2 AAAA') }],
    ['the signature', 'tree', { checkpoint: flipped('checkpoint', -12) }],
    ['the key named by the signature', 'tree', { checkpoint: checkpoint.replace('\u2014 duka', '\u2014 soko') }],
    ['the checkpoint of another key', 'tree', { checkpoint: signCheckpoint(chain[2]!.head, stranger) }],
    ['an invalid byte of UTF-8', 'tree', { checkpoint: Buffer.concat([Buffer.of(0xff), Buffer.from(checkpoint)]) }],
    ['the verifier key', 'tree', { vkey: flipped('vkey', -5) }],
    ['the verifier key of another', 'tree', { vkey: verifierKeyText(stranger.verifier) }],
    ['the entries, a byte', 'tree', { entries: flipped('entries', 60) }],
    ['the entries, a length', 'tree', { entries: flipped('entries', 3) }],
    ['the entries, cut off', 'tree', { entries: payload.subarray(0, -1) }],
    ['the entries without one', 'tree', { entries: payload.subarray(0, -last) }],
    ['the entries, a leaf in two parts', 'tree', split(payload)],
    ['the entries, one twice', 'tree', { entries: Buffer.concat([payload, payload.subarray(-last)]) }],
    ['the older root', 'growth', { older: signCheckpoint(rewritten, signer) }],
    ['the older size', 'growth', { older: signCheckpoint(chain[1]!.head, signer) }],
    ['the partition', 'growth', { older: forged }],
    ['the size of the proof', 'growth', { consistency: relined('consistency', 1, 'from 5') }],
    ['a hash of the proof', 'growth', { consistency: flipped('consistency', 50) }],
    ['the reversed proof', 'growth', { older: checkpoint, consistency: consistencyProofText(leaves, 13, older) }],
  ])('%s', (_, mode, altered) => {
    const [status, words] = run(mode, altered);
    expect([status, words.slice(0, 9)]).toEqual([1, 'refused: ']);
  });
});

test('a missing file and an unknown mode are refused in one line', () => {
  const { status, stdout } = spawnSync(process.execPath, [VERIFIER, 'entry', 'none', 'none', 'none'], {
    encoding: 'utf8',
  });
  expect([status, stdout.split('\n').length]).toEqual([1, 2]);
  const usage = spawnSync(process.execPath, [VERIFIER], { encoding: 'utf8' });
  const line = 'refused: usage: verify.mjs entry|tree|growth|statement VKEY FILE FILE [FILE]\n';
  expect([usage.status, usage.stdout]).toEqual([1, line]);
});
