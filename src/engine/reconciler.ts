// The embedded host in one place: a data directory, its log, its executors, and the two parts that give them work: the
// importer of files, and the ledger that is advanced.

import { existsSync } from 'node:fs';
import { makePseudonym } from '../archive/privacy/pseudonym-key.ts';
import { Pseudonymiser } from '../archive/privacy/pseudonyms.ts';
import { storedName } from '../archive/privacy/stored-value.ts';
import { HesabuError } from '../domain/errors.ts';
import { databasePath } from '../log/data-directory.ts';
import { EmbeddedLog } from '../log/embedded.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Providers } from '../providers/registry.ts';
import { NO_FAILPOINTS, type OnFailpoint } from '../runtime/failpoints.ts';
import { emptyTemporary } from '../runtime/temporary-folder.ts';
import { keepForgotten } from './directory/forgotten.ts';
import { LedgerSigner, requireNothingSigned } from './directory/ledger-signer.ts';
import { EmbeddedLedger } from './embedded-ledger.ts';
import { type Executor, LocalExecutor } from './executors/executor.ts';
import { Executors } from './executors/executors.ts';
import { ThreadExecutor } from './executors/thread-executor.ts';
import { threadsFor } from './executors/threads.ts';
import { FileImporter } from './file-importer.ts';
import { sizeOf } from './import-plan.ts';

export interface ReconcilerOptions {
  /** The bytes of the files to be read. */
  readonly inputBytes?: number;
  readonly onFailpoint?: OnFailpoint;
  /** Providers other than the product's. Their files are read in this thread: worker threads do not know them. */
  readonly providers?: Providers | undefined;
  /** The number of worker threads, 0 for none; by the amount of work if absent. */
  readonly threads?: number;
  /** Whether they have a lower priority than the caller's thread. */
  readonly isBehind?: boolean;
  /** After how many appended bytes the database is checkpointed, and after how many facts a snapshot is saved. */
  readonly checkpointBytes?: number;
  readonly snapshotFactsMin?: number;
  /** If the log is not the directory's own, but one that the directory is a copy of. */
  readonly openLog?: () => Promise<EventLog>;
  /** Whether other processes make the blocks, and this one executes them again. */
  readonly follows?: boolean;
  /** Whether the log commits in a thread of its own, and what it calls if that thread ends: see the embedded log. */
  readonly commitsBeside?: boolean;
  readonly onFailure?: (error: HesabuError) => void;
  /** Whether files come through the service, whose archive stores no personal data. */
  readonly isOfService?: boolean;
  /** The size of the parts in which several threads read a large file; 8 MiB by default. */
  readonly partBytes?: number;
}

export class Reconciler {
  readonly dir: string;
  readonly log: EventLog;
  /** Answer queries about the ledger's keys. */
  readonly executors: Executors;
  readonly importer: FileImporter;
  readonly ledger: EmbeddedLedger;
  private readonly onFailpoint: OnFailpoint;
  private readonly isCopy: boolean;
  private signer!: LedgerSigner;
  /** The last use of the signer's files: one follows another. */
  private signing: Promise<unknown> = Promise.resolve();

  private constructor(dir: string, log: EventLog, executors: Executors, options: ReconcilerOptions) {
    const { onFailpoint = NO_FAILPOINTS, follows = false, isOfService = false } = options;
    this.dir = dir;
    this.log = log;
    this.executors = executors;
    const nameOf = (name: string) => storedName(new Pseudonymiser(makePseudonym(dir)), name);
    const { partBytes } = options;
    this.importer = new FileImporter({ log, executors, onFailpoint, isOfService, nameOf, partBytes });
    this.ledger = new EmbeddedLedger({ log, executors, onFailpoint, follows });
    this.onFailpoint = onFailpoint;
    this.isCopy = options.openLog !== undefined;
  }

