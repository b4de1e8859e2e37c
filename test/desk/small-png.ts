// A picture of the page in a third of its bytes: with a palette of its most frequent colours, as a page has few, and
// packed as tightly as the format allows. What is rarer becomes the nearest of them, which nobody sees.
import { constants, crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const COLOURS_MAX = 256;
const [RGB, RGBA, PALETTE] = [2, 6, 3];

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** One number for each pixel, as 0xRRGGBB. */
  readonly colours: Uint32Array;
}

export function smallPng(png: Buffer): Buffer {
  const { width, height, colours } = pixelsOf(png);
  const palette = paletteOf(colours);
  const places = new Map(palette.map((colour, at) => [colour, at]));
  const rows = Buffer.alloc(height * (width + 1));
  colours.forEach((colour, at) => {
    let place = places.get(colour);
    if (place === undefined) {
      place = nearest(palette, colour);
      places.set(colour, place);
    }
    // Each row begins with how it is filtered: not at all.
    rows[Math.floor(at / width) * (width + 1) + 1 + (at % width)] = place;
  });
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, PALETTE], 8);
  const packed = deflateSync(rows, { level: constants.Z_BEST_COMPRESSION, memLevel: 9 });
  const table = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const parts = [chunk('IHDR', head), chunk('PLTE', table), chunk('IDAT', packed), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([SIGNATURE, ...parts]);
}

function chunk(name: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  const [size, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  size.writeUInt32BE(content.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, check]);
}

/** Of a picture as Chromium writes it: 8 bits a sample, not interlaced. */
function pixelsOf(png: Buffer): Pixels {
  const [width, height, kind] = [png.readUInt32BE(16), png.readUInt32BE(20), png[25]];
  const size = kind === RGB ? 3 : kind === RGBA ? 4 : 0;
  if (size === 0 || png[24] !== 8 || png[28] !== 0) throw new RangeError('a picture of another form');
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const bytes = inflateSync(Buffer.concat(parts));
  const line = width * size;
  const colours = new Uint32Array(width * height);
  let before = Buffer.alloc(line);
  for (let y = 0; y < height; y++) {
    const from = y * (line + 1);
    const row = bytes.subarray(from + 1, from + 1 + line);
    unfilter(bytes[from]!, row, before, size);
    before = row;
    for (let x = 0; x < width; x++) colours[y * width + x] = row.readUIntBE(x * size, 3);
  }
  return { width, height, colours };
}

/** Section 9 of the standard: each byte is told as the difference to what its neighbours make likely. */
function unfilter(filter: number, row: Buffer, before: Buffer, size: number): void {
  for (let at = 0; at < row.length; at++) {
    const left = at < size ? 0 : row[at - size]!;
    const corner = at < size ? 0 : before[at - size]!;
    const up = before[at]!;
    const likely = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]!;
    row[at] = row[at]! + likely;
  }
}

function paeth(left: number, up: number, corner: number): number {
  const [toLeft, toUp, toCorner] = [up - corner, left - corner, left + up - 2 * corner].map(Math.abs);
  if (toLeft! <= toUp! && toLeft! <= toCorner!) return left;
  return toUp! <= toCorner! ? up : corner;
}

/** So far apart that one sees it: greys of the edges of letters would fill the palette otherwise. */
const APART = 40;

/** The most frequent ones, without those that look like one of them. */
function paletteOf(colours: Uint32Array): number[] {
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const palette: number[] = [];
  for (const [colour] of [...counts].sort(([, left], [, right]) => right - left)) {
    if (palette.length === COLOURS_MAX) break;
    if (palette.every((other) => distance(colour, other) >= APART)) palette.push(colour);
  }
  return palette;
}

function nearest(palette: readonly number[], colour: number): number {
  const distances = palette.map((other) => distance(colour, other));
  return distances.indexOf(Math.min(...distances));
}

function distance(one: number, other: number): number {
  return [16, 8, 0].reduce((sum, shift) => sum + (((one >> shift) & 255) - ((other >> shift) & 255)) ** 2, 0);
}
