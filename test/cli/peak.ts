// Loaded before a program: reports its peak memory in KiB when it ends.

import { writeSync } from 'node:fs';

process.on('exit', () => writeSync(2, `peak ${process.resourceUsage().maxRSS}\n`));
