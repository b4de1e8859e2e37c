// What `npm run soak` runs: every long run, one after the other. The tests are those of `npm test`, with larger counts.
// A variable that is already set keeps its value; with names of variables as arguments, only these runs are made.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const FUZZED = [
  ...['airtel', 'flutterwave', 'generic', 'mfs-africa', 'mpesa', 'mtn-momo', 'onafriq', 'paga', 'paystack'],
  ...['shop', 'shopify', 'woocommerce'],
];

const desk = (name) => `test/desk/${name}.test.ts`;

/** One row a run: the variable that scales it, its count, and its tests. */
const RUNS = [
  ['HESABU_TEST_TREES', 257, 'test/ledger/merkle.test.ts'],
  ['HESABU_TEST_FORGERIES', 1000, 'test/cli/commands/forged-files.test.ts', 'test/task/forged-callbacks.test.ts'],
  ['HESABU_TEST_COPIES', 200, 'test/cluster/copies.test.ts', 'test/kafka/topic-replicator.test.ts'],
  ['HESABU_TEST_HALTS', 1, ...['worker-halt', 'planted-damages'].map((name) => `test/cluster/${name}.test.ts`)],
  ['HESABU_TEST_EXAMPLES', 1, 'test/cluster/examples.test.ts'],
  ['HESABU_TEST_DISTURBANCES', 1000, ...['disturbances', 'parity'].map((name) => `test/cluster/${name}.test.ts`)],
  ['HESABU_TEST_STRANGERS', 1, 'test/service/strangers.test.ts'],
  ['HESABU_TEST_OUTAGES', 20, 'test/cluster/away.test.ts', 'test/cluster/outages.test.ts'],
  ['HESABU_TEST_KILLS', 500, ...['kill', 'serve', 'exchanges', 'outbox'].map((name) => `test/crash/${name}.test.ts`)],
  ['HESABU_TEST_EVENTS', 2000, 'test/crash/serve.test.ts'],
  ['HESABU_TEST_POWER_CUTS', 20, 'test/crash/power-cut.test.ts'],
  ['HESABU_TEST_BACKUPS', 20, 'test/crash/backup.test.ts'],
  ['HESABU_TEST_NETWORK_KILLS', 30, 'test/crash/networks.test.ts'],
  ['HESABU_TEST_TAIL_STRIDE', 1, 'test/log/crash.test.ts'],
  ['HESABU_TEST_SYNCS', 50, 'test/log/io-errors.test.ts'],
  ['HESABU_TEST_RESENDS', 100, 'test/crash/serve.test.ts'],
  ['HESABU_TEST_HOT', 100_000, 'test/task/hot-key.test.ts', 'test/task/hot-key-bytes.test.ts'],
  [
    ...['HESABU_TEST_WORLDS', 400],
    ...[
      'properties',
      'order-parts',
      'decisions',
      'epochs',
      'stored-block',
      'open-page',
      'plain-keys',
      'packed-keys',
    ].map((name) => `test/task/${name}.test.ts`),
    ...['handoffs', 'linked-anywhere', 'decisions-directory'].map((name) => `test/task/${name}.test.ts`),
  ],
  ['HESABU_TEST_BYTES', 100_000, 'test/producers/random-bytes.test.ts', 'test/kafka/ordinary-fact.test.ts'],
  ['HESABU_TEST_PLAIN', 1000, 'test/producers/plain-rows.test.ts'],
  ['HESABU_TEST_READS', 20, 'test/cli/beside-service.test.ts'],
  ['HESABU_TEST_DISKS', 16, 'test/crash/machine.test.ts'],
  ['HESABU_TEST_JUMPS', 50, 'test/cli/commands/clock.test.ts', 'test/service/clock.test.ts'],
  ['HESABU_TEST_FLIPS', 1000, 'test/cli/commands/verify.test.ts'],
  ['HESABU_TEST_PROOFS', 10_000, 'test/verifier/many-proofs.test.ts'],
  [
    ...['HESABU_TEST_REFERENCE', 200_000],
    ...['reference', 'shared-payments', 'order-parts'].map((name) => `test/reference/${name}.test.ts`),
  ],
  ['HESABU_TEST_CUT_STRIDE', 1, 'test/providers/cut-exports.test.ts', 'test/producers/files/cut-files.test.ts'],
  ['HESABU_TEST_FUZZ', 10_000, ...FUZZED.map((name) => `test/providers/${name}/fuzz.test.ts`)],
  ['HESABU_TEST_DIALECTS', 50_000, 'test/producers/files/dialects.test.ts'],
  ['HESABU_TEST_ROWS', 1_000_000, 'test/cli/large.test.ts'],
  ['HESABU_TEST_CASES', 10_000, 'test/http/api/many-cases.test.ts'],
  [
    ...['HESABU_TEST_READERS', 6],
    ...['journey', 'find-and-propose', 'link', 'link-many', 'refund', 'case', 'bulk', 'days'].map(desk),
    ...['overview', 'preview', 'audit', 'fit'].map(desk),
    'test/acceptance/every-page.test.ts',
  ],
  ['HESABU_TEST_DESK_BREAKS', 10_000, 'test/desk/bulk.test.ts', 'test/acceptance/many-at-once.test.ts'],
  [
    'HESABU_TEST_WORKBOOK_ROWS',
    500_000,
    ...['large', 'hostile'].map((name) => `test/producers/files/workbook-${name}.test.ts`),
  ],
  ['HESABU_TEST_IMPORTS', 1000, 'test/engine/import-statements.test.ts'],
  ['HESABU_TEST_SALES', 150, 'test/simulation/live-demo/live-demo.test.ts'],
  ['HESABU_TEST_NETWORKS', 3, 'test/simulation/live-demo/networks.test.ts'],
  ['HESABU_TEST_DOCUMENT', 100, 'test/service/api-document.test.ts'],
  [
    ...['HESABU_TEST_DAYS', 500],
    ...['test/projections/day-sums/statement-index.test.ts', 'test/matching/key-course.test.ts'],
  ],
  ['HESABU_TEST_INTERLEAVINGS', 10_000, 'test/http/api/interleavings.test.ts'],
];

/** Of all random examples; printed, so that a run can be made again. */
const SEED = process.env.HESABU_SEED ?? String(Date.now() % 1_000_000_000);

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const names = process.argv.slice(2);
const unknown = names.filter((name) => !RUNS.some(([variable]) => variable === name));
if (unknown.length > 0) throw new Error(`There is no run ${unknown.join(', no ')}.`);

for (const [variable, count, ...paths] of RUNS) {
  if (names.length > 0 && !names.includes(variable)) continue;
  const env = { ...process.env, HESABU_SEED: SEED, [variable]: process.env[variable] ?? String(count) };
  process.stdout.write(`HESABU_SEED=${SEED} ${variable}=${env[variable]} ${paths.join(' ')}\n`);
  const { status } = spawnSync(process.execPath, ['test/run.js', ...paths], { cwd: ROOT, env, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
