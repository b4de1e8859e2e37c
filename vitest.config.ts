// How the tests run: two files at a time, on the Node that runs vitest itself. Those of test/cluster share a broker and a
// registry, which are started where the environment names none, and have a process of their own each; those that need a
// broker of their own are left out where there is nothing to run it with.
import { defineConfig } from 'vitest/config';
import { missingForOwnServers, ownServerTests } from './test/cluster/harness/available.js';

const shared = {
  pool: 'forks' as const,
  setupFiles: 'test/seed.ts',
  // Processes are started and killed in some tests, on machines that are busy; those that need more say so themselves.
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // What is to come is waited for as long as a busy machine may need, and no test says how fast it has to be.
  expect: { poll: { timeout: 30_000 } },
  execArgv: [
    // The first versions of Node 24 call SQLite experimental; the warning would stand between the lines of a report.
    '--disable-warning=ExperimentalWarning',
    // A test is mostly code that runs a few times and objects that are dropped at once: with room for these, and without
    // the compiler for code that runs very often, a seventh less of the processor's time.
    ...['--min-semi-space-size=32', '--max-semi-space-size=64', '--no-turbofan'],
  ],
};
const kafka = 'test/cluster/**/*.test.ts';
/** Those that need a process in which nothing is loaded yet: they replace a module, or patch one. */
const alone = [
  'test/errors/examples.test.ts',
  'test/kafka/client/patches.test.ts',
  'test/log/failing-device.test.ts',
  'test/providers/compare-work.test.ts',
];
const isRequired = process.env.HESABU_TEST_KAFKA === 'required';
const leftOut = isRequired || missingForOwnServers() === undefined ? [] : ownServerTests();

export default defineConfig({
  test: {
    maxWorkers: 2,
    globalSetup: ['test/memory.ts', 'test/program.ts'],
    projects: [
      // A process runs one file after the other: most of a short test would be the loading of code.
      {
        test: {
          ...shared,
          name: 'embedded',
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: [kafka, ...alone],
        },
      },
      { test: { ...shared, name: 'alone', include: alone } },
      {
        test: {
          ...shared,
          name: 'kafka',
          include: [kafka],
          exclude: leftOut,
          globalSetup: ['test/memory.ts', 'test/cluster/harness/cluster.ts'],
        },
      },
    ],
  },
});
