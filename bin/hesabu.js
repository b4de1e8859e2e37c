#!/usr/bin/env node
// The command `hesabu`: in this process where Node is new enough, else handed to Node 24.
import { fileURLToPath } from 'node:url';
import { run } from './node24.js';

const entry = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
run(entry, process.argv.slice(2));