  /** Opens a data directory that exists. Throws HESABU_FILE_MISSING. */
  static async openExisting(dir: string, options: ReconcilerOptions = {}): Promise<Reconciler> {
    if (existsSync(databasePath(dir))) return Reconciler.open(dir, options);
    throw new HesabuError('HESABU_FILE_MISSING', { where: databasePath(dir), expected: 'a data directory' });
  }

  /**
   * Opens a data directory, creates it if there is none, and brings its tasks to the heads of the ledger. Throws
   * HESABU_SIGNED_LOST, HESABU_SIGNED_NEWER or HESABU_SIGNED_DIFFERS for a ledger that its key must not sign.
   */
  static async open(dir: string, options: ReconcilerOptions = {}): Promise<Reconciler> {
    const {
      inputBytes = 0,
      onFailpoint = NO_FAILPOINTS,
      checkpointBytes,
      snapshotFactsMin,
      isBehind = false,
      commitsBeside = false,
      onFailure = () => {},
    } = options;
    const beside = { commitsBeside, onFailure };
    const own = () => {
      if (!existsSync(databasePath(dir))) requireNothingSigned(dir);
      const bytes = checkpointBytes === undefined ? {} : { checkpointBytes };
      return new EmbeddedLog(dir, { onFailpoint, ...bytes, ...beside });
    };
    const log = (await options.openLog?.()) ?? own();
    try {
      await keepForgotten(dir, log, options.openLog === undefined, Date.now());
    } catch (error) {
      await log.close();
      throw error;
    }
    emptyTemporary(dir);
    const wanted = options.threads ?? threadsFor(inputBytes + sizeOf(`${dir}/hesabu.db`), log.partitions);
    const threads = options.providers === undefined ? wanted : 0;
    const reading = {
      read: log.read.bind(log),
      beginning: log.beginning.bind(log),
      end: log.end.bind(log),
      partitions: log.partitions,
    };
    const packs = log instanceof EmbeddedLog;
    const kept = { snapshotFactsMin, keepsDaySums: options.isOfService };
    const make = (): Executor[] =>
      threads === 0
        ? [new LocalExecutor(dir, reading, { providers: options.providers, onFailpoint, ...kept })]
        : Array.from({ length: threads }, () => new ThreadExecutor(dir, { ...kept, isBehind, packs }));
    const reconciler = new Reconciler(dir, log, new Executors(make, log.partitions), options);
    try {
      await reconciler.restore();
    } catch (error) {
      await reconciler.close();
      throw error;
    }
    return reconciler;
  }

  /** Brings new executors to the heads of the stored ledger; the state of the earlier ones is dropped. */
  async restore(): Promise<void> {
    await this.executors.open();
    await this.ledger.readHeads();
    const { dir, log, isCopy, onFailpoint } = this;
    const read = log.read.bind(log);
    await this.inTurn(async () => {
      this.signer = await LedgerSigner.open({ dir, heads: this.ledger.heads, read, isCopy, onFailpoint });
    });
  }

  /** Signs the heads of the ledger. */
  sign(): Promise<void> {
    return this.inTurn(() => this.signer.sign(this.ledger.heads));
  }

  /** Signs the heads if a partition has no signature yet. */
  async signFirst(): Promise<void> {
    if (this.signer.lacks(this.ledger.heads)) await this.sign();
  }

  /** Signs the heads of the ledger, saves the snapshots that are due, and returns the outcome root. */
  async finish(): Promise<string> {
    await this.sign();
    // Asked together: the executors save their snapshots while this thread hashes their earlier answers.
    const root = this.executors.ask({ query: 'outcomeRoot' });
    const saving = this.executors.ask({ query: 'saveSnapshots' });
    await Promise.all([root, saving]);
    return root;
  }

  async close(): Promise<void> {
    await this.signing;
    await this.executors.close();
    await this.log.close();
  }

  private inTurn(act: () => Promise<void>): Promise<void> {
    const turn = this.signing.then(act);
    this.signing = turn.catch(() => {});
    return turn;
  }
}
