// What the API is made of: the composition root gives it all, tests give what they need. Each part is asked for as
// little as the routes use of it.

import type { Logger } from 'pino';
import type { Exchange, ExchangeSink } from '../../archive/exchanges/exchange.ts';
import type { Language } from '../../domain/reason-words.ts';
import type { Instant } from '../../domain/time.ts';
import type { Gateway } from '../../producers/gateway.ts';
import type { ReportChange } from '../../producers/settlement-fetcher/report-table.ts';
import type { ReportStatus } from '../../producers/settlement-fetcher/settlement-fetcher.ts';
import type { UnreadPage } from '../../producers/webhooks/unread-webhooks.ts';
import type { AlertView } from '../../projections/alerts/alerts.ts';
import type { ImportRecord } from '../../projections/imports.ts';
import type { RiskSignal } from '../../projections/risk/signal.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Meter } from '../../runtime/meter.ts';
import type { KeyStore } from '../access/key-store.ts';
import type { LedgerPort } from '../ledger-port.ts';
import type { ApiTables } from './tables.ts';

/** All that is given must hold; what is left out does not limit. */
export interface ExchangeQuery {
  readonly name?: string;
  readonly from?: Instant;
  /** Not included. */
  readonly to?: Instant;
  readonly limit: number;
}

export interface ExchangeArchive extends ExchangeSink {
  get(id: string): Promise<Exchange | undefined>;
  /** The newest first. */
  find(query: ExchangeQuery): Promise<readonly Exchange[]>;
}

/** The settlement reports of the days that are of interest, and what changed in them after they were taken. */
export interface Settlements {
  readonly reports: readonly ReportStatus[];
  readonly changes: readonly ReportChange[];
}

/** The directory of a day's report files. */
export interface Reports {
  /** Makes them first where the day is not over. `day` is `YYYY-MM-DD`. Throws HESABU_NOT_FOUND. */
  of(day: string, language: Language): Promise<string>;
}

export interface ApiContext {
  readonly ledger: LedgerPort;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly meter: Meter;
  readonly keys: KeyStore;
  readonly tables: ApiTables;
  /** The keyed hash under which personal data may be kept. */
  readonly pseudonym: (text: string) => string;
  /** The gateway that takes a merchant's payments; for `*` the one that takes everybody's. */
  gateways(merchant: string): Gateway | undefined;
  readonly exchanges: ExchangeArchive;
  /** Authentic webhooks that were not understood, the newest first. */
  unread(after: number | null, limit: number): UnreadPage;
  /** Every import, the oldest first. */
  imports(): Iterable<ImportRecord>;
  /** Those that are raised, then those that were lately. */
  alerts(): readonly AlertView[];
  settlements(): Settlements;
  /** What about an order is worth a look: shown, never decisive. */
  risk(reference: string): readonly RiskSignal[];
  readonly reports: Reports;
  /** In the text format of Prometheus. */
  metricsText(): Promise<string>;
  /** Where a file is kept while it is taken; on the disk of the data directory, and made by the API. */
  readonly uploadDir: string;
  /** The most bytes that an imported file may have. */
  readonly uploadBytesMax: number;
  /** Aborts when the service drains: streams end. */
  readonly draining: AbortSignal;
}
