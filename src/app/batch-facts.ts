// The facts of a batch of a file, for what reads a file without a ledger.

import type { Fact } from '../domain/fact.ts';
import { readFact } from '../log/fact-codec.ts';
import { forEachValue } from '../log/value-frames.ts';

/** `payload` is that of a batch that `readFile` passes on. */
export function* factsIn(payload: Uint8Array): Iterable<Fact> {
  const bytes = Buffer.from(payload);
  const places: [number, number][] = [];
  forEachValue(bytes, 0, (start, end) => {
    places.push([start, end]);
  });
  for (const [start, end] of places) yield readFact(bytes, start, end);
}
