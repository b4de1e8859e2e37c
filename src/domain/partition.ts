// The partition of a key: the same as Kafka's default partitioner gives, so that any Kafka client agrees.
// Source: murmur2, seed 0x9747b28c, as `org.apache.kafka.common.utils.Utils` uses it.

const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;
const encoder = new TextEncoder();

/** The partition, from 0 to `partitions` - 1, of a record with this key. */
export function partitionOf(key: string, partitions: number): number {
  return partitionOfHash(murmur2(key), partitions);
}

/** The same for a key whose hash is known. */
export function partitionOfHash(hash: number, partitions: number): number {
  return (hash & 0x7fffffff) % partitions;
}

/** The murmur2 hash of the key's UTF-8 bytes, as a signed 32-bit number. */
export function murmur2(key: string): number {
  const hash = asciiMurmur2(key);
  if (hash !== undefined) return hash;
  const bytes = encoder.encode(key);
  return partitionHash(bytes, 0, bytes.length);
}

/** Uses the characters as bytes, which saves the encoding; undefined where a character is not ASCII. */
function asciiMurmur2(key: string): number | undefined {
  const size = key.length;
  let hash = SEED ^ size;
  let seen = 0;
  let at = 0;
  for (; at + 4 <= size; at += 4) {
    const [a, b] = [key.charCodeAt(at), key.charCodeAt(at + 1)];
    const [c, d] = [key.charCodeAt(at + 2), key.charCodeAt(at + 3)];
    seen |= a | b | c | d;
    hash = mixWord(hash, a | (b << 8) | (c << 16) | (d << 24));
  }
  let tail = 0;
  for (let index = size - 1; index >= at; index--) {
    const code = key.charCodeAt(index);
    seen |= code;
    tail = (tail << 8) | code;
  }
  return seen > 127 ? undefined : finish(hash, tail, size > at);
}

/** The murmur2 hash of the bytes from `from` to `to`, as a signed 32-bit number. */
export function partitionHash(bytes: Uint8Array, from: number, to: number): number {
  let hash = SEED ^ (to - from);
  let at = from;
  for (; at + 4 <= to; at += 4) {
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    hash = mixWord(hash, word);
  }
  let tail = 0;
  for (let index = to - 1; index >= at; index--) tail = (tail << 8) | bytes[index]!;
  return finish(hash, tail, to > at);
}

function mixWord(hash: number, word: number): number {
  word = Math.imul(word, MULTIPLIER);
  word = Math.imul(word ^ (word >>> 24), MULTIPLIER);
  return Math.imul(hash, MULTIPLIER) ^ word;
}

function finish(hash: number, tail: number, hasTail: boolean): number {
  if (hasTail) hash = Math.imul(hash ^ tail, MULTIPLIER);
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return hash ^ (hash >>> 15);
}
