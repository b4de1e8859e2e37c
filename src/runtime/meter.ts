// Every metric of the live service in one table, and the port through which components count. The values appear at
// /metrics; they decide nothing.

interface Metric {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
}

const metric = (type: Metric['type'], help: string, ...labels: string[]): Metric => ({ type, help, labels });

export const METRICS = {
  hesabu_facts_total: metric('counter', 'Facts made durable', 'topic'),
  hesabu_entries_total: metric('counter', 'Ledger entries committed'),
  hesabu_blocks_total: metric('counter', 'Blocks committed by this worker'),
  hesabu_block_seconds: metric('histogram', 'Time to write a block, its entries and dead letters'),
  hesabu_worker_partitions: metric('gauge', 'Partitions that this worker has'),
  hesabu_worker_lag_facts: metric('gauge', 'Facts in the topics that this worker has not read', 'topic'),
  hesabu_dead_letters_total: metric('counter', 'Records that were not valid facts', 'reason'),
  hesabu_breaks_open: metric('gauge', 'Open breaks', 'reason'),
  hesabu_breaks_open_value: metric('gauge', 'Value of open breaks in units of the currency', 'reason', 'currency'),
  hesabu_keys: metric('gauge', 'Transactions by standing', 'standing'),
  hesabu_reconcile_lag_seconds: metric('gauge', 'Age of the oldest fact that the ledger has not read'),
  hesabu_reconcile_seconds: metric('histogram', 'Time to bring the ledger up to date'),
  hesabu_webhooks_total: metric('counter', 'Webhooks by outcome', 'provider', 'account', 'outcome'),
  hesabu_ack_seconds: metric('histogram', 'From the last byte of a webhook to its answer', 'provider', 'account'),
  hesabu_requests_total: metric('counter', 'API requests', 'route', 'status'),
  hesabu_polls_total: metric('counter', 'Status polls by outcome', 'account', 'outcome'),
  hesabu_hints_total: metric('counter', 'Queries about unsigned callbacks by outcome', 'account', 'outcome'),
  hesabu_rate_limited_total: metric('counter', 'Answers of a provider that limited our calls', 'account'),
  hesabu_rate_headroom_ratio: metric('gauge', 'Unused part of the rate limit, 0 to 1', 'account'),
  hesabu_breaker_open: metric('gauge', '1 while the circuit breaker of an account is open', 'account'),
  hesabu_settlement_reports_total: metric('counter', 'Settlement reports by outcome', 'account', 'outcome'),
  hesabu_gap_pages_total: metric('counter', 'Pages read for webhooks that never came', 'account', 'outcome'),
  hesabu_outbox_messages_total: metric('counter', 'Outgoing messages by outcome', 'type', 'outcome'),
  hesabu_outbox_waiting: metric('gauge', 'Outgoing messages that wait for delivery'),
  hesabu_alerts_active: metric('gauge', '1 while an alert is raised', 'alert'),
  hesabu_archive_bytes: metric('gauge', 'Size of the raw archive'),
  hesabu_disk_free_ratio: metric('gauge', 'Free part of the disk of the data directory, 0 to 1'),
  hesabu_clock_ahead_seconds: metric('gauge', "How far the machine's clock is ahead of the trusted time"),
  hesabu_clock_held: metric('gauge', '1 while deadlines are held back because the clock jumped'),
  hesabu_clock_jumps_total: metric('counter', "Jumps of the machine's clock that were not followed"),
  hesabu_ledger_ahead_seconds: metric('gauge', "How far the ledger's time is ahead of the clock"),
  hesabu_certificate_days_left: metric('gauge', 'Days until a certificate expires', 'host'),
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;
export type Labels = Readonly<Record<string, string>>;

export interface Meter {
  /** Adds to a counter. */
  add(name: MetricName, labels?: Labels, by?: number): void;
  /** Sets a gauge. */
  set(name: MetricName, labels: Labels, value: number): void;
  /** Adds a measurement, in seconds, to a histogram. */
  observe(name: MetricName, labels: Labels, seconds: number): void;
}

/** For code that runs without metrics. */
export const NO_METER: Meter = { add: () => {}, set: () => {}, observe: () => {} };
