// The embedded product in one place: a data directory, its log, the hands that work on it, and what they add up to.

import type { Reject } from '../domain/errors.ts';
import { HesabuError } from '../domain/errors.ts';
import { formatInstant, type Instant } from '../domain/time.ts';
import type { LedgerHead } from '../ledger/head.ts';
import { EmbeddedLog } from '../log/embedded.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Rules } from '../matching/rules.ts';
import type { Mappings } from '../producers/files/mapping.ts';
import type { FileKind } from '../producers/formats/format.ts';
import { type ImportRecord, Imports } from '../projections/imports.ts';
import type { KeyClaims } from '../projections/lookup.ts';
import type { Providers } from '../providers/registry.ts';
import { NO_STEPS, type OnFailpoint } from '../runtime/failpoints.ts';
import { outcomeRoot } from '../task/outcome.ts';
import type { KeyStanding, Overview } from '../task/overview.ts';
import { RulesLog } from '../task/rules-log.ts';
import type { SourceCounts } from '../task/touched-keys.ts';
import { writeCheckpoints } from './directory/checkpoints.ts';
import { type CommittedBlock, type Executor, LocalExecutor, type Sink } from './executors/executor.ts';
import {
  claimsFound,
  entriesOf,
  headsOf,
  overviewOf,
  partitionsOf,
  rulesInForce,
  threadsFor,
  timeOf,
} from './executors/executors.ts';
import { ThreadExecutor } from './executors/thread-executor.ts';
import { type InputFile, type PlannedFile, planImports, sizeOf } from './import-plan.ts';
import { followLedger } from './ledger-follower.ts';
import { runResolution } from './resolution-run.ts';

export interface ReconcilerOptions {
  /** How much there will be to read. */
  readonly inputBytes?: number;
  readonly onFailpoint?: OnFailpoint;
  /** Other providers than the product's, whose files are read in this thread: worker threads do not know them. */
  readonly providers?: Providers | undefined;
  /** How many worker threads, 0 for none; as many as the work is worth where absent. */
  readonly threads?: number;
  /** Whether the caller's thread goes before them. */
  readonly isBehind?: boolean;
  /** After how many appended bytes the database is brought up to date, and after how many facts the state. */
  readonly checkpointBytes?: number;
  readonly snapshotFactsMin?: number;
  /** Where the log is not the directory's own, but one that it has a copy of. */
  readonly openLog?: () => Promise<EventLog>;
  /** Whether others make the blocks, and this process executes them after them. */
  readonly follows?: boolean;
}

export interface ImportOptions {
  readonly provider: string;
  readonly mappings: Mappings;
  readonly receivedAt: Instant;
  readonly progress?: (bytesRead: number) => void;
  readonly reject: (reject: Reject, importId: number) => void;
}

/** What became of one file. A file that could not be read as a whole has a `fault`. */
export interface ImportedFile {
  readonly record: ImportRecord;
  readonly fault: HesabuError | undefined;
}

export class Reconciler {
  readonly dir: string;
  readonly log: EventLog;
  readonly imports: Imports;
  readonly rulebook: RulesLog;
  /** Per import: what its facts turned out to be, as far as this process brought them forward. */
  readonly counts = new Map<number, SourceCounts>();
  /** Whether files come through the service from now on. */
  isOfService = false;
  /** Each has every so manieth partition. */
  executors: readonly Executor[] = [];
  private readonly makeHands: () => readonly Executor[];
  private readonly onFailpoint: OnFailpoint;
  private readonly follows: boolean;
  private heads: readonly LedgerHead[] = [];

  private constructor(dir: string, log: EventLog, makeHands: () => readonly Executor[], options: ReconcilerOptions) {
    this.dir = dir;
    this.log = log;
    this.makeHands = makeHands;
    this.onFailpoint = options.onFailpoint ?? NO_STEPS;
    this.follows = options.follows ?? false;
    this.imports = new Imports(log);
    this.rulebook = new RulesLog(log);
  }

