// In which order the sales of a day stand in a file, so that the order of one file does not help to read another.

import { mix, type SaleDay } from './sales.ts';

/** The largest distance of a callback from its place in order. */
const JITTER = 512;

/** The numbers of a day, each within `JITTER` places of its own place. */
export function* jittered(day: SaleDay): Generator<number> {
  const end = day.first + day.count;
  for (let from = day.first; from < end; from += JITTER) {
    const block = Array.from({ length: Math.min(JITTER, end - from) }, (_, index) => from + index);
    for (let at = block.length - 1; at > 0; at--) {
      const other = mix(from + at) % (at + 1);
      [block[at], block[other]] = [block[other]!, block[at]!];
    }
    yield* block;
  }
}

/** The numbers of a day in large strides, each once. */
export function* scattered(day: SaleDay): Generator<number> {
  const stride = strideFor(day.count);
  for (let index = 0, at = 0; index < day.count; index++, at = (at + stride) % day.count) yield day.first + at;
}

function strideFor(count: number): number {
  const divisor = (left: number, right: number): number => (right === 0 ? left : divisor(right, left % right));
  let stride = Math.max(1, Math.floor(count * 0.618));
  while (divisor(count, stride) !== 1) stride++;
  return stride;
}
