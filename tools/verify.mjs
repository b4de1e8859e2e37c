// A stand-alone verifier of a Hesabu ledger: plain JavaScript with Node's own modules and none of Hesabu's code. Copy it
// anywhere, and read it before you trust it. It prints `ok: ...` with exit code 0, or `refused: ...` with exit code 1.
//
//   node verify.mjs entry  VKEY PROOF ENTRY          one entry is in the tree
//   node verify.mjs tree   VKEY CHECKPOINT ENTRIES   all entries together give the root
//   node verify.mjs growth VKEY CHECKPOINT GROWTH    nothing under the older checkpoint was rewritten later
//
// VKEY        vkey.txt             `name+key id+base64`: a C2SP signed-note verifier key, Ed25519, from a trusted source.
// CHECKPOINT  checkpoint-<p>.txt   a C2SP tlog-checkpoint, signed: `hesabu/<name>/partition/<p>`, tree size, root in
//                                  base64; then a line for a replay of the blocks: their number, the hash of the last;
//                                  and `recorded`, where the signer keeps what it signed last.
// ENTRIES     entries-<p>.bin      every entry of the partition, each after its length in 4 bytes, big-endian.
// PROOF       proof-<id>.txt       a C2SP tlog-proof: title, `index N`, hashes, blank line, checkpoint.
// ENTRY       entry-<id>.bin       the entry's bytes, without a length.
// GROWTH      consistency-<p>.txt  title hesabu/consistency-proof@v1, `from N`, hashes, blank line, newer checkpoint.
//
// Trees are those of RFC 6962; both proofs are checked as RFC 9162 sections 2.1.3.2 and 2.1.4.2 say.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

function need(value, what) {
  if (!value) throw new Error(what);
  return value;
}
const hash = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const leafHash = (bytes) => hash(Buffer.of(0), bytes);
const nodeHash = (left, right) => hash(Buffer.of(1), left, right);
const text = (path) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
const whole = (digits) => Number(need(/^(0|[1-9]\d{0,14})$/.exec(digits), `bad number: ${digits}`)[0]);
const half = (value) => Math.floor(value / 2);
function base64(line, size) {
  const bytes = Buffer.from(line, 'base64');
  need(bytes.toString('base64') === line && (size ?? bytes.length) === bytes.length, `bad base64: ${line}`);
  return bytes;
}

function readKey(line) {
  const [, name, id, encoded] = need(/^([^\s+]+)\+([0-9a-f]{8})\+(\S+)\n?$/.exec(line), 'bad verifier key');
  const key = base64(encoded, 33);
  need(key[0] === 1 && hash(Buffer.from(`${name}\n`), key).toString('hex', 0, 4) === id, 'bad verifier key');
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url', 1) };
  return { name, id, publicKey: createPublicKey({ key: jwk, format: 'jwk' }) };
}

function readCheckpoint(note, key) {
  const end = note.lastIndexOf('\n\n');
  need(end > 0 && note.endsWith('\n'), 'bad note');
  const body = note.slice(0, end + 1);
  const signatures = note
    .slice(end + 2, -1)
    .split('\n')
    .map((line) => {
      const [, name, encoded] = need(/^\u2014 ([^\s+]+) (\S+)$/.exec(line), 'bad signature line');
      return { name, bytes: base64(encoded) };
    });
  const own = signatures.filter(({ name, bytes }) => name === key.name && bytes.toString('hex', 0, 4) === key.id);
  need(own.length > 0, `not signed by ${key.name}+${key.id}`);
  const isValid = ({ bytes }) => verify(null, Buffer.from(body), key.publicKey, bytes.subarray(4));
  need(own.every(isValid), 'the signature is invalid');
  const [origin, size, root] = body.split('\n');
  need(origin.replace(/\d+$/, '') === `hesabu/${key.name}/partition/`, `another origin: ${origin}`);
  return { origin, size: whole(size), root: base64(root, 32) };
}