  /** Opens a data directory, makes it where there is none, and brings its tasks to the heads of their ledgers. */
  static async open(dir: string, options: ReconcilerOptions = {}): Promise<Reconciler> {
    const { inputBytes = 0, onFailpoint = NO_STEPS, checkpointBytes, snapshotFactsMin, isBehind = false } = options;
    const own = () =>
      new EmbeddedLog(dir, { onFailpoint, ...(checkpointBytes === undefined ? {} : { checkpointBytes }) });
    const log = (await options.openLog?.()) ?? own();
    const wanted = options.threads ?? threadsFor(inputBytes + sizeOf(`${dir}/hesabu.db`), log.partitions);
    const threads = options.providers === undefined ? wanted : 0;
    const reading = { read: log.read.bind(log), end: log.end.bind(log) };
    const makeHands = (): Executor[] =>
      threads === 0
        ? [new LocalExecutor(dir, reading, { providers: options.providers, onFailpoint, snapshotFactsMin })]
        : Array.from({ length: threads }, () => new ThreadExecutor(dir, { snapshotFactsMin, isBehind }));
    const reconciler = new Reconciler(dir, log, makeHands, options);
    try {
      await reconciler.restore();
    } catch (error) {
      await reconciler.close();
      throw error;
    }
    return reconciler;
  }

  /** Brings fresh hands to the heads of the ledger as it is stored, whatever the hands before them had worked out. */
  async restore(): Promise<void> {
    await Promise.all(this.executors.map((executor) => executor.close()));
    this.executors = this.makeHands();
    const count = this.executors.length;
    await Promise.all(
      this.executors.map((executor, at) => executor.open(partitionsOf(at, count, this.log.partitions))),
    );
    this.heads = await headsOf(this.executors);
  }

  /** The time of the ledger's last block; 0 before the first. */
  get asOf(): Instant {
    return timeOf(this.heads);
  }

  get ledgerHeads(): readonly LedgerHead[] {
    return this.heads;
  }

  get entries(): number {
    return entriesOf(this.heads);
  }

  /** The rules of the ledger's last block; the defaults before the first. */
  get rulesInForce(): Rules {
    return rulesInForce(this.heads, this.rulebook);
  }

