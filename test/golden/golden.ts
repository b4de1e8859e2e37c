// Golden ledgers: the facts, rules and blocks of a ledger in one portable file that does not depend on a database. One
// is made for each version of the ledger's format, and must replay to the same bytes for ever.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRules } from '../../src/app/reconcile.ts';
import { PseudonymKeys } from '../../src/archive/privacy/pseudonym-key.ts';
import { TASK_TOPICS } from '../../src/domain/fact.ts';
import type { InputFile } from '../../src/engine/import-plan.ts';
import { Reconciler } from '../../src/engine/reconciler.ts';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import type { Topic } from '../../src/log/event-log.ts';
import { MemoryLog } from '../../src/log/memory.ts';
import { FILE_KINDS } from '../../src/producers/formats/format.ts';

/** The version of the ledger's format: of facts, entries and blocks, and of how they are processed. */
export const GOLDEN_FORMAT = 'hesabu ledger 1';

export interface GoldenBatch {
  readonly topic: Topic;
  readonly partition: number;
  readonly count: number;
  readonly source: number;
  /** The values in base64, each after its length in four bytes. */
  readonly payload: string;
}

export interface Golden {
  readonly format: string;
  readonly partitions: number;
  readonly blocks: number;
  readonly entries: number;
  readonly outcome_root: string;
  readonly batches: readonly GoldenBatch[];
}

/** The runs of a golden ledger's inputs: a folder for each, and the time as of which it is reconciled. */
const RUNS = [
  { folder: 'run-1', asOf: Date.parse('2026-06-03T00:00:00+08:00') },
  { folder: 'run-2', asOf: Date.parse('2026-06-06T00:00:00+08:00') },
];
const PARTITIONS = 3;
const TOPICS: readonly Topic[] = [...TASK_TOPICS, 'ledger.v1'];

export function goldenDirectory(version: number): string {
  return fileURLToPath(new URL(`../fixtures/golden-${version}/`, import.meta.url));
}

/** Reconciles the inputs of a golden ledger. The result does not depend on time or place: clock and key are fixed. */
export async function makeGolden(inputs: string): Promise<Golden> {
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-golden-'));
  try {
    mkdirSync(join(dir, 'keys'), { mode: 0o700 });
    writeFileSync(join(dir, 'keys', 'pseudonym.key'), PseudonymKeys.of(Buffer.alloc(64, 'golden')).encode(), {
      mode: 0o600,
    });
    await new EmbeddedLog(dir, { partitions: PARTITIONS }).close();
    const rules = readRules(join(inputs, 'rules.yaml'));
    let golden: Golden | undefined;
    for (const { folder, asOf } of RUNS) {
      const reconciler = await Reconciler.open(dir);
      const options = { provider: 'mfs-africa', mappings: {}, receivedAt: asOf, reject: () => {} };
      await reconciler.importer.importFiles(filesIn(join(inputs, folder)), options);
      await reconciler.ledger.advance(asOf, rules);
      golden = goldenOf(reconciler, await reconciler.finish());
      await reconciler.close();
    }
    return golden!;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A file of an account has its name before the ending: `callbacks-1@main.jsonl`. */
function filesIn(folder: string): InputFile[] {
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const kind = FILE_KINDS.find((one) => name.startsWith(one))!;
      return { path: join(folder, name), kind, account: /@([a-z-]+)\./.exec(name)?.[1] ?? null };
    });
}

function goldenOf({ log, ledger }: Reconciler, outcome_root: string): Golden {
  const batches: GoldenBatch[] = [];
  const take = (topic: Topic, partition: number) => {
    for (const { from, to, source, payload } of log.read(topic, partition, 0n)) {
      batches.push({ topic, partition, count: Number(to - from), source, payload: payload.toString('base64') });
    }
  };
  take('rules.v1', 0);
  for (const topic of TOPICS) for (let partition = 0; partition < log.partitions; partition++) take(topic, partition);
  const { length: blocks } = batches.filter(({ topic }) => topic === 'ledger.v1');
  return { format: GOLDEN_FORMAT, partitions: log.partitions, blocks, entries: ledger.entries, outcome_root, batches };
}

/** The file of a golden ledger: its properties on the first line, and one batch on each line after it. */
export function goldenText({ batches, ...about }: Golden): string {
  return `${[about, ...batches].map((line) => JSON.stringify(line)).join('\n')}\n`;
}

export function parseGolden(path: string): Golden {
  const [about, ...batches] = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { ...about, batches };
}

/** The golden ledger as a log. */
export async function logOf({ partitions, batches }: Golden): Promise<MemoryLog> {
  const log = new MemoryLog(partitions);
  for (const { payload, ...batch } of batches) {
    await log.append([{ ...batch, payload: Buffer.from(payload, 'base64') }]);
  }
  return log;
}
