// A stand-alone verifier of a Hesabu ledger: plain JavaScript with Node's own modules and none of Hesabu's code. Copy it
// anywhere, and read it before you trust it. It prints `ok: ...` with exit code 0, or `refused: ...` with exit code 1.
//
//   node verify.mjs entry  VKEY PROOF ENTRY          one entry is in a leaf of the tree
//   node verify.mjs tree   VKEY CHECKPOINT ENTRIES   all entries together give the root
//   node verify.mjs growth VKEY CHECKPOINT GROWTH    nothing under the older checkpoint was rewritten later
//   node verify.mjs statement VKEY PROOF ENTRY FILE  the file is the statement that the entry closed a day with
//
// VKEY        vkey.txt             `name+key id+base64`: a C2SP signed-note verifier key, Ed25519, from a trusted source.
// CHECKPOINT  checkpoint-<p>.txt   a C2SP tlog-checkpoint, signed: `hesabu/<name>/partition/<p>`, tree size, root in
//                                  base64; then a line for a replay of the blocks: their number, the hash of the last;
//                                  and `recorded`, where the signer keeps what it signed last.
// ENTRIES     entries-<p>.bin      every entry of the partition, each after its length in 4 bytes, big-endian.
// PROOF       proof-<id>.txt       a C2SP tlog-proof: title, `extra LEAF` in base64, `index N` of the leaf, hashes, blank
//                                  line, checkpoint.
// ENTRY       entry-<id>.bin       the entry's bytes, without a length.
// FILE        statement-<id>.jsonl the statement as it was frozen: JSON lines, of which the entry has the SHA-256.
// GROWTH      consistency-<p>.txt  title hesabu/consistency-proof@v1, `from N`, hashes, blank line, newer checkpoint.
//
// A leaf is all entries of one key in one block, as they lie in ENTRIES: with their lengths, one after another. An entry
// begins with four Avro numbers: its partition, its block's height, its index there, and the length of its key, which
// follows. Trees are those of RFC 6962; both proofs are checked as RFC 9162 sections 2.1.3.2 and 2.1.4.2 say.
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

// The places of entries that lie one after another, each after its length.
function* placesOf(bytes) {
  for (let [at, count] = [0, 0]; at < bytes.length; count++) {
    const [from, to] = [at + 4, at + 4 <= bytes.length ? at + 4 + bytes.readUInt32BE(at) : Infinity];
    need(to <= bytes.length, `entry ${count} is cut off`);
    yield { from, to };
    at = to;
  }
}

