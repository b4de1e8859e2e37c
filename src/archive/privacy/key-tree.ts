// A tree of keys from which any one key can be taken out for ever, while all others stay as they are (GGM, Goldreich,
// Goldwasser and Micali 1986). A key is made from the one above it; to take one out, those above it are given up, and
// in their place their other children are kept.

import { hash } from 'node:crypto';

export const KEY_BYTES = 32;
/** Each level is one byte of a path. */
const LEVELS = 3;
const CHILDREN = 256;
const PATHS = CHILDREN ** LEVELS;
const PARENTS = CHILDREN ** (LEVELS - 1);
/** The level of a key and its path; then the key. */
const PLACE_BYTES = 1 + LEVELS;
const NODE_BYTES = PLACE_BYTES + KEY_BYTES;
/** Of a key: so it is copied without a call. */
const WORDS = KEY_BYTES / 4;

/** Of the key above some leaves: not asked for yet; made; given up, with all leaves or some. */
const [UNKNOWN, MADE, ABSENT, PARTED] = [0, 1, 2, 3] as const;

interface Node {
  readonly name: number;
  readonly key: Buffer;
}

/** A path is a whole number below 2^24. */
export class KeyTree {
  /** The places of the keys from which all others are made, in order; none is below another. Beside them the keys. */
  private names: Uint32Array;
  private keys: Buffer;
  private readonly states = new Uint8Array(PARENTS);
  /** The keys above the leaves that were made already, in blocks of 256; and those above these. */
  private readonly parents: Int32Array[] = [];
  private readonly above = new Map<number, Buffer>();
  /** What a key is made of: the one above it, its level, and its place below that. */
  private readonly words = new Int32Array(WORDS + 1);
  private readonly input = Buffer.from(this.words.buffer, 0, KEY_BYTES + 2);

  private constructor(names: Uint32Array, keys: Buffer) {
    this.names = names;
    this.keys = keys;
  }

  static of(root: Uint8Array): KeyTree {
    return new KeyTree(Uint32Array.of(nameOf(0, 0)), Buffer.from(root));
  }

  /** Throws a RangeError for bytes that `encode` did not write. */
  static decode(bytes: Buffer): KeyTree {
    const count = bytes.length / NODE_BYTES;
    if (!Number.isInteger(count)) throw new RangeError('a part of a key');
    const names = new Uint32Array(count);
    const keys = Buffer.alloc(count * KEY_BYTES);
    for (let nth = 0; nth < count; nth++) {
      const at = nth * NODE_BYTES;
      const [level, path] = [bytes[at]!, bytes.readUIntBE(at + 1, LEVELS)];
      if (level > LEVELS || path >= CHILDREN ** level) throw new RangeError('a key at no place of the tree');
      names[nth] = nameOf(level, path);
      if (nth > 0 && names[nth]! <= names[nth - 1]!) throw new RangeError('keys in another order');
      bytes.copy(keys, nth * KEY_BYTES, at + PLACE_BYTES, at + NODE_BYTES);
    }
    return new KeyTree(names, keys);
  }

  /** The keys that are left, in the order of their places. */
  encode(): Buffer {
    const { names, keys } = this;
    const bytes = Buffer.alloc(names.length * NODE_BYTES);
    for (let nth = 0; nth < names.length; nth++) {
      bytes.writeUInt32BE(names[nth]!, nth * NODE_BYTES);
      keys.copy(bytes, nth * NODE_BYTES + PLACE_BYTES, nth * KEY_BYTES, (nth + 1) * KEY_BYTES);
    }
    return bytes;
  }

  /** The key at a path, a byte a character (latin1); undefined if it was taken out. */
  leaf(path: number): string | undefined {
    const parent = path >>> 8;
    const state = this.states[parent]! === UNKNOWN ? this.makeParent(parent) : this.states[parent]!;
    if (state === ABSENT) return undefined;
    if (state === PARTED) return this.ownKey(nameOf(LEVELS, path))?.toString('latin1');
    const { words } = this;
    const block = this.parents[parent >>> 8]!;
    const from = (parent & 255) * WORDS;
    for (let word = 0; word < WORDS; word++) words[word] = block[from + word]!;
    return this.child(LEVELS, path & 255);
  }

