// Loaded before a program: tells at its end how much memory it had at most, in KiB.

import { writeSync } from 'node:fs';

process.on('exit', () => writeSync(2, `peak ${process.resourceUsage().maxRSS}\n`));
