// A verifier of a Hesabu ledger that stands alone: plain JavaScript, Node's own modules, none of Hesabu's code. Copy it
// to wherever you like and read it before you trust it. It answers `ok: ...` and exit code 0, or `refused: ...` and 1.
//
//   node verify.mjs entry  VKEY PROOF ENTRY          one entry is in the tree
//   node verify.mjs tree   VKEY CHECKPOINT ENTRIES   all entries together give the root
//   node verify.mjs growth VKEY CHECKPOINT GROWTH    nothing that stood at the checkpoint was rewritten later
//
// VKEY        vkey.txt             `name+key id+base64`: a C2SP signed-note verifier key, Ed25519. Get it from
//                                  somebody you trust.
// CHECKPOINT  checkpoint-<p>.txt   a C2SP tlog-checkpoint, signed: `hesabu/<name>/partition/<p>`, tree size, root in
//                                  base64; then a line for whoever replays the blocks: how many, the last one's hash.
// ENTRIES     entries-<p>.bin      every entry of the partition, each after its length in 4 bytes, big-endian.
// PROOF       proof-<id>.txt       a C2SP tlog-proof: title, `index N`, hashes, blank line, checkpoint.
// ENTRY       entry-<id>.bin       the entry's bytes, without a length.
// GROWTH      consistency-<p>.txt  title hesabu/consistency-proof@v1, `from N`, hashes, blank line, newer checkpoint.
//
// Trees are those of RFC 6962; both proofs are checked as RFC 9162 sections 2.1.3.2 and 2.1.4.2 say.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const need = (condition, what) => {
  if (!condition) throw new Error(what);
};
const hash = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const leafHash = (bytes) => hash(Buffer.of(0), bytes);
const nodeHash = (left, right) => hash(Buffer.of(1), left, right);
const text = (path) => {
  const bytes = readFileSync(path);
  need(Buffer.from(bytes.toString()).equals(bytes), `${path} is not UTF-8`);
  return bytes.toString();
};
const base64 = (line, size) => {
  const bytes = Buffer.from(line, 'base64');
  need(bytes.toString('base64') === line && (size === undefined || bytes.length === size), `bad base64: ${line}`);
  return bytes;
};
const whole = (digits) => {
  need(/^(0|[1-9]\d{0,14})$/.test(digits), `bad number: ${digits}`);
  return Number(digits);
};

function readKey(line) {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)\n?$/.exec(line) ?? [];
  need(name !== undefined, 'bad verifier key');
  const key = base64(encoded, 33);
  need(key[0] === 1 && hash(Buffer.from(`${name}\n`), key).toString('hex', 0, 4) === id, 'bad verifier key');
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url', 1) };
  return { name, id, publicKey: createPublicKey({ key: jwk, format: 'jwk' }) };
}

function readCheckpoint(note, key) {
  const end = note.lastIndexOf('\n\n');
  need(end > 0 && note.endsWith('\n'), 'bad note');
  const body = note.slice(0, end + 1);
  let signed = false;
  for (const line of note.slice(end + 2, -1).split('\n')) {
    const [, name, encoded] = /^\u2014 ([^\s+]+) (\S+)$/.exec(line) ?? [];
    need(name !== undefined, 'bad signature line');
    const bytes = base64(encoded);
    if (name !== key.name || bytes.toString('hex', 0, 4) !== key.id) continue;
    need(verify(null, Buffer.from(body), key.publicKey, bytes.subarray(4)), 'the signature is false');
    signed = true;
  }
  need(signed, `not signed by ${key.name}+${key.id}`);
  const [origin, size, root] = body.split('\n');
  need(origin.replace(/\d+$/, '') === `hesabu/${key.name}/partition/`, `another origin: ${origin}`);
  return { origin, size: whole(size), root: base64(root, 32) };
}

function readProof(proof, title, word, key) {
  const end = proof.indexOf('\n\n');
  const lines = proof.slice(0, Math.max(end, 0)).split('\n');
  need(lines[0] === title && (lines[1] ?? '').startsWith(`${word} `), `not a proof of the form ${title}`);
  const number = whole(lines[1].slice(word.length + 1));
  const hashes = lines.slice(2).map((line) => base64(line, 32));
  return { number, hashes, checkpoint: readCheckpoint(proof.slice(end + 2), key) };
}

// Climbs from a node to the root. `old` is climbed beside it: the root of the tree that ended at the node.
function climb(node, last, start, hashes) {
  let [old, root] = [start, start];
  for (const sibling of hashes) {
    need(last > 0, 'the proof has too many hashes');
    if (node % 2 === 1 || node === last) {
      [old, root] = [nodeHash(sibling, old), nodeHash(sibling, root)];
      while (node % 2 === 0 && node > 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else root = nodeHash(root, sibling);
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
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
    need(at + 4 <= bytes.length && at + 4 + bytes.readUInt32BE(at) <= bytes.length, `entry ${count} is cut off`);
    const end = at + 4 + bytes.readUInt32BE(at);
    let node = leafHash(bytes.subarray(at + 4, end));
    for (let rest = count; rest % 2 === 1; rest = (rest - 1) / 2) node = nodeHash(edge.pop(), node);
    edge.push(node);
    at = end;
  }
  need(count === size, `${count} entries, the checkpoint says ${size}`);
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
    while (node % 2 === 1) [node, last] = [(node - 1) / 2, Math.floor(last / 2)];
    const [start, ...rest] = node === 0 ? [older.root, ...hashes] : hashes;
    need(start !== undefined, 'the proof has too few hashes');
    const { old, root } = climb(node, last, start, rest);
    need(old.equals(older.root) && root.equals(newer.root), 'the older tree is not the beginning of the newer one');
  }
  return `${newer.origin} grew from ${older.size} to ${newer.size} entries`;
}

const [mode, vkey, ...paths] = process.argv.slice(2);
const check = { entry: checkEntry, tree: checkTree, growth: checkGrowth }[mode];
try {
  need(check !== undefined && paths.length === 2, 'usage: verify.mjs entry|tree|growth VKEY FILE FILE');
  process.stdout.write(`ok: ${check(readKey(text(vkey)), ...paths)}\n`);
} catch (error) {
  process.stdout.write(`refused: ${error.message}\n`);
  process.exitCode = 1;
}
