// Names that come again and again, such as those of providers and currencies, as small numbers: found by their bytes,
// so that no text is made of them for every claim.

const EMPTY = -1;
const LOAD_MAX = 0.5;
const SLOTS_MIN = 256;

/** Names get the numbers 0, 1, 2 and so on, up to a bound. */
export class ByteNames {
  private readonly max: number;
  private names: Buffer[] = [];
  private texts: string[] = [];
  private hashes: number[] = [];
  private index = new Int32Array(SLOTS_MIN).fill(EMPTY);

  constructor(max: number) {
    this.max = max;
  }

  /** Whether the next name that is not known has no number: the names may then be cleared. */
  get isFull(): boolean {
    return this.names.length >= this.max;
  }

  clear(): void {
    this.names = [];
    this.texts = [];
    this.hashes = [];
    this.index.fill(EMPTY);
  }

  /** The number of a name; -1 where it is no valid UTF-8, or there is no number left. */
  numberOf(bytes: Uint8Array, from: number, to: number): number {
    let hash = 0x811c9dc5;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    hash ^= hash >>> 15;
    const mask = this.index.length - 1;
    let place = hash & mask;
    for (let known = this.index[place]!; known !== EMPTY; known = this.index[place]!) {
      if (this.hashes[known] === hash && isSame(this.names[known]!, bytes, from, to)) return known;
      place = (place + 1) & mask;
    }
    return this.insert(place, hash, bytes, from, to);
  }

  textOf(number: number): string {
    return this.texts[number]!;
  }

  private insert(place: number, hash: number, bytes: Uint8Array, from: number, to: number): number {
    if (this.isFull) return EMPTY;
    const name = Buffer.from(bytes.subarray(from, to));
    const text = name.toString('utf8');
    if (!Buffer.from(text).equals(name)) return EMPTY;
    const number = this.names.push(name) - 1;
    this.texts.push(text);
    this.hashes.push(hash);
    this.index[place] = number;
    if (this.names.length > this.index.length * LOAD_MAX) this.reindex();
    return number;
  }

  private reindex(): void {
    const index = new Int32Array(this.index.length * 2).fill(EMPTY);
    const mask = index.length - 1;
    for (const [number, hash] of this.hashes.entries()) {
      let at = hash & mask;
      while (index[at] !== EMPTY) at = (at + 1) & mask;
      index[at] = number;
    }
    this.index = index;
  }
}

function isSame(name: Buffer, bytes: Uint8Array, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let at = 0; at < name.length; at++) if (name[at] !== bytes[from + at]) return false;
  return true;
}
