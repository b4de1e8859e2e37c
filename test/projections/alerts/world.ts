// Alerts over vitals that a test invents, with a clock that the test sets; reports are recorded as short lines.
import { DatabaseSync } from 'node:sqlite';
import pino from 'pino';
import { Alerts } from '../../../src/projections/alerts/alerts.ts';
import type { AlertName, AlertSettings } from '../../../src/projections/alerts/kinds.ts';
import { Samples } from '../../../src/projections/alerts/samples.ts';
import type { CallbackVitals, LedgerVitals, TrafficVitals, Vitals } from '../../../src/projections/alerts/vitals.ts';
import { type Meter, NO_METER } from '../../../src/runtime/meter.ts';
import type { MessageSink, OutgoingMessage } from '../../../src/runtime/outgoing-message.ts';

export const NOON = Date.parse('2026-06-01T12:00:00Z');
export const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];

const SETTINGS: AlertSettings = {
  above_past: 3,
  value_least: { KES: '0.01', UGX: '1' },
  callback_silence: HOUR,
  certificate_days: [30, 7],
  disk_free: 0.1,
  rate_headroom: 0.1,
  poll_failures: 0.5,
  forged_per_hour: 5,
};

export const QUIET: TrafficVitals = {
  callbacks: new Map(),
  polls: new Map(),
  headroom: new Map(),
  forged: new Map(),
  unread: new Map(),
};

const CALM: Omit<Vitals, 'at'> = {
  ledger: null,
  lagMillis: 0,
  ledgerAheadMillis: 0,
  clockJumpMillis: 0,
  traffic: QUIET,
  missingReports: [],
  certificates: [],
  diskFreeRatio: 0.5,
  deadMessages: new Map(),
  goneTargets: [],
  uneven: [],
  decisions: { writtenOff: [], pairs: [] },
  lostMinutes: new Map(),
  restoredFacts: 0,
  damaged: [],
};

export type Seen = Partial<Omit<Vitals, 'at'>>;

export function ledgerOf(keys: number, unmatched: number, values: Record<string, bigint> = {}): LedgerVitals {
  return { keys, unmatched, values: new Map(Object.entries(values)), unsigned: new Map() };
}

export function traffic(more: Partial<TrafficVitals>): Seen {
  return { traffic: { ...QUIET, ...more } };
}

/** Callbacks at an hour that is busy on other days, monitored long enough. */
export function silence(silentMillis: number, more: Partial<CallbackVitals> = {}): Seen {
  const callbacks = { silentMillis, isEverSeen: true, usual: 5, longestMillis: null, watchedMillis: HOUR, ...more };
  return traffic({ callbacks: new Map([['mfs-africa/main', callbacks]]) });
}

export class World {
  readonly database = new DatabaseSync(':memory:');
  readonly told: OutgoingMessage[] = [];
  readonly logged: { readonly level: number; readonly msg: string }[] = [];
  /** The gauge of each alert. */
  readonly active = new Map<string, number>();
  settings = SETTINGS;
  outbox: MessageSink = { put: (messages) => this.told.push(...messages) };
  alerts = this.open();

  /** As after a restart: only the database remains. */
  open(): Alerts {
    const meter: Meter = { ...NO_METER, set: (_, labels, value) => this.active.set(labels.alert!, value) };
    this.alerts = new Alerts({
      database: this.database,
      outbox: { put: (messages) => this.outbox.put(messages) },
      settings: () => this.settings,
      meter,
      logger: pino({ level: 'info' }, { write: (line: string) => this.logged.push(JSON.parse(line)) }),
    });
    return this.alerts;
  }

  /** An hourly sample of the ledger for this many hours before noon. */
  lived(hours: number, ledger: LedgerVitals): void {
    const samples = new Samples(this.database);
    for (let hour = hours; hour > 0; hour -= 1) samples.take(ledger, NOON - hour * HOUR);
  }

  /** Runs a round this long after noon, and returns its reports: `raised disk_nearly_full`. */
  look(millis: number, seen: Seen = {}): string[] {
    const from = this.told.length;
    this.alerts.evaluate({ ...CALM, ...seen, at: NOON + millis });
    return this.told.slice(from).map(({ type, data }) => {
      return [type.replace('alert.', ''), data.alert, data.about].filter((word) => word !== '').join(' ');
    });
  }

  /** Runs a round every half minute between two times; the elements of `seen` take turns. */
  watch(from: number, to: number, ...seen: readonly Seen[]): string[] {
    const told: string[] = [];
    for (let at = from, turn = 0; at < to; at += 30 * SECOND, turn += 1) {
      told.push(...this.look(at, seen[turn % seen.length]));
    }
    return told;
  }

  /** The raised alerts, with their subjects. */
  raised(): string[] {
    const raised = this.alerts.list().filter(({ until }) => until === null);
    return raised.map(({ alert, about }) => `${alert} ${about}`.trim());
  }
}

/** Only the reports of one alert. */
export function of(alert: AlertName, told: readonly string[]): string[] {
  return told.filter((line) => line.split(' ')[1] === alert);
}
