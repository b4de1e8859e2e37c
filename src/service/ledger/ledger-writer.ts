// Writes to a running ledger: facts at any time, and files one after another.

import type { Fact, Source } from '../../domain/fact.ts';
import type { Reconciler } from '../../engine/reconciler.ts';
import type { GivenFile, OnReject, TakenFile, WritePort } from '../../http/ledger-port.ts';
import type { Clock } from '../../runtime/clock.ts';
import { FactWriter } from './fact-writer.ts';
import type { LedgerLoop } from './ledger-loop.ts';

export interface LedgerWriterOptions {
  readonly clock: Clock;
  /** Called with the error of each write that failed: of facts, and of blocks on a full disk. */
  readonly onUnwritten: (error: unknown) => void;
}

export class LedgerWriter implements WritePort {
  private readonly reconciler: Reconciler;
  private readonly loop: LedgerLoop;
  private readonly clock: Clock;
  private readonly facts: FactWriter;
  private imports: Promise<unknown> = Promise.resolve();

  constructor(reconciler: Reconciler, loop: LedgerLoop, { clock, onUnwritten }: LedgerWriterOptions) {
    this.reconciler = reconciler;
    this.loop = loop;
    this.clock = clock;
    this.facts = new FactWriter(reconciler.log, () => loop.wakeUp(), onUnwritten);
  }

  append(facts: readonly Fact[]): Promise<void> {
    return this.facts.append(facts);
  }

  /** Imports run one after another, because each has its own number. */
  importFile(file: GivenFile, source: Source, onReject: OnReject): Promise<TakenFile> {
    const taken = this.imports.then(() => this.takeFile(file, source, onReject));
    this.imports = taken.catch(() => {});
    return taken;
  }

  private async takeFile(file: GivenFile, source: Source, onReject: OnReject): Promise<TakenFile> {
    const { kind, mapping } = file;
    const [taken] = await this.reconciler.importer.importFiles([{ ...file, account: source.account }], {
      provider: source.provider,
      mappings: mapping === undefined ? {} : { [kind]: mapping },
      reservations: this.loop.rules.merchants,
      receivedAt: this.clock.now(),
      // A row as it came may have personal data, which the service stores nowhere.
      reject: ({ original: _, ...reject }, importId) => onReject(reject, importId),
    });
    await this.loop.catchUp();
    const { record, fault } = taken!;
    return { record, fault: fault ?? null };
  }
}
