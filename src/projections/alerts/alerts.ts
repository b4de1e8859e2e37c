// Raises and clears alerts over the vitals, and reports both to the log, the outbox and the meters.

import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from 'pino';
import { type Decimal, formatDecimal } from '../../domain/decimal.ts';
import { formatInstant, type Instant } from '../../domain/time.ts';
import type { Meter } from '../../runtime/meter.ts';
import { type MessageSink, messageId } from '../../runtime/outgoing-message.ts';
import { inTransaction } from '../../runtime/service-database.ts';
import { type AlertChange, type AlertRow, AlertTable } from './alert-table.ts';
import {
  ALERT_KINDS,
  ALERT_NAMES,
  type AlertKind,
  type AlertName,
  type AlertSettings,
  type Baseline,
} from './kinds.ts';
import { judge, type Measure, trimDecimal, type Verdict } from './measure.ts';
import { Samples } from './samples.ts';
import type { Vitals } from './vitals.ts';
import { alertTexts, type Texts } from './words.ts';

export interface AlertView {
  readonly alert: AlertName;
  /** The subject of the alert, such as an account; empty for the service. */
  readonly about: string;
  readonly severity: AlertKind['severity'];
  readonly since: Instant;
  /** When it was cleared; null while it is raised. */
  readonly until: Instant | null;
  /** The last value while it was raised, and the threshold that raised it: plain decimals. */
  readonly value: string;
  readonly threshold: string;
  readonly message: Texts;
  /** What to do about it. */
  readonly next: Texts;
}

export interface AlertsOptions {
  /** service.db. */
  readonly database: DatabaseSync;
  readonly outbox: MessageSink;
  /** Read at every round, because the settings can be reloaded. */
  readonly settings: () => AlertSettings;
  readonly meter: Meter;
  readonly logger: Logger;
  /** Called after alerts were raised or cleared. */
  readonly onChange?: () => void;
}

const SHOWN_MILLIS = 7 * 24 * 3_600_000;

/** An alert that is about to be raised or cleared, and since when. */
interface PendingChange {
  readonly verdict: Verdict;
  readonly since: Instant;
}

export class Alerts {
  private readonly options: AlertsOptions;
  private readonly table: AlertTable;
  private readonly samples: Samples;
  private readonly pending = new Map<string, PendingChange>();
  private lastAt: Instant = 0;

  constructor(options: AlertsOptions) {
    this.options = options;
    this.table = new AlertTable(options.database);
    this.samples = new Samples(options.database);
  }

  /** Raises and clears the due alerts. Commits all of them with their messages, or nothing. */
  evaluate(vitals: Vitals): void {
    const { database, settings, meter } = this.options;
    if (vitals.ledger !== null) this.samples.take(vitals.ledger, vitals.at);
    const baseline = this.samples.baseline(vitals.at);
    this.lastAt = vitals.at;
    const limits = settings();
    const changed = inTransaction(database, () => {
      this.table.prune(vitals.at - SHOWN_MILLIS);
      const raised = this.raised();
      return ALERT_NAMES.flatMap((name) => this.judgeKind(name, vitals, limits, baseline, raised));
    });
    for (const row of changed) this.log(row);
    if (changed.length > 0) this.options.onChange?.();
    const counts = new Map<string, number>();
    for (const { alert } of this.raised().values()) counts.set(alert, (counts.get(alert) ?? 0) + 1);
    for (const alert of ALERT_NAMES) meter.set('hesabu_alerts_active', { alert }, counts.has(alert) ? 1 : 0);
  }

  /** The raised alerts, then those of the last seven days; newest first. */
  list(): readonly AlertView[] {
    return this.table
      .rows(this.lastAt - SHOWN_MILLIS)
      .filter(isKnown)
      .map(viewOf);
  }

  /** What was raised and cleared after a number, at most so much. */
  changesAfter(number: number, limit: number): readonly AlertChange[] {
    return this.table.changesAfter(number, limit);
  }

  /** The number of the last one. */
  get lastChange(): number {
    return this.table.lastChange;
  }

  private raised(): ReadonlyMap<string, AlertRow> {
    const rows = this.table.rows(Number.MAX_SAFE_INTEGER).filter(isKnown);
    return new Map(rows.map((row) => [`${row.alert}\n${row.about}`, row]));
  }

