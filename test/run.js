// What `npm test` runs: lint, types, then every test under Node 24, whatever Node runs this file.
// The last line on stdout is `N passed, N failed, N skipped`; lint and types count as one test each.
// With paths, only the tests in those files or folders: `node test/run.js test/domain test/log/embedded.test.ts`.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild } from '../bin/node24.js';
import {
  answers,
  dockerAnswers,
  missingForKafka,
  missingForOwnServers,
  ownServerTests,
} from './cluster/harness/available.js';
import { chromiumPath } from './desk/chromium.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Some tests start and kill processes by the hundred, and most of a start is the loading of code. */
const COMPILE_CACHE = join(ROOT, '.cache', 'compile');
/** Random examples are the same in every run, so that a red run is of the change; `npm run soak` draws others. */
const SEED = process.env.HESABU_SEED ?? '20260601';

/** Runs a tool of node_modules under Node 24; its output goes straight through. */
function runTool(tool, args) {
  return new Promise((done) => {
    const env = { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE, HESABU_SEED: SEED };
    const child = startChild(join(ROOT, 'node_modules', tool), args, { cwd: ROOT, env, stdin: 'ignore' });
    child.on('error', (error) => {
      process.stderr.write(`${error.message}\n`);
      done(false);
    });
    child.on('exit', (code) => done(code === 0));
  });
}

/** A check that passes or fails as a whole. */
async function runCheck(name, tool, args) {
  const start = Date.now();
  process.stdout.write(`${name} ...\n`);
  const passed = await runTool(tool, args);
  process.stdout.write(`${name} ${passed ? 'passed' : 'FAILED'} in ${((Date.now() - start) / 1000).toFixed(1)} s\n\n`);
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
}

/** The tests themselves, counted from vitest's own report. */
async function runTests(paths) {
  const folder = mkdtempSync(join(tmpdir(), 'hesabu-test-'));
  try {
    const report = join(folder, 'report.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const projects = missing === undefined || isRequired ? [] : ['--project', 'embedded', '--project', 'alone'];
    const passed = await runTool('vitest/vitest.mjs', ['run', ...reporters, ...projects, ...paths]);
    return countTests(passed, existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function countTests(passed, report) {
  // A file that could not be loaded has no tests that could fail, so it counts as one itself.
  const files = report?.testResults ?? [];
  const broken = files.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  const failed = (report?.numFailedTests ?? 0) + broken;
  return {
    passed: report?.numPassedTests ?? 0,
    // A run that found nothing to test, or ended by a stray error, failed as a whole.
    failed: passed || failed > 0 ? failed : 1,
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
  };
}

/**
 * The tests that need a broker and a registry are left out where neither is there nor can be started, unless
 * HESABU_TEST_KAFKA says that they are required.
 */
const missing = missingForKafka();
const isRequired = process.env.HESABU_TEST_KAFKA === 'required';

const paths = process.argv.slice(2).map((path) => (existsSync(path) ? resolve(path) : path));
const unknown = paths.filter((path) => path.includes('/') && !existsSync(path));
if (unknown.length > 0) {
  process.stderr.write(`There is no ${unknown.join(', no ')}.\n`);
  process.stdout.write('0 passed, 1 failed, 0 skipped\n');
  process.exit(1);
}
const results = [];
if (paths.length === 0) {
  results.push(
    await runCheck('lint', '@biomejs/biome/bin/biome', [
      'check',
      '--error-on-warnings',
      '--diagnostic-level=warn',
      '.',
    ]),
  );
  results.push(await runCheck('types', 'typescript/bin/tsc', ['--noEmit']));
  results.push(await runCheck('types of desk', 'typescript/bin/tsc', ['--noEmit', '-p', 'desk']));
}
const tests = await runTests(paths);
results.push(tests);

/** What was left out for want of a program, by name. */
function leftOut() {
  const lines = [];
  const own = missingForOwnServers();
  if (missing !== undefined && !isRequired) lines.push(`test/cluster, since there is ${missing}`);
  else if (own !== undefined && !isRequired) lines.push(`${ownServerTests().join(' and ')}, since there is ${own}`);
  if (!answers('mvn', ['--version'])) lines.push('the subscriber in Java, since there is no Maven');
  if (!answers('python3', ['-c', 'import venv, ensurepip'])) {
    lines.push('the subscriber in Python, since there is no python3 with venv');
  }
  if (!dockerAnswers()) lines.push('the mirror on a KurrentDB, since no Docker engine answers');
  if (!answers('docker', ['compose', 'version'])) {
    lines.push('docker compose config on docker-compose.yml, since there is no docker compose');
  }
  if (chromiumPath() === undefined) lines.push('what test/desk does in a browser, since there is no Chromium');
  return lines;
}

for (const line of leftOut()) process.stdout.write(`Not run: ${line}.\n`);
const sum = (name) => results.reduce((total, counts) => total + counts[name], 0);
process.exitCode = sum('failed') === 0 && tests.passed > 0 ? 0 : 1;
process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped\n`);
