// Loaded before a program: reports its peak memory in KiB when it ends.

import { readFileSync, writeSync } from 'node:fs';

/** On Linux `maxRSS` has also what the process that started it held, which can be more. */
function peakKib(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
}

process.on('exit', () => writeSync(2, `peak ${peakKib()}\n`));
