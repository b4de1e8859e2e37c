// The measured commands, each on a data directory of its own. If a flag changes, change it here.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Batch } from './batch.ts';
import type { JoinResult } from './duckdb.ts';
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

  /** Of a program on an empty directory of its own. */
  static fresh(entry: string, dir: string): Commands {
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir, { recursive: true });
    return new Commands(entry, dir);
  }

  async reconcile(batch: Batch): Promise<Reconciled> {
    const { orders, callbacks, settlements, polls } = batch;
    const files = ['--orders', orders, '--callbacks', callbacks, '--settlements', settlements];
    return this.reconcileFiles(polls === undefined ? files : [...files, '--polls', polls], batch);
  }

  /** A start with a full ledger on disk, and the least work that still commits a block: one new order. */
  async start(batch: Batch): Promise<Reconciled> {
    const order = join(dirname(batch.orders), 'one-order.csv');
    const header = 'merchant,transaction_reference,amount,currency,placed_at\n';
    writeFileSync(order, `${header}market-1,MK1-2026-START,100.00,KES,2026-06-09T10:00:00Z\n`);
    return this.reconcileFiles(['--orders', order], batch);
  }

  private reconcileFiles(files: readonly string[], { rules, asOf, account }: Batch): Promise<Reconciled> {
    const from = account === undefined ? [] : ['--account', account];
    return this.reconcileWith([...files, ...from, '--rules', rules, '--as-of', asOf]);
  }

  async reconcileWith(flags: readonly string[]): Promise<Reconciled> {
    const measured = await measure([this.entry, 'reconcile', ...flags, '--data', this.data, '--format', 'json']);
    return { ...measured, summary: JSON.parse(measured.stdout) as Summary };
  }

  help(): Promise<Measured> {
    return measure([this.entry, '--help']);
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
  const files = [batch.orders, batch.callbacks, batch.settlements, ...(batch.polls === undefined ? [] : [batch.polls])];
  const measured = await measure([...flags, ...files]);
  return { ...measured, result: JSON.parse(measured.stdout) as JoinResult };
}
