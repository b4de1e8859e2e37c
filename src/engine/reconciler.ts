// The embedded product in one place: a data directory, its log, the executors that work on it, and the two that have
// them work: one takes files into the log, the other brings the ledger forward.

import { EmbeddedLog } from '../log/embedded.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Providers } from '../providers/registry.ts';
import { NO_FAILPOINTS, type OnFailpoint } from '../runtime/failpoints.ts';
import { writeCheckpoints } from './directory/checkpoints.ts';
import { EmbeddedLedger } from './embedded-ledger.ts';
import { type Executor, LocalExecutor } from './executors/executor.ts';
import { Executors, threadsFor } from './executors/executors.ts';
import { ThreadExecutor } from './executors/thread-executor.ts';
import { FileImporter } from './file-importer.ts';
import { sizeOf } from './import-plan.ts';

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
  /** Whether files come through the service, whose archive keeps nothing personal. */
  readonly isOfService?: boolean;
}

export class Reconciler {
  readonly dir: string;
  readonly log: EventLog;
  /** Asked what the ledger's keys add up to, and where they stand. */
  readonly executors: Executors;
  readonly importer: FileImporter;
  readonly ledger: EmbeddedLedger;
  private readonly onFailpoint: OnFailpoint;

  private constructor(dir: string, log: EventLog, executors: Executors, options: ReconcilerOptions) {
    const { onFailpoint = NO_FAILPOINTS, follows = false, isOfService = false } = options;
    this.dir = dir;
    this.log = log;
    this.executors = executors;
    this.importer = new FileImporter({ log, executors, onFailpoint, isOfService });
    this.ledger = new EmbeddedLedger({ log, executors, onFailpoint, follows });
    this.onFailpoint = onFailpoint;
  }

  /** Opens a data directory, makes it where there is none, and brings its tasks to the heads of their ledgers. */
  static async open(dir: string, options: ReconcilerOptions = {}): Promise<Reconciler> {
    const {
      inputBytes = 0,
      onFailpoint = NO_FAILPOINTS,
      checkpointBytes,
      snapshotFactsMin,
      isBehind = false,
    } = options;
    const own = () =>
      new EmbeddedLog(dir, { onFailpoint, ...(checkpointBytes === undefined ? {} : { checkpointBytes }) });
    const log = (await options.openLog?.()) ?? own();
    const wanted = options.threads ?? threadsFor(inputBytes + sizeOf(`${dir}/hesabu.db`), log.partitions);
    const threads = options.providers === undefined ? wanted : 0;
    const reading = { read: log.read.bind(log), end: log.end.bind(log) };
    const make = (): Executor[] =>
      threads === 0
        ? [new LocalExecutor(dir, reading, { providers: options.providers, onFailpoint, snapshotFactsMin })]
        : Array.from({ length: threads }, () => new ThreadExecutor(dir, { snapshotFactsMin, isBehind }));
    const reconciler = new Reconciler(dir, log, new Executors(make, log.partitions), options);
    try {
      await reconciler.restore();
    } catch (error) {
      await reconciler.close();
      throw error;
    }
    return reconciler;
  }

  /** Brings fresh executors to the heads of the ledger as it is stored, whatever those before had worked out. */
  async restore(): Promise<void> {
    await this.executors.open();
    await this.ledger.readHeads();
  }

  /** Signs the heads of the ledger, keeps snapshots where they are due, and gives the outcome root. */
  async finish(): Promise<string> {
    writeCheckpoints(this.dir, this.ledger.heads, this.onFailpoint);
    // Asked for together: the executors keep their snapshots while this thread hashes what they answered before.
    const root = this.executors.ask({ query: 'outcomeRoot' });
    const saving = this.executors.ask({ query: 'saveSnapshots' });
    await Promise.all([root, saving]);
    return root;
  }

  async close(): Promise<void> {
    await this.executors.close();
    await this.log.close();
  }
}
