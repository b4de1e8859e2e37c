// How the tests run: every file in a process of its own, two at a time, on the Node that runs vitest itself.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Processes are started and killed in some tests, on machines that are busy; those that need more say so themselves.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The first versions of Node 24 call SQLite experimental; the warning would stand between the lines of a report.
    execArgv: ['--disable-warning=ExperimentalWarning'],
  },
});
