// The parts that the API needs. The composition root fills in all of them, tests only those that they need. Each part
// has only the members that the routes use.

import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import type { Exchange, ExchangeSink } from '../../archive/exchanges/exchange.ts';
import type { BlobStore } from '../../archive/texts/blob-store.ts';
import type { TextStore } from '../../archive/texts/text-store.ts';
import type { HesabuError } from '../../domain/errors.ts';
import type { Language, ReaderLanguage } from '../../domain/language.ts';
import type { Instant } from '../../domain/time.ts';
import type { DecisionKey } from '../../producers/decisions/decision-key.ts';
import type { Gateway } from '../../producers/gateway.ts';
import type { ReportChange } from '../../producers/settlement-fetcher/report-table.ts';
import type { ReportStatus } from '../../producers/settlement-fetcher/settlement-fetcher.ts';
import type { UnreadPage } from '../../producers/webhooks/unread-webhooks.ts';
import type { AlertView } from '../../projections/alerts/alerts.ts';
import type { ImportRecord } from '../../projections/imports.ts';
import type { RiskSignal } from '../../projections/risk/signal.ts';
import type { StatementBook } from '../../projections/statement-book.ts';
import type { Statement } from '../../projections/statement-view.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Meter } from '../../runtime/meter.ts';
import type { CallerParts } from '../access/caller.ts';
import type { IssuerSignIn } from '../access/issuer-sign-in.ts';
import type { KeyStore } from '../access/key-store.ts';
import type { PeopleStore } from '../access/people-store.ts';
import type { RateLimits } from '../access/rate-limits.ts';
import type { Sessions } from '../access/sessions.ts';
import type { SignIn } from '../access/sign-in.ts';
import type { ChangePort } from '../change-port.ts';
import type { DeadLetterPort } from '../dead-letter-port.ts';
import type { LedgerPort } from '../ledger-port.ts';
import type { NoticePort } from '../notice-port.ts';
import type { PreviewPort } from '../preview-port.ts';
import type { BatchWork } from './batch.ts';
import type { CaseFiles } from './case-files.ts';
import type { RefundWork } from './refund-proposals.ts';
import type { ApiTables } from './tables.ts';
import type { Turns } from './turns.ts';

/** All given conditions must hold; an absent one does not limit. */
export interface ExchangeQuery {
  readonly name?: string;
  readonly from?: Instant;
  /** Exclusive. */
  readonly to?: Instant;
  readonly limit: number;
}

export interface ExchangeArchive extends ExchangeSink {
  get(id: string): Promise<Exchange | undefined>;
  /** The newest first. */
  find(query: ExchangeQuery): Promise<readonly Exchange[]>;
}

/** The settlement reports of recent days, and what changed in them after they were taken. */
export interface Settlements {
  readonly reports: readonly ReportStatus[];
  readonly changes: readonly ReportChange[];
}

/** The directory of a day's report files. */
export interface Reports {
  /** Makes them first if the day is not over. `day` is `YYYY-MM-DD`. Throws HESABU_NOT_FOUND. */
  of(day: string, language: ReaderLanguage): Promise<string>;
  /** The latest days that are over and have one, at most so many, the earliest first. */
  days(atMost: number): readonly string[];
}

export interface ApiContext {
  readonly ledger: LedgerPort;
  readonly changes: ChangePort;
  readonly notices: NoticePort;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly meter: Meter;
  readonly keys: KeyStore;
  readonly people: PeopleStore;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly issuerSignIn: IssuerSignIn;
  readonly tables: ApiTables;
  /** Does what many cases were asked for at once. */
  readonly batches: BatchWork;
  /** Asks gateways for the refunds that people proposed. */
  readonly refundWork: RefundWork;
  /** In which what moves the money of one order is done, by its reference. */
  readonly orderTurns: Turns;
  /** Signs what people decide. */
  readonly decisionKey: DecisionKey;
  /** What people write of cases. */
  readonly texts: TextStore;
  /** The statements of closed days. */
  readonly statementFiles: TextStore;
  /** Files of their notes. */
  readonly blobs: Pick<BlobStore, 'take' | 'read' | 'remove'>;
  /** The keyed hash that replaces personal data. */
  readonly pseudonym: (text: string) => string;
  /** The provider of orders and files that name none. */
  readonly defaultProvider: string;
  /** The names of the configured accounts of a provider. */
  accountsOf(provider: string): readonly string[];
  /** The gateway that takes a merchant's payments; for `*` the one that takes all merchants' payments. */
  gateways(merchant: string): Gateway | undefined;
  /** The gateway of an account, as `provider/account`. */
  gatewayNamed(account: string): Gateway | undefined;
  readonly exchanges: ExchangeArchive;
  /** How many payments of one order may be in progress at once, if each is asked for with `again`. */
  promptsMax(): number;
  /** How many streams of changes one caller may have at once. */
  streamsMax(): number;
  /** Unread webhooks: authentic and not understood, the newest first. */
  unread(after: number | null, limit: number): UnreadPage;
  /** Every import, the oldest first. */
  imports(): Iterable<ImportRecord>;
  /** Records that are not facts; null where the ledger is not on Kafka, and so has none. */
  readonly deadLetters: DeadLetterPort | null;
  /** How files would be read. */
  readonly previews: PreviewPort;
  /** Raised alerts, then recently cleared ones. */
  alerts(): readonly AlertView[];
  settlements(): Settlements;
  /** Signals about an order that a person should check: they are shown and decide nothing. */
  risk(reference: string): Promise<readonly RiskSignal[]>;
  readonly reports: Reports;
  readonly caseFiles: CaseFiles;
  /** A workbook of statements as a stream: the composition root provides it, since reports are made there. */
  readonly statementBook: (book: StatementBook, lang: Language) => Readable;
  /** Their figures as CSV. */
  /** In the words of a language, or else under the names of the API. */
  readonly statementCsv: (
    day: { day: string; zone: string; statements: readonly Statement[] },
    lang: Language | undefined,
  ) => string;
  /** In the text format of Prometheus. */
  metricsText(): Promise<string>;
  /** Where an uploaded file is stored during its import: on the data directory's disk; the API makes it. */
  readonly uploadDir: string;
  /** Where files lie that wait for a second person; the API makes it. */
  readonly approvalDir: string;
  /** The maximum size of an imported file in bytes. */
  readonly uploadBytesMax: number;
  /** Aborts when the service drains: streams end. */
  readonly draining: AbortSignal;
  readonly limits: RateLimits;
  /** Whether only this machine can reach the service, as far as its configuration says. */
  readonly isOnLoopback: boolean;
  readonly isOverTls: CallerParts['isOverTls'];
  readonly publicUrl: CallerParts['publicUrl'];
  /** Why nothing can be stored now; null if there is no such reason. */
  readonly storageFault: () => HesabuError | null;
}
