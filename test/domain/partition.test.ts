// The partitioner agrees with Kafka's: known hashes, and the same hash for a key read as text or as bytes.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { murmur2, partitionHash, partitionOf } from '../../src/domain/partition.ts';

/** Known results of `Utils.murmur2`, from Kafka's own UtilsTest. */
const KNOWN: readonly (readonly [string, number])[] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
];

/** The same algorithm in another way: on bytes and big integers. */
function murmur2Slowly(bytes: Uint8Array): number {
  const multiplier = 0x5bd1e995n;
  const low = (value: bigint) => BigInt.asUintN(32, value);
  let hash = low(0x9747b28cn ^ BigInt(bytes.length));
  const whole = bytes.length - (bytes.length % 4);
  for (let at = 0; at < whole; at += 4) {
    let word = 0n;
    for (let index = 3; index >= 0; index--) word = (word << 8n) | BigInt(bytes[at + index]!);
    word = low(word * multiplier);
    word = low((word ^ (word >> 24n)) * multiplier);
    hash = low(hash * multiplier) ^ word;
  }
  for (let index = bytes.length - 1; index >= whole; index--)
    hash ^= BigInt(bytes[index]!) << BigInt(8 * (index - whole));
  if (whole < bytes.length) hash = low(hash * multiplier);
  hash = low((hash ^ (hash >> 13n)) * multiplier);
  return Number(BigInt.asIntN(32, hash ^ (hash >> 15n)));
}

describe('murmur2', () => {
  test.each(KNOWN)('of %j is %i', (key, hash) => {
    expect(murmur2(key)).toBe(hash);
  });

  test('of any text is the hash of its UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })), (key) => {
        expect(murmur2(key)).toBe(murmur2Slowly(new TextEncoder().encode(key)));
      }),
    );
  });
});

describe('partitionHash', () => {
  test('hashes the bytes between two positions', () => {
    const bytes = new TextEncoder().encode('xx-foobar-yy');
    expect(partitionHash(bytes, 3, 9)).toBe(-790332482);
  });
});

describe('partitionOf', () => {
  test('takes the positive hash modulo the number of partitions', () => {
    expect(partitionOf('21', 8)).toBe((-973932308 & 0x7fffffff) % 8);
    expect(partitionOf('abc', 8)).toBe(479470107 % 8);
    expect(partitionOf('abc', 1)).toBe(0);
  });
});