  /** Takes the key at a path out. False if it was taken out before. */
  remove(path: number): boolean {
    let level = LEVELS;
    while (level >= 0 && this.placeOf(nameAbove(path, level)) < 0) level--;
    if (level < 0) return false;
    const removed = this.placeOf(nameAbove(path, level));
    let key: Buffer = Buffer.from(this.keyIn(removed));
    const added: Node[] = [];
    for (; level < LEVELS; level++) {
      const below = this.childrenOf(key, level, path >>> (8 * (LEVELS - level)));
      const own = nameAbove(path, level + 1);
      added.push(...below.filter(({ name }) => name !== own));
      key.fill(0);
      key = below.find(({ name }) => name === own)!.key;
    }
    key.fill(0);
    this.replace(removed, added);
    this.forgetMade();
    return true;
  }

  /** Puts nodes, which are in order, in the place of one. */
  private replace(removed: number, added: readonly Node[]): void {
    const names = new Uint32Array(this.names.length - 1 + added.length);
    const keys = Buffer.alloc(names.length * KEY_BYTES);
    let [from, to] = [0, 0];
    const take = (end: number) => {
      names.set(this.names.subarray(from, end), to);
      this.keys.copy(keys, to * KEY_BYTES, from * KEY_BYTES, end * KEY_BYTES);
      to += end - from;
      from = end;
    };
    const takeTo = (end: number) => {
      if (from <= removed && removed < end) {
        take(removed);
        from++;
      }
      take(end);
    };
    for (const { name, key } of added) {
      takeTo(this.indexFrom(name));
      names[to] = name;
      key.copy(keys, to++ * KEY_BYTES);
    }
    takeTo(this.names.length);
    this.keys.fill(0);
    this.names = names;
    this.keys = keys;
  }

  private childrenOf(key: Buffer, level: number, path: number): readonly Node[] {
    key.copy(this.input);
    return Array.from({ length: CHILDREN }, (_, nth) => {
      return { name: nameOf(level + 1, path * CHILDREN + nth), key: Buffer.from(this.child(level + 1, nth), 'latin1') };
    });
  }

  /** What was made may have been made of a key that is gone. */
  private forgetMade(): void {
    this.states.fill(UNKNOWN);
    for (const block of this.parents) block?.fill(0);
    for (const key of this.above.values()) key.fill(0);
    this.above.clear();
    this.input.fill(0);
  }

  /** Makes and keeps the key above some leaves, if it can still be made. */
  private makeParent(parent: number): number {
    const key = this.keyAt(LEVELS - 1, parent);
    if (key === undefined) {
      const first = this.indexFrom(nameOf(LEVELS, parent * CHILDREN));
      const isParted = first < this.names.length && this.names[first]! < nameOf(LEVELS, (parent + 1) * CHILDREN);
      this.states[parent] = isParted ? PARTED : ABSENT;
    } else {
      this.parents[parent >>> 8] ??= new Int32Array(CHILDREN * WORDS);
      key.copy(this.input);
      this.parents[parent >>> 8]!.set(this.words.subarray(0, WORDS), (parent & 255) * WORDS);
      this.states[parent] = MADE;
    }
    return this.states[parent]!;
  }

  private keyAt(level: number, path: number): Buffer | undefined {
    const own = this.ownKey(nameOf(level, path));
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

  private ownKey(name: number): Buffer | undefined {
    const nth = this.placeOf(name);
    return nth < 0 ? undefined : this.keyIn(nth);
  }

  private keyIn(nth: number): Buffer {
    return this.keys.subarray(nth * KEY_BYTES, (nth + 1) * KEY_BYTES);
  }

  /** -1 if there is no key of its own. */
  private placeOf(name: number): number {
    const nth = this.indexFrom(name);
    return this.names[nth] === name ? nth : -1;
  }

  /** Of the first place that is not before this one. */
  private indexFrom(name: number): number {
    let [from, to] = [0, this.names.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.names[middle]! < name) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** The SHA-256 of the key that stands in the input, with the place of its child. */
  private child(level: number, nth: number): string {
    this.input[KEY_BYTES] = level;
    this.input[KEY_BYTES + 1] = nth;
    return hash('sha256', this.input, 'binary');
  }
}

/** A number for a place of the tree: its level and path, as four bytes. */
function nameOf(level: number, path: number): number {
  return level * PATHS + path;
}

/** The place above a leaf at a level. */
function nameAbove(path: number, level: number): number {
  return nameOf(level, Math.floor(path / CHILDREN ** (LEVELS - level)));
}
