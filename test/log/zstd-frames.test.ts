// Payloads as stored on the disk: each is a zstd frame that any zstd can read.
import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packFrame, packFrameHere, unpackBeginning, unpackFrame } from '../../src/log/zstd-frames.ts';

const payloads = fc.oneof(
  fc.uint8Array({ maxLength: 1_100 }),
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 2_000 })).map(([piece, times]) => {
    return Buffer.concat(Array.from({ length: times }, () => piece));
  }),
);

describe('a payload of any length', () => {
  test('is a zstd frame, and decompresses to the same bytes', () =>
    fc.assert(
      fc.asyncProperty(payloads, async (payload) => {
        const packed = await packFrame(payload);
        expect(Buffer.compare(zstdDecompressSync(packed), payload)).toBe(0);
        expect(Buffer.compare(unpackFrame(packed, payload.length)!, payload)).toBe(0);
        expect(Buffer.compare(unpackFrame(packFrameHere(payload), payload.length)!, payload)).toBe(0);
      }),
    ));

  test.each([0, 1, 255, 256, 257, 1_023, 1_024, 1_025, 32_767, 32_768, 300_000, 3_000_000])(
    'of %i bytes',
    async (length) => {
      const payload = Buffer.alloc(length, 'fact');
      const packed = await packFrame(payload);
      expect(zstdDecompressSync(packed).equals(payload)).toBe(true);
      expect(unpackFrame(packed, length)!.equals(payload)).toBe(true);
      expect(unpackFrame(packFrameHere(payload), length)!.equals(payload)).toBe(true);
      if (length >= 1_024) expect(packed.length).toBeLessThan(length / 10);
    },
  );

  test('does not decompress with another length, or with a changed byte in its header', async () => {
    const payload = Buffer.from('fourteen bytes');
    const packed = await packFrame(payload);
    expect(unpackFrame(packed, payload.length - 1)).toBeUndefined();
    expect(unpackFrame(packed, payload.length + 1)).toBeUndefined();
    for (let at = 0; at < packed.length - payload.length; at++) {
      const other = Buffer.from(packed);
      other[at]! ^= 1;
      const unpacked = unpackFrame(other, payload.length);
      expect(unpacked === undefined || unpacked.equals(payload)).toBe(true);
    }
  });
});

test('what a batch of facts shrinks to has memory of its own, and moves to a thread without a copy', () => {
  const batch = Buffer.from(Array.from({ length: 40_000 }, (_, at) => `${at * 7}`).join(','));
  expect(packFrameHere(batch).buffer.byteLength).toBeGreaterThan(Buffer.poolSize);
});

describe('the beginning of a payload', () => {
  test.each([
    ['that shrinks', (at: number) => at % 7],
    ['that does not', () => Math.random() * 256],
  ])('%s is unpacked without the rest', async (_, byteAt) => {
    const payload = Buffer.from(Array.from({ length: 2_000_000 }, (_, at) => byteAt(at)));
    const beginning = unpackBeginning(await packFrame(payload), payload.length)!;
    expect(beginning.length).toBeGreaterThanOrEqual(128 * 1024);
    expect(beginning.equals(payload.subarray(0, beginning.length))).toBe(true);
  });

  test('of a short one is all of it', async () => {
    const payload = Buffer.from('a few bytes');
    expect(unpackBeginning(await packFrame(payload), payload.length)!.equals(payload)).toBe(true);
  });

  test('is undefined where there is no frame', () => {
    expect(unpackBeginning(Buffer.alloc(200_000, 'no frame'), 200_000)).toBeUndefined();
  });
});
