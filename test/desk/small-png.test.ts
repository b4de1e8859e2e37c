// A small picture has the same pixels: of few colours exactly, however each row was filtered.
import { deflateSync, inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { smallPng } from './small-png.ts';

const [WHITE, RED, INK, PALE] = ['ffffff', 'b3261e', '16191d', 'fffeff'] as const;

/** Only what is read of a chunk: its name, its size and its content. */
function chunk(name: string, content: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(content.length);
  return Buffer.concat([size, Buffer.from(name), content, Buffer.alloc(4)]);
}

/** Two by two pixels; of the second row each byte is the difference to the one above. */
function given(first: string, second: string): Buffer {
  const head = Buffer.from('00000002000000020802000000', 'hex');
  const [up, row] = [first, second].map((text) => Buffer.from(text, 'hex')) as [Buffer, Buffer];
  const rows = Buffer.concat([Buffer.from([0]), up, Buffer.from([2]), row.map((byte, at) => byte - up[at]!)]);
  return Buffer.concat([Buffer.alloc(8), chunk('IHDR', head), chunk('IDAT', deflateSync(rows))]);
}

function partOf(png: Buffer, name: string): Buffer {
  const at = png.indexOf(name);
  return png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4));
}

test('keeps its colours, and takes what looks like one of them for it', () => {
  const small = smallPng(given(WHITE + RED, WHITE + INK));
  expect(partOf(small, 'PLTE').toString('hex')).toBe(WHITE + RED + INK);
  expect([...inflateSync(partOf(small, 'IDAT'))]).toEqual([0, 0, 1, 0, 0, 2]);
  const alike = smallPng(given(WHITE + PALE, WHITE + INK));
  expect(partOf(alike, 'PLTE').toString('hex')).toBe(WHITE + INK);
  expect([...inflateSync(partOf(alike, 'IDAT'))]).toEqual([0, 0, 0, 0, 0, 1]);
});
