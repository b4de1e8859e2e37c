#!/usr/bin/env node
// The command `hesabu`: runs in this process if Node is new enough, otherwise in Node 24.
import { hasBundle } from './bundle.js';
import { run } from './node24.js';

const sources = new URL('../src/cli/main.ts', import.meta.url);
const root = new URL('../', import.meta.url);
const args = process.argv.slice(2);
await run(hasBundle(root, args) ? new URL('dist/main.js', root) : sources, args);