function readProof(proof, title, word, key) {
  const end = Math.max(proof.indexOf('\n\n'), 0);
  const [first, line = '', ...hashes] = proof.slice(0, end).split('\n');
  need(first === title && line.startsWith(`${word} `), `not a proof of the form ${title}`);
  const number = whole(line.slice(word.length + 1));
  return {
    number,
    hashes: hashes.map((one) => base64(one, 32)),
    checkpoint: readCheckpoint(proof.slice(end + 2), key),
  };
}

// Climbs from a node to the root. `old` is the root of the tree that ended at the node.
function climb(node, last, start, hashes) {
  let [old, root] = [start, start];
  for (const sibling of hashes) {
    need(last > 0, 'the proof has too many hashes');
    if (node % 2 === 1 || node === last) {
      [old, root] = [nodeHash(sibling, old), nodeHash(sibling, root)];
      while (node % 2 === 0 && node > 0) [node, last] = [half(node), half(last)];
    } else root = nodeHash(root, sibling);
    [node, last] = [half(node), half(last)];
  }
  need(last === 0, 'the proof has too few hashes');
  return { old, root };
}

function checkEntry(key, proof, entry) {
  const { number, hashes, checkpoint } = readProof(text(proof), 'c2sp.org/tlog-proof@v1', 'index', key);
  need(number < checkpoint.size, 'the index is not in the tree');
  const { root } = climb(number, checkpoint.size - 1, leafHash(readFileSync(entry)), hashes);
  need(root.equals(checkpoint.root), 'the entry does not lead to the root');
  return `entry ${number} of ${checkpoint.size} in ${checkpoint.origin}`;
}

function checkTree(key, note, entries) {
  const { origin, size, root } = readCheckpoint(text(note), key);
  const bytes = readFileSync(entries);
  const edge = [];
  let count = 0;
  for (let at = 0; at < bytes.length; count++) {
    const end = at + 4 <= bytes.length ? at + 4 + bytes.readUInt32BE(at) : Infinity;
    need(end <= bytes.length, `entry ${count} is cut off`);
    let node = leafHash(bytes.subarray(at + 4, end));
    for (let rest = count; rest % 2 === 1; rest = half(rest)) node = nodeHash(edge.pop(), node);
    edge.push(node);
    at = end;
  }
  need(count === size, `${count} entries, but the checkpoint has ${size}`);
  const found = count === 0 ? hash() : edge.reduceRight((right, left) => nodeHash(left, right));
  need(found.equals(root), 'the entries do not give the root');
  return `${size} entries give the root of ${origin}`;
}

function checkGrowth(key, note, proof) {
  const older = readCheckpoint(text(note), key);
  const { number, hashes, checkpoint: newer } = readProof(text(proof), 'hesabu/consistency-proof@v1', 'from', key);
  need(older.origin === newer.origin && number === older.size && number <= newer.size, 'another ledger or size');
  if (number === newer.size) need(hashes.length === 0 && older.root.equals(newer.root), 'two roots for one size');
  else if (number === 0) need(hashes.length === 0 && older.root.equals(hash()), 'the empty tree has another root');
  else {
    let [node, last] = [number - 1, newer.size - 1];
    while (node % 2 === 1) [node, last] = [half(node), half(last)];
    const [start, ...rest] = node === 0 ? [older.root, ...hashes] : hashes;
    const { old, root } = climb(node, last, need(start, 'the proof has too few hashes'), rest);
    need(old.equals(older.root) && root.equals(newer.root), 'the older tree is not the beginning of the newer one');
  }
  return `${newer.origin} grew from ${older.size} to ${newer.size} entries`;
}

const [mode, vkey, ...paths] = process.argv.slice(2);
try {
  const check = { entry: checkEntry, tree: checkTree, growth: checkGrowth }[mode];
  need(check && paths.length === 2, 'usage: verify.mjs entry|tree|growth VKEY FILE FILE');
  process.stdout.write(`ok: ${check(readKey(text(vkey)), ...paths)}\n`);
} catch (error) {
  process.stdout.write(`refused: ${error.message}\n`);
  process.exitCode = 1;
}
