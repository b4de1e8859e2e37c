// How much room V8 keeps for new objects.

import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/**
 * Ends the growth of the young generations once this thread's has so many bytes; it doubles with a collection, so it
 * may become twice as large. Most of what a request makes is dropped with its answer, so a young generation of the size
 * that V8 allows holds little but garbage. V8 reads its limit before any script runs, but the factor by which a
 * generation grows each time. It holds for all threads.
 */
export function limitYoungGeneration(bytes: number): void {
  const observer = new PerformanceObserver(() => {
    if (youngBytes() < bytes) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    observer.disconnect();
  });
  observer.observe({ entryTypes: ['gc'] });
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;
}
