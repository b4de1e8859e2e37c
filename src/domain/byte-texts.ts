// Comparing and copying texts as the bytes that they are.

import type { Span } from './byte-scan.ts';
import type { ByteWriter } from './bytes.ts';

/** The first byte that is no ASCII character. */
const BEYOND_ASCII = 128;

export function isThere({ from }: Span): boolean {
  return from >= 0;
}

export function isSameText(left: Uint8Array, one: Span, right: Uint8Array, other: Span): boolean {
  const size = one.to - one.from;
  if (other.to - other.from !== size) return false;
  const [from, shift] = [one.from, other.from - one.from];
  for (let at = from; at < one.to; at++) if (left[at] !== right[at + shift]) return false;
  return true;
}

/** Texts of other characters may sort otherwise as texts than as bytes, and need not be valid. */
export function isAscii(bytes: Uint8Array, from: number, to: number): boolean {
  let seen = 0;
  for (let at = from; at < to; at++) seen |= bytes[at]!;
  return seen < BEYOND_ASCII;
}

/** Whether one ASCII text comes before another one. */
export function isBefore(left: Uint8Array, one: Span, right: Uint8Array, other: Span): boolean {
  const size = Math.min(one.to - one.from, other.to - other.from);
  for (let at = 0; at < size; at++) {
    const difference = left[one.from + at]! - right[other.from + at]!;
    if (difference !== 0) return difference < 0;
  }
  return one.to - one.from < other.to - other.from;
}

/** Appends bytes as they are. Most texts are short: a loop is faster than a call out of JavaScript. */
export function writePart(writer: ByteWriter, bytes: Uint8Array, from: number, to: number): void {
  writer.reserve(to - from);
  const { buffer } = writer;
  let end = writer.length;
  for (let at = from; at < to; at++) buffer[end++] = bytes[at]!;
  writer.length = end;
}

/** Appends the text of these bytes, after its length. */
export function writeText(writer: ByteWriter, bytes: Uint8Array, from: number, to: number): void {
  writer.long(to - from);
  writePart(writer, bytes, from, to);
}
