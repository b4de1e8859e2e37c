#!/usr/bin/env node
// The command `hesabu`: runs in this process if Node is new enough, otherwise in Node 24.
import { run } from './node24.js';

await run(new URL('../src/cli/main.ts', import.meta.url), process.argv.slice(2));