// Reads the Avro numbers and texts of an entry, one after another.
function readerOf(entry) {
  let at = 0;
  const number = () => {
    let [value, factor] = [0, 1];
    for (let byte = 128; byte >= 128; factor *= 128) {
      need(at < entry.length && factor < 2 ** 49, 'bad number in an entry');
      byte = entry[at++];
      value += (byte % 128) * factor;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  };
  const string = (encoding = 'utf8') => {
    const size = number();
    need(size >= 0 && at + size <= entry.length, 'bad text in an entry');
    at += size;
    return entry.toString(encoding, at - size, at);
  };
  return { number, string, optional: () => (number() === 0 ? null : string()) };
}

// What an entry begins with.
function address(entry) {
  const { number, string } = readerOf(entry);
  const [partition, height, index] = [number(), number(), number()];
  return { id: `${partition}-${height}-${index}`, height, key: string('latin1') };
}

// What an entry says: its key, kind, reason and subject, and what was owed before and after.
function contentOf(entry) {
  const { number, string, optional } = readerOf(entry);
  for (let skipped = 0; skipped < 3; skipped++) number();
  const key = string();
  number();
  for (let skipped = 0; skipped < 2; skipped++) string();
  const kind = number();
  number();
  const [reason, subject, opening, closing] = [optional(), string(), optional(), optional()];
  optional();
  return { key, kind, reason, subject, opening, closing, currency: optional() };
}

function readProof(proof, title, word, key) {
  const end = Math.max(proof.indexOf('\n\n'), 0);
  const [first, ...lines] = proof.slice(0, end).split('\n');
  const extra = lines[0]?.startsWith('extra ') ? base64(lines.shift().slice(6)) : undefined;
  const [line = '', ...hashes] = lines;
  need(first === title && line.startsWith(`${word} `), `not a proof of the form ${title}`);
  const number = whole(line.slice(word.length + 1));
  return {
    number,
    extra,
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
  const { number, extra, hashes, checkpoint } = readProof(text(proof), 'c2sp.org/tlog-proof@v1', 'index', key);
  const leaf = need(extra, 'the proof has no leaf');
  const bytes = readFileSync(entry);
  const isHere = [...placesOf(leaf)].some(({ from, to }) => leaf.subarray(from, to).equals(bytes));
  need(isHere, 'the entry is not in the leaf');
  need(number < checkpoint.size, 'the index is not in the tree');
  const { root } = climb(number, checkpoint.size - 1, leafHash(leaf), hashes);
  need(root.equals(checkpoint.root), 'the leaf does not lead to the root');
  return `entry ${address(bytes).id} in leaf ${number} of ${checkpoint.size} in ${checkpoint.origin}`;
}

const DECISION = 5;

function checkStatement(key, proof, entry, file) {
  const proved = checkEntry(key, proof, entry);
  const said = contentOf(readFileSync(entry));
  need(said.kind === DECISION && said.reason === 'PERIOD_CLOSED', 'the entry closes no day');
  const [head] = text(file).split('\n');
  const { day, merchant, provider, currency } = JSON.parse(head);
  const found = hash(readFileSync(file)).toString('hex');
  need(said.subject === `${provider}/${found}`, `the file is not the one that was closed: its SHA-256 is ${found}`);
  need(said.key === `?period:${day}:${merchant}` && said.currency === currency, 'the statement is of another day');
  return `${day} of ${merchant}, ${provider}, is closed from ${said.opening} to ${said.closing} ${currency}; ${proved}`;
}

function checkTree(key, note, entries) {
  const { origin, size, root } = readCheckpoint(text(note), key);
  const bytes = readFileSync(entries);
  const edge = [];
  let [entriesSeen, count] = [0, 0];
  for (const leaf of leavesOf(bytes)) {
    let node = leafHash(bytes.subarray(leaf.from, leaf.to));
    for (let rest = count++; rest % 2 === 1; rest = half(rest)) node = nodeHash(edge.pop(), node);
    edge.push(node);
    entriesSeen += leaf.entries;
  }
  need(count === size, `${count} leaves, but the checkpoint has ${size}`);
  const found = count === 0 ? hash() : edge.reduceRight((right, left) => nodeHash(left, right));
  need(found.equals(root), 'the entries do not give the root');
  return `${entriesSeen} entries in ${size} leaves give the root of ${origin}`;
}

// Runs of entries of one key in one block. A key has no second run in a block.
function* leavesOf(bytes) {
  let leaf;
  const keys = new Set();
  for (const { from, to } of placesOf(bytes)) {
    const { id, height, key } = address(bytes.subarray(from, to));
    if (leaf === undefined || leaf.height !== height || leaf.key !== key) {
      if (leaf !== undefined) yield leaf;
      if (leaf?.height !== height) keys.clear();
      need((leaf === undefined || leaf.height <= height) && !keys.has(key), `entry ${id} is not in its place`);
      keys.add(key);
      leaf = { from: from - 4, height, key, entries: 0 };
    }
    leaf.to = to;
    leaf.entries++;
  }
  if (leaf !== undefined) yield leaf;
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
  return `${newer.origin} grew from ${older.size} to ${newer.size} leaves`;
}

const [mode, vkey, ...paths] = process.argv.slice(2);
try {
  const check = { entry: checkEntry, tree: checkTree, growth: checkGrowth, statement: checkStatement }[mode];
  const files = mode === 'statement' ? 3 : 2;
  need(check && paths.length === files, 'usage: verify.mjs entry|tree|growth|statement VKEY FILE FILE [FILE]');
  process.stdout.write(`ok: ${check(readKey(text(vkey)), ...paths)}\n`);
} catch (error) {
  process.stdout.write(`refused: ${error.message}\n`);
  process.exitCode = 1;
}
