// Golden ledgers: the facts, rules and blocks of a ledger in one portable file that does not depend on a database. They
// must replay to the same bytes for ever. The first has what files say, the second what people decided too.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRules } from '../../src/app/reconcile.ts';
import { PseudonymKeys } from '../../src/archive/privacy/pseudonym-key.ts';
import type { DecisionBody } from '../../src/domain/decision.ts';
import type { Entry } from '../../src/domain/entry.ts';
import { FACT_TOPICS, type Fact, type SourceBody, TASK_TOPICS } from '../../src/domain/fact.ts';
import type { Instant } from '../../src/domain/time.ts';
import type { InputFile } from '../../src/engine/import-plan.ts';
import { Reconciler } from '../../src/engine/reconciler.ts';
import { decodeBlock } from '../../src/ledger/block-codec.ts';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import type { Topic } from '../../src/log/event-log.ts';
import { readFact } from '../../src/log/fact-codec.ts';
import { MemoryLog } from '../../src/log/memory.ts';
import { forEachFact, forEachValue } from '../../src/log/value-frames.ts';
import { FILE_KINDS } from '../../src/producers/formats/format.ts';
import { FactWriter } from '../../src/service/ledger/fact-writer.ts';
import { replayPartition } from '../../src/task/replay.ts';
import { RulesLog } from '../../src/task/rules-log.ts';
import { readEntries } from '../ledger/blocks.ts';

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

/** A run: its files are reconciled as of one time, and what people decided then as of another one. */
interface Run {
  readonly folder: string;
  readonly asOf: Instant;
  readonly decidedBy: Instant;
}

function run(folder: string, asOf: string, decidedBy = asOf): Run {
  return { folder, asOf: Date.parse(asOf), decidedBy: Date.parse(decidedBy) };
}

/** The runs of each golden ledger's inputs. */
const RUNS: Readonly<Record<number, readonly Run[]>> = {
  1: [run('run-1', '2026-06-03T00:00:00+08:00'), run('run-2', '2026-06-06T00:00:00+08:00')],
  2: [
    run('run-1', '2026-06-03T00:00:00+03:00', '2026-06-03T12:00:00+03:00'),
    run('run-2', '2026-06-03T13:00:00+03:00', '2026-06-03T16:00:00+03:00'),
    run('run-3', '2026-06-04T00:00:00+03:00', '2026-06-04T12:00:00+03:00'),
    run('run-4', '2026-06-05T00:00:00+03:00'),
  ],
};
const DECISIONS_FILE = 'decisions.jsonl';
const PARTITIONS = 3;
const TOPICS: readonly Topic[] = [...TASK_TOPICS, 'ledger.v1'];

export function goldenDirectory(version: number): string {
  return fileURLToPath(new URL(`../fixtures/golden-${version}/`, import.meta.url));
}

/** What people say at the end of a run whose folder has no decisions yet; each as it is kept from then on. */
type Decide = (folder: string, reconciler: Reconciler) => Promise<readonly Fact<DecisionBody>[]>;

interface Making {
  readonly decide?: Decide;
  /** Called with the data directory once all is signed. */
  readonly keep?: (data: string, golden: Golden) => Promise<void>;
}