  /** Takes files into the log. Files taken before are refused and recorded; so is a file given twice. */
  async importFiles(files: readonly InputFile[], options: ImportOptions): Promise<ImportedFile[]> {
    const at = formatInstant(options.receivedAt);
    const plan = await planImports(files, this.imports, at);
    await this.imports.append(
      plan.map(({ record }) => record),
      this.log,
    );
    this.onFailpoint('run:imports-begun');
    const done = new Map<number, number>();
    const sink = (id: number): Sink => ({
      append: (batch) => this.log.append([batch]),
      rejects: async (rejects) => {
        for (const reject of rejects) options.reject(reject, id);
      },
      progress: (bytes) => {
        done.set(id, bytes);
        options.progress?.([...done.values()].reduce((sum, part) => sum + part, 0));
      },
    });
    const waiting = plan.filter(({ record }) => record.status === 'begun').sort((a, b) => b.bytes - a.bytes);
    const results = new Map<number, ImportedFile>();
    const work = async (executor: Executor) => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        results.set(next.record.id, await this.importFile(executor, next, sink(next.record.id), options));
      }
    };
    await Promise.all(this.executors.map(work));
    return plan.map(({ record }) => results.get(record.id) ?? { record, fault: undefined });
  }

  /** The ledger's time never goes back. Throws HESABU_AS_OF_EARLIER. */
  checkAsOf(asOf: Instant): void {
    if (asOf >= this.asOf) return;
    throw new HesabuError('HESABU_AS_OF_EARLIER', {
      where: '--as-of',
      expected: `${formatInstant(this.asOf)} or later`,
      found: formatInstant(asOf),
    });
  }

  /** Reads all that is in the log, as of a time, under these rules. Throws HESABU_AS_OF_EARLIER. */
  async advance(asOf: Instant, rules: Rules): Promise<void> {
    const rulesHash = await this.advanceKeys(asOf, rules);
    await this.advanceUnresolved(asOf, rulesHash);
  }

  /** As `advance`, but facts without a reference are left waiting. Returns the hash of the rules. */
  async advanceKeys(asOf: Instant, rules: Rules): Promise<string> {
    this.checkAsOf(asOf);
    const { rulebook, log } = this;
    const rulesHash = this.follows ? await rulebook.putLast(rules, log) : await rulebook.keep(rules, log);
    this.onFailpoint('run:rules-kept');
    await this.advanceHands(asOf, rulesHash);
    return rulesHash;
  }

  /**
   * Looks where the facts without a reference belong, and reads what this put under their keys. Returns how many
   * milliseconds the look took, without those that others took to read it.
   */
  async advanceUnresolved(asOf: Instant, rulesHash: string): Promise<number> {
    const began = performance.now();
    const forwarded = await runResolution(this.log, this.executors, this.rulebook.get(rulesHash), asOf);
    const millis = performance.now() - began;
    for (const [source, { added, known }] of forwarded.counts) this.count(source, added, known);
    if (!forwarded.appended) return millis;
    this.onFailpoint('run:facts-forwarded');
    await this.advanceHands(asOf, rulesHash);
    return millis;
  }

  async standings(): Promise<KeyStanding[]> {
    return (await Promise.all(this.executors.map((executor) => executor.standings()))).flat();
  }

  overview(): Promise<Overview> {
    return overviewOf(this.executors);
  }

  findClaims(name: string, references?: 'and ids' | 'only'): Promise<KeyClaims[]> {
    return claimsFound(this.executors, name, references);
  }

  /** Signs the heads of the ledger, keeps snapshots where they are due, and gives the outcome root. */
  async finish(): Promise<string> {
    writeCheckpoints(this.dir, this.heads, this.onFailpoint);
    const runs = await Promise.all(this.executors.map((executor) => executor.outcomeRun()));
    // The hands keep their snapshots while this thread hashes.
    const saving = Promise.all(this.executors.map((executor) => executor.saveSnapshots()));
    saving.catch(() => {});
    const root = outcomeRoot(runs);
    await saving;
    return root;
  }

  async close(): Promise<void> {
    await Promise.all(this.executors.map((executor) => executor.close()));
    await this.log.close();
  }

  private async advanceHands(asOf: Instant, rulesHash: string): Promise<void> {
    const commit = (block: CommittedBlock) => this.commit(block);
    if (this.follows) await followLedger(this.executors, this.log);
    else await Promise.all(this.executors.map((executor) => executor.advance(asOf, rulesHash, commit)));
    this.heads = await headsOf(this.executors);
  }

  private async commit({ partition, height, bytes, counts }: CommittedBlock): Promise<void> {
    const payload = Buffer.allocUnsafe(bytes.length + 4);
    payload.writeUInt32BE(bytes.length);
    payload.set(bytes, 4);
    const expectedEnd = BigInt(height);
    this.onFailpoint('run:block-made');
    await this.log.append([{ topic: 'ledger.v1', partition, count: 1, payload, source: 0, expectedEnd }]);
    this.onFailpoint('run:block-committed');
    for (const [source, { added, known }] of counts) this.count(source, added, known);
  }

  private count(source: number, added: number, known: number): void {
    const sum = this.counts.get(source) ?? { added: 0, known: 0 };
    this.counts.set(source, { added: sum.added + added, known: sum.known + known });
  }

  private async importFile(
    executor: Executor,
    { path, record }: PlannedFile,
    sink: Sink,
    options: ImportOptions,
  ): Promise<ImportedFile> {
    const kind = record.kind as FileKind;
    const mapping = options.mappings[kind];
    const provider = mapping?.provider ?? options.provider;
    const { log, isOfService } = this;
    const about = { path, kind, provider, importId: record.id, partitions: log.partitions, isOfService };
    try {
      const result = await executor.readFile({ ...about, receivedAt: options.receivedAt, mapping }, sink);
      const { rows, rejected, bytes, sha256 } = result;
      const done = { ...record, status: 'done', rows, rejected, bytes, sha256 } as const;
      await this.imports.append([done], this.log);
      this.onFailpoint('run:import-done');
      return { record: done, fault: undefined };
    } catch (error) {
      // A file that cannot be read as a whole leaves the other files their facts.
      if (error instanceof HesabuError && error.exit === 2) return { record, fault: error };
      throw error;
    }
  }
}
