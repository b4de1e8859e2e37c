// The ids of the callbacks that a directory holds.
import { readFact } from '../../src/log/fact-codec.ts';
import { openReader } from '../../src/log/log-reader.ts';
import { forEachValue } from '../../src/log/value-frames.ts';

/** With repeats, of a directory that no process has open. */
export function callbackIds(data: string): string[] {
  const reader = openReader(data, true);
  const ids: string[] = [];
  try {
    for (let partition = 0; partition < reader.partitions; partition++) {
      for (const { payload } of reader.read('callbacks.v1', partition, 0n)) {
        forEachValue(payload, 0, (from, to) => ids.push(readFact(payload, from, to).id));
      }
    }
  } finally {
    reader.close();
  }
  return ids;
}