/** Reconciles the inputs of a golden ledger. The result does not depend on time or place: clock and key are fixed. */
export async function makeGolden(version: number, { decide, keep }: Making = {}): Promise<Golden> {
  const inputs = goldenDirectory(version);
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-golden-'));
  try {
    mkdirSync(join(dir, 'keys'), { mode: 0o700 });
    writeFileSync(join(dir, 'keys', 'pseudonym.key'), PseudonymKeys.of(Buffer.alloc(64, 'golden')).encode(), {
      mode: 0o600,
    });
    await new EmbeddedLog(dir, { partitions: PARTITIONS }).close();
    let golden: Golden | undefined;
    for (const { folder, asOf, decidedBy } of RUNS[version]!) {
      const rules = readRules(rulesOf(inputs, folder));
      const reconciler = await Reconciler.open(dir);
      const options = { provider: 'mfs-africa', mappings: {}, receivedAt: asOf, reject: () => {} };
      await reconciler.importer.importFiles(filesIn(join(inputs, folder)), options);
      await reconciler.ledger.advance(asOf, rules);
      if (decidedBy > asOf) {
        await append(reconciler, await decisionsOf(join(inputs, folder, DECISIONS_FILE), folder, reconciler, decide));
        await reconciler.ledger.advance(decidedBy, rules);
      }
      golden = goldenOf(reconciler, await reconciler.finish());
      await reconciler.close();
    }
    await keep?.(dir, golden!);
    return golden!;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What people decided in a run: as it is kept, otherwise as it is decided now, and then kept. */
async function decisionsOf(path: string, folder: string, reconciler: Reconciler, decide: Decide | undefined) {
  if (!existsSync(path)) {
    const facts = await decide!(folder, reconciler);
    writeFileSync(path, facts.map((fact) => `${JSON.stringify(fact)}\n`).join(''));
  }
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((line): Fact<DecisionBody> => JSON.parse(line));
}

/** As a service does. */
export async function append({ log }: Reconciler, facts: readonly Fact[]): Promise<void> {
  await new FactWriter(log, () => {}).append(facts);
}

/** A file of an account has its name before the ending: `callbacks-1@main.jsonl`. */
function filesIn(folder: string): InputFile[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const kind = FILE_KINDS.find((one) => name.startsWith(one));
      if (kind === undefined) return [];
      return [{ path: join(folder, name), kind, account: /@([a-z-]+)\./.exec(name)?.[1] ?? null }];
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

/** All its entries, block by block. */
export function entriesIn({ batches }: Golden): Entry[] {
  return batches
    .filter(({ topic }) => topic === 'ledger.v1')
    .flatMap(({ payload }) => {
      const bytes = Buffer.from(payload, 'base64');
      const found: Entry[] = [];
      forEachValue(bytes, 0, (start, end) => found.push(...readEntries(decodeBlock(bytes.subarray(start, end)))));
      return found;
    });
}

type Said = Fact<SourceBody | DecisionBody>;

/** What its sources and people said. */
export function factsIn({ batches }: Golden): Said[] {
  return batches
    .filter(({ topic }) => (FACT_TOPICS as readonly string[]).includes(topic))
    .flatMap(({ payload }) => {
      const bytes = Buffer.from(payload, 'base64');
      const found: Said[] = [];
      forEachFact(bytes, 0, (start, end) => void found.push(readFact(bytes, start, end) as Said));
      return found;
    });
}

/** The rules and the time with which a golden ledger ends. */
export function endOf(version: number): { readonly rules: string; readonly asOf: Instant } {
  const { folder, decidedBy } = RUNS[version]!.at(-1)!;
  return { rules: rulesOf(goldenDirectory(version), folder), asOf: decidedBy };
}

/** Those of a run, where it has its own. */
function rulesOf(inputs: string, folder: string): string {
  const own = join(inputs, folder, 'rules.yaml');
  return existsSync(own) ? own : join(inputs, 'rules.yaml');
}

/** The golden ledger as a log. */
export async function logOf({ partitions, batches }: Golden): Promise<MemoryLog> {
  const log = new MemoryLog(partitions);
  for (const { payload, ...batch } of batches) {
    await log.append([{ ...batch, payload: Buffer.from(payload, 'base64') }]);
  }
  return log;
}

/** Replays every partition; throws if a byte differs. */
export function replayed(log: MemoryLog) {
  const rulesLog = new RulesLog(log);
  const rules = (hash: string) => rulesLog.compiledWith(hash);
  return Array.from({ length: log.partitions }, (_, partition) => replayPartition(log, partition, rules, () => {}));
}