  /** The alerts of one kind that were raised or cleared. */
  private judgeKind(
    name: AlertName,
    vitals: Vitals,
    settings: AlertSettings,
    baseline: Baseline,
    raised: ReadonlyMap<string, AlertRow>,
  ): AlertRow[] {
    const measures = ALERT_KINDS[name].measures(vitals, settings, baseline);
    if (measures === null) return [];
    const known = new Map(measures.map((measure) => [`${name}\n${measure.about}`, measure]));
    // The subject of an alert may no longer exist: a removed account, a currency without breaks.
    const tracked = [...raised.keys(), ...this.pending.keys()].filter((key) => key.startsWith(`${name}\n`));
    const keys = new Set([...known.keys(), ...tracked]);
    return [...keys].flatMap((key) => this.step(name, key, known.get(key), raised.get(key), vitals.at) ?? []);
  }

  private step(
    name: AlertName,
    key: string,
    measure: Measure | undefined,
    row: AlertRow | undefined,
    at: Instant,
  ): AlertRow | undefined {
    const verdict = measure === undefined ? 'clear' : judge(measure);
    if (row !== undefined && measure !== undefined && measure.value !== null) this.refresh(row, measure);
    if (verdict !== (row === undefined ? 'raise' : 'clear')) {
      this.pending.delete(key);
      return undefined;
    }
    // It stays until the next round finds the change done; after a failed transaction it is not done.
    const last = this.pending.get(key);
    const step = last?.verdict === verdict ? last : { verdict, since: at };
    this.pending.set(key, step);
    if (at - step.since < ALERT_KINDS[name].forMillis) return undefined;
    if (row !== undefined) return this.clear(row, at);
    return measure === undefined ? undefined : this.raise(name, measure, at);
  }

  private refresh(row: AlertRow, measure: Measure): void {
    const { value, threshold } = textsOf(measure);
    const bound = measure.raise === null ? row.threshold : threshold;
    if (value !== row.value || bound !== row.threshold) this.table.update(row.id, value, bound);
  }

  private raise(name: AlertName, measure: Measure, at: Instant): AlertRow {
    const { value, threshold } = textsOf(measure);
    const row = this.table.raise(name, measure.about, at, value, threshold);
    this.send('alert.raised', row, at);
    return row;
  }

  private clear(row: AlertRow, at: Instant): AlertRow {
    this.table.clear(row.id, at);
    const cleared = { ...row, cleared_at: at };
    this.send('alert.cleared', cleared, at);
    return cleared;
  }

  private send(type: string, row: AlertRow, at: Instant): void {
    if (!isKnown(row)) return;
    const { since, until, ...view } = viewOf(row);
    const times = { since: formatInstant(since), ...(until === null ? {} : { until: formatInstant(until) }) };
    const id = messageId(type, row.alert, row.about, `${row.raised_at}`);
    this.options.outbox.put([{ id, type, timestamp: at, merchant: '', names: [], data: { ...view, ...times } }]);
  }

  private log(row: AlertRow): void {
    if (!isKnown(row)) return;
    const { alert, about, severity, value, threshold, message } = viewOf(row);
    const { logger } = this.options;
    const about_ = { alert, about, value, threshold };
    if (row.cleared_at !== null) logger.info(about_, `alert cleared: ${alert}`);
    else if (severity === 'critical') logger.error(about_, `alert raised: ${message.en}`);
    else logger.warn(about_, `alert raised: ${message.en}`);
  }
}

/** A row may come from another version with other alerts. */
function isKnown(row: AlertRow): row is AlertRow & { readonly alert: AlertName } {
  return Object.hasOwn(ALERT_KINDS, row.alert);
}

function viewOf(row: AlertRow & { readonly alert: AlertName }): AlertView {
  const { alert, about, raised_at: since, cleared_at: until, value, threshold } = row;
  const { severity } = ALERT_KINDS[alert];
  const texts = alertTexts(alert, { about, value, threshold });
  return { alert, about, severity, since, until, value, threshold, ...texts };
}

function textsOf({ value, raise, clear, decimals = 0 }: Measure): Pick<AlertRow, 'value' | 'threshold'> {
  const textOf = (decimal: Decimal) => formatDecimal(trimDecimal(decimal, decimals));
  return { value: value === null ? '' : textOf(value), threshold: textOf(raise ?? clear) };
}
