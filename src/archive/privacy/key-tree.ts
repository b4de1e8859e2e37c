// A tree of keys from which any one key can be taken out for ever, while all others stay as they are (GGM, Goldreich,
// Goldwasser and Micali 1986). A key is made from the one above it; to take one out, those above it are given up, and
// in their place their other children are kept.

import { hash } from 'node:crypto';

export const KEY_BYTES = 32;
/** Each level is one byte of a path. */
const LEVELS = 3;
const CHILDREN = 256;
const PARENTS = CHILDREN ** (LEVELS - 1);
/** The level of a key, its path, and the key. */
const NODE_BYTES = 1 + LEVELS + KEY_BYTES;

/** Of a key: so it is copied without a call. */
const WORDS = KEY_BYTES / 4;

const [UNKNOWN, KNOWN, ABSENT] = [0, 1, 2] as const;

/** A path is a whole number below 2^24. */
export class KeyTree {
  /** The keys from which all others are made: no one is below another. By level and path. */
  private readonly nodes: Map<number, Buffer>;
  /** Of each key of the level above the leaves, whether it was made already; and the keys, a block for each 256. */
  private readonly states = new Uint8Array(PARENTS);
  private readonly parents: Int32Array[] = [];
  /** The keys above those that were made already, by level and path. */
  private readonly above = new Map<number, Buffer>();
  /** What a key is made of: the one above it, its level, and its place below that. */
  private readonly words = new Int32Array(WORDS + 1);
  private readonly input = Buffer.from(this.words.buffer, 0, KEY_BYTES + 2);
  private hasLeaves = false;

  private constructor(nodes: Map<number, Buffer>) {
    this.nodes = nodes;
    this.hasLeaves = [...nodes.keys()].some((name) => levelOf(name) === LEVELS);
  }

  static of(root: Uint8Array): KeyTree {
    return new KeyTree(new Map([[nameOf(0, 0), Buffer.from(root)]]));
  }

  /** Throws a RangeError for bytes that `encode` did not write. */
  static decode(bytes: Buffer): KeyTree {
    const nodes = new Map<number, Buffer>();
    if (bytes.length % NODE_BYTES !== 0) throw new RangeError('a part of a key');
    for (let at = 0; at < bytes.length; at += NODE_BYTES) {
      const [level, path] = [bytes[at]!, bytes.readUIntBE(at + 1, LEVELS)];
      if (level > LEVELS || path >= CHILDREN ** level) throw new RangeError('a key at no place of the tree');
      nodes.set(nameOf(level, path), Buffer.from(bytes.subarray(at + 1 + LEVELS, at + NODE_BYTES)));
    }
    return new KeyTree(nodes);
  }

  /** The keys that are left, in the order of their places. */
  encode(): Buffer {
    const names = [...this.nodes.keys()].sort((left, right) => left - right);
    return Buffer.concat(
      names.map((name) => {
        const place = Buffer.alloc(1 + LEVELS);
        place[0] = levelOf(name);
        place.writeUIntBE(name % PATHS, 1, LEVELS);
        return Buffer.concat([place, this.nodes.get(name)!]);
      }),
    );
  }

  /** The key at a path, a byte a character (latin1); undefined if it was taken out. */
  leaf(path: number): string | undefined {
    if (this.hasLeaves) {
      const own = this.nodes.get(nameOf(LEVELS, path));
      if (own !== undefined) return own.toString('latin1');
    }
    const parent = path >>> 8;
    const state = this.states[parent]! === UNKNOWN ? this.makeParent(parent) : this.states[parent]!;
    if (state === ABSENT) return undefined;
    const { words } = this;
    const block = this.parents[parent >>> 8]!;
    const from = (parent & 255) * WORDS;
    for (let word = 0; word < WORDS; word++) words[word] = block[from + word]!;
    return this.child(LEVELS, path & 255);
  }

  /** Takes the key at a path out. False if it was taken out before. */
  remove(path: number): boolean {
    let level = LEVELS;
    while (level >= 0 && !this.nodes.has(nameOf(level, path >>> (8 * (LEVELS - level))))) level--;
    if (level < 0) return false;
    let name = nameOf(level, path >>> (8 * (LEVELS - level)));
    for (; ; level++) {
      const key = this.nodes.get(name)!;
      this.nodes.delete(name);
      if (level === LEVELS) {
        key.fill(0);
        break;
      }
      const below = path >>> (8 * (LEVELS - level - 1));
      for (let child = 0; child < CHILDREN; child++) {
        key.copy(this.input);
        const made = Buffer.from(this.child(level + 1, child), 'latin1');
        this.nodes.set(nameOf(level + 1, (below & ~255) | child), made);
      }
      key.fill(0);
      name = nameOf(level + 1, below);
    }
    this.hasLeaves = true;
    this.states.fill(UNKNOWN);
    for (const block of this.parents) block?.fill(0);
    for (const key of this.above.values()) key.fill(0);
    this.above.clear();
    this.input.fill(0);
    return true;
  }

  /** Makes and keeps the key above some leaves, if it can still be made. */
  private makeParent(parent: number): number {
    const key = this.keyAt(LEVELS - 1, parent);
    this.states[parent] = key === undefined ? ABSENT : KNOWN;
    if (key !== undefined) {
      this.parents[parent >>> 8] ??= new Int32Array(CHILDREN * WORDS);
      key.copy(this.input);
      this.parents[parent >>> 8]!.set(this.words.subarray(0, WORDS), (parent & 255) * WORDS);
    }
    return this.states[parent]!;
  }

  private keyAt(level: number, path: number): Buffer | undefined {
    const own = this.nodes.get(nameOf(level, path));
    if (own !== undefined || level === 0) return own;
    const name = nameOf(level - 1, path >>> 8);
    let above = this.above.get(name);
    if (above === undefined) {
      const found = this.keyAt(level - 1, path >>> 8);
      if (found === undefined) return undefined;
      above = Buffer.from(found);
      this.above.set(name, above);
    }
    above.copy(this.input);
    return Buffer.from(this.child(level, path & 255), 'latin1');
  }

  /** The SHA-256 of the key that stands in the input, with the place of its child. */
  private child(level: number, nth: number): string {
    this.input[KEY_BYTES] = level;
    this.input[KEY_BYTES + 1] = nth;
    return hash('sha256', this.input, 'binary');
  }
}

const PATHS = CHILDREN ** LEVELS;

/** A number for a place of the tree. */
function nameOf(level: number, path: number): number {
  return level * PATHS + path;
}

function levelOf(name: number): number {
  return Math.floor(name / PATHS);
}
