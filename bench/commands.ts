// The measured commands, each on a data directory of its own. If a flag changes, change it here.

import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JoinResult } from './duckdb.ts';
import type { Batch } from './generate.ts';
import { type Measured, measure } from './measure.ts';

/** The parts of the summary that the benchmark reads. */
export interface Summary {
  readonly facts: Readonly<
    Record<'orders' | 'callbacks' | 'polls' | 'settlements' | 'redelivered' | 'rejected', number>
  >;
  readonly keys: number;
  readonly standing: Readonly<Record<'matched' | 'pending' | 'unmatched' | 'closed', number>>;
  readonly breaks: Readonly<Record<string, number>>;
  readonly ledger_entries: number;
  readonly outcome_root: string;
  readonly elapsed_ms: number;
  readonly phases_ms: Readonly<Record<'start' | 'read' | 'match' | 'add_up', number>>;
}

export interface Reconciled extends Measured {
  readonly summary: Summary;
}

export class Commands {
  readonly entry: string;
  readonly data: string;

  /** `entry` is the program, `bin/hesabu.js`; `dir` is the directory for the ledger. */
  constructor(entry: string, dir: string) {
    this.entry = entry;
    this.data = join(dir, 'data');
  }

  async reconcile(batch: Batch): Promise<Reconciled> {
    const files = ['--orders', batch.orders, '--callbacks', batch.callbacks, '--settlements', batch.settlements];
    return this.reconcileFiles(files, batch);
  }

  /** A start with a full ledger on disk, and the least work that still commits a block: one new order. */
  async start(batch: Batch): Promise<Reconciled> {
    const order = join(dirname(batch.orders), 'one-order.csv');
    const header = 'merchant,transaction_reference,amount,currency,placed_at\n';
    writeFileSync(order, `${header}market-1,MK1-2026-START,100.00,KES,2026-06-09T10:00:00Z\n`);
    return this.reconcileFiles(['--orders', order], batch);
  }

  private async reconcileFiles(files: readonly string[], { rules, asOf }: Batch): Promise<Reconciled> {
    const places = ['--data', this.data, '--format', 'json'];
    const measured = await measure([this.entry, 'reconcile', ...files, '--rules', rules, '--as-of', asOf, ...places]);
    return { ...measured, summary: JSON.parse(measured.stdout) as Summary };
  }

  replay(): Promise<Measured> {
    return measure([this.entry, 'replay', '--data', this.data, '--format', 'json']);
  }

  verify(): Promise<Measured> {
    return measure([this.entry, 'verify', '--data', this.data, '--format', 'json']);
  }
}

export interface Joined extends Measured {
  readonly result: JoinResult;
}

/** DuckDB on the same files. */
export async function joinWithDuckDb(batch: Batch): Promise<Joined> {
  const program = fileURLToPath(new URL('./duckdb.ts', import.meta.url));
  const flags = ['--disable-warning=ExperimentalWarning', program];
  const measured = await measure([...flags, batch.orders, batch.callbacks, batch.settlements]);
  return { ...measured, result: JSON.parse(measured.stdout) as JoinResult };
}
