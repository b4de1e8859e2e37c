// For tests: a running ledger in its own directory, and facts in the form of webhooks and orders.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { Fact } from '../../../src/domain/fact.ts';
import { OneRow } from '../../../src/producers/files/one-row.ts';
import type { FileKind } from '../../../src/producers/formats/format.ts';
import { CANONICAL_FORMATS } from '../../../src/producers/formats/formats.ts';
import type { Clock } from '../../../src/runtime/clock.ts';
import { NO_METER } from '../../../src/runtime/meter.ts';
import { LiveLedger, type LiveLedgerOptions } from '../../../src/service/ledger/live-ledger.ts';

export const NOON = Date.parse('2026-06-01T12:00:00Z');

/** A clock that stands still until a test sets it. */
export class StillClock implements Clock {
  at = NOON;
  now(): number {
    return this.at;
  }
  async sleep(): Promise<void> {
    throw new Error('nothing here sleeps');
  }
}

export interface Running {
  readonly dir: string;
  readonly ledger: LiveLedger;
  readonly clock: StillClock;
}

export async function withLiveLedger<Result>(
  work: (running: Running) => Promise<Result>,
  options: Partial<LiveLedgerOptions> = {},
): Promise<Result> {
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-live-'));
  const clock = new StillClock();
  try {
    const ledger = await openLiveLedger(dir, clock, options);
    try {
      return await work({ dir, ledger, clock });
    } finally {
      await ledger.close();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export async function openLiveLedger(
  dir: string,
  clock: Clock,
  options: Partial<LiveLedgerOptions> = {},
): Promise<LiveLedger> {
  const ledger = await LiveLedger.open(dir, {
    clock,
    meter: NO_METER,
    logger: pino({ level: 'silent' }),
    rules: undefined,
    reconcileEveryMillis: () => 1,
    onUnwritten: () => {},
    threads: 0,
    onFailure: (error) => {
      throw error;
    },
    ...options,
  });
  ledger.loop.start();
  return ledger;
}

export function factOf(kind: FileKind, row: object, raw = 'x1'): Fact {
  const reading = new OneRow(CANONICAL_FORMATS[kind], {
    provider: 'mfs-africa',
    account: null,
    pseudonym: (text) => `#${text.length}`,
  }).read(JSON.stringify(row), raw, NOON);
  if ('fault' in reading) throw new Error(JSON.stringify(reading.fault));
  return reading.fact;
}

export const order = (reference: string, more: object = {}): Fact =>
  factOf('orders', {
    merchant: 'shop-1',
    transaction_reference: reference,
    amount: '1000.00',
    currency: 'KES',
    placed_at: '2026-06-01T11:00:00Z',
    ...more,
  });

export const paid = (reference: string | null, more: { id?: string; data?: object } = {}): Fact =>
  factOf('callbacks', {
    id: more.id ?? `ev-${reference}`,
    event: 'payment.success',
    created_at: '2026-06-01T11:05:00Z',
    data: {
      ...(reference === null ? {} : { transaction_reference: reference }),
      transaction_id: `P-${reference}`,
      amount: '1000.00',
      currency: 'KES',
      completed_at: '2026-06-01T11:05:00Z',
      ...more.data,
    },
  });
