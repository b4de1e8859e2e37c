// What the fetcher works with: the accounts that it asks, and where their reports go.

import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from 'pino';
import type { Source } from '../../domain/fact.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Meter } from '../../runtime/meter.ts';
import type { FileReading } from '../files/import-file.ts';
import type { Mapping } from '../files/mapping.ts';
import type { GatewayWith } from '../gateway.ts';
import type { SettlementEvents } from './report-notifier.ts';
import type { TakePage } from './report-pages.ts';
import type { FetchSettings } from './report-rows.ts';

export interface FetchedAccount {
  readonly gateway: GatewayWith<'settlement'>;
  readonly settlement: FetchSettings;
  /** How the ledger reads its reports. */
  readonly reading: FileReading;
}

/** The result of an import. */
interface ImportOutcome {
  readonly record: {
    readonly id: number;
    readonly status: 'begun' | 'done' | 'unread' | 'refused' | 'withdrawal';
    readonly rows: number;
    readonly rejected: number;
  };
  readonly fault: Error | null;
}

export interface ReportFile {
  readonly path: string;
  readonly kind: 'settlements';
  readonly name: string;
  /** Of the account, where its settings have one. */
  readonly mapping: Mapping | undefined;
}

export interface SettlementFetcherOptions {
  readonly accounts: readonly FetchedAccount[];
  readonly database: DatabaseSync;
  /** The data directory, where the latest versions of reports are kept for some days. */
  readonly dir: string;
  readonly importFile: (file: ReportFile, source: Source) => Promise<ImportOutcome>;
  /** Reads a page of a report that comes in pages. */
  readonly takePage: TakePage;
  readonly events: SettlementEvents;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
}
