// Reads a running ledger: keys, sums, entries, signed heads and proofs, all as of the last committed block.

import { entryProof } from '../../app/proof.ts';
import type { Instant } from '../../domain/time.ts';
import { readCheckpoint } from '../../engine/directory/checkpoints.ts';
import { readSignatures } from '../../engine/directory/signed-heads.ts';
import type { Ask } from '../../engine/executors/queries.ts';
import type { Reconciler } from '../../engine/reconciler.ts';
import type { EntryPort, KeyPort, ProofPort } from '../../http/ledger-port.ts';
import { openReader } from '../../log/log-reader.ts';
import { cursorAt, type EntryPage, entriesIn } from '../../projections/entry-feed.ts';
import type { FoundTransaction } from '../../projections/found-transactions.ts';
import type { KeyClaims, OrderClaim } from '../../projections/lookup.ts';
import type { Awaited, AwaitedQuestion } from '../../projections/pending-payments.ts';
import type { Shown } from '../../projections/transaction-view.ts';
import type { OpenKey, OpenPageQuestion } from '../../task/open-page.ts';
import type { Overview } from '../../task/overview.ts';
import type { BlockSignal } from './block-signal.ts';

export class LedgerReader implements KeyPort, EntryPort, ProofPort {
  private readonly reconciler: Reconciler;
  private readonly blocks: BlockSignal;
  private readonly ask: Ask;

  /** `ask` is for callers who wait. */
  constructor(reconciler: Reconciler, blocks: BlockSignal, ask: Ask) {
    this.reconciler = reconciler;
    this.blocks = blocks;
    this.ask = ask;
  }

  get asOf(): Instant {
    return this.reconciler.ledger.asOf;
  }

  get end(): string {
    return cursorAt(this.reconciler.ledger.heads);
  }

  transactions(
    name: string,
    shown: Shown,
    references: 'and ids' | 'passed over' = 'and ids',
  ): Promise<readonly FoundTransaction[]> {
    return this.ask({ query: 'findTransactions', name, asOf: this.asOf, shown, references });
  }

  async findKey(reference: string): Promise<KeyClaims | undefined> {
    const found = await this.ask({ query: 'findClaims', name: reference, references: 'only' });
    return found[0];
  }

  orderClaims(reference: string): Promise<readonly OrderClaim[]> {
    return this.ask({ query: 'orderClaims', reference });
  }

  /** See isAwaited of pending-payments.ts; null if no key has the reference. */
  isAwaited(question: AwaitedQuestion): Promise<Awaited | null> {
    return this.ask({ query: 'isAwaited', ...question });
  }

  openPage(question: OpenPageQuestion): Promise<readonly OpenKey[]> {
    return this.ask({ query: 'openPage', ...question });
  }

  overview(): Promise<Overview> {
    return this.reconciler.executors.ask({ query: 'overview' });
  }

  async entriesAfter(cursor: string | null, limit: number): Promise<EntryPage> {
    return entriesIn(await this.ask({ query: 'entriesAfter', cursor, limit }));
  }

  nextBlock(signal?: AbortSignal): Promise<void> {
    return this.blocks.next(signal);
  }

  async checkpoints(): Promise<readonly string[]> {
    const { dir } = this.reconciler;
    const { heads } = this.reconciler.ledger;
    await this.reconciler.sign();
    return heads.flatMap(({ partition }) => readCheckpoint(dir, partition) ?? []);
  }

  async prove(entryId: string): Promise<Readonly<Record<string, string | Buffer>>> {
    const { dir } = this.reconciler;
    await this.reconciler.sign();
    const signatures = readSignatures(dir);
    const reader = openReader(dir);
    try {
      return entryProof(reader, signatures, entryId).files;
    } finally {
      reader.close();
    }
  }
}
