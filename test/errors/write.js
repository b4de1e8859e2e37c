// Writes the examples of ERRORS.md anew, each as its provocation gives it: `node test/errors/write.js`.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const runner = fileURLToPath(new URL('../run.js', import.meta.url));
const test = fileURLToPath(new URL('examples.test.ts', import.meta.url));
const env = { ...process.env, HESABU_TEST_WRITE_EXAMPLES: '1' };
process.exitCode = spawnSync(process.execPath, [runner, test], { env, stdio: 'inherit' }).status ?? 1;
