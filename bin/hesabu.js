#!/usr/bin/env node
// The command `hesabu`: in this process where Node is new enough, else handed to Node 24.
import { run } from './node24.js';

await run(new URL('../src/cli/main.ts', import.meta.url), process.argv.slice(2));
