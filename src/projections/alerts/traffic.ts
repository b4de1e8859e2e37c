// Traffic by account, as reported to the meter: counted in buckets of five minutes and stored in service.db for two
// weeks, so that an hour can be compared with the same hour of earlier days.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Labels, Meter, MetricName } from '../../runtime/meter.ts';
import { inTransaction } from '../../runtime/service-database.ts';
import type { CallbackVitals, TrafficVitals } from './vitals.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS watch_counts (
    series TEXT NOT NULL, about TEXT NOT NULL, at INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (series, about, at)
  ) STRICT, WITHOUT ROWID`;

type Series = 'callbacks' | 'forged' | 'unread' | 'answered' | 'failed';

const BUCKET_MILLIS = 5 * 60_000;
const HOUR_MILLIS = 3_600_000;
const DAY_MILLIS = 24 * HOUR_MILLIS;
const DAYS_KEPT = 14;
/** With fewer days nothing can be called usual. */
const DAYS_MIN = 3;
/** A limit that was not used for this long is full again. */
const HEADROOM_MILLIS = 5 * 60_000;

const WEBHOOK_SERIES: Readonly<Record<string, readonly Series[]>> = {
  accepted: ['callbacks'],
  repeated: ['callbacks'],
  unread: ['callbacks', 'unread'],
  ignored: ['callbacks'],
  forged: ['forged'],
  stale: ['forged'],
};
const POLL_SERIES: Readonly<Record<string, readonly Series[]>> = {
  answered: ['answered'],
  unknown: ['answered'],
  asked: ['answered'],
  misunderstood: ['answered'],
  failed: ['failed'],
};

/** Passes everything on to another meter, and stores what alerts need. */
export class Traffic implements Meter {
  private readonly meter: Meter;
  private readonly clock: Clock;
  private readonly database: DatabaseSync;
  private readonly began: Instant;
  /** Counted since the last write, by series, account and bucket. */
  private readonly counted = new Map<string, number>();
  private readonly headrooms = new Map<string, { readonly ratio: number; readonly at: Instant }>();
  private readonly addCount: StatementSync;
  private readonly sumCounts: StatementSync;
  private readonly selectNames: StatementSync;
  private readonly selectEnds: StatementSync;
  private readonly selectLongest: StatementSync;
  private readonly deleteOld: StatementSync;

  constructor(meter: Meter, clock: Clock, database: DatabaseSync) {
    database.exec(TABLES);
    this.meter = meter;
    this.clock = clock;
    this.database = database;
    this.began = clock.now();
    this.addCount = database.prepare(
      'INSERT INTO watch_counts VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count',
    );
    const where = 'WHERE series = ? AND about = ?';
    this.sumCounts = database.prepare(`SELECT sum(count) AS count FROM watch_counts ${where} AND at > ? AND at <= ?`);
    this.selectNames = database.prepare('SELECT DISTINCT about FROM watch_counts WHERE series = ?');
    this.selectEnds = database.prepare(`SELECT min(at) AS first, max(at) AS last FROM watch_counts ${where}`);
    const steps =
      "SELECT at - lag(at) OVER (ORDER BY at) AS step FROM watch_counts WHERE series = 'callbacks' AND about = ?";
    this.selectLongest = database.prepare(`SELECT max(step) AS longest FROM (${steps})`);
    this.deleteOld = database.prepare('DELETE FROM watch_counts WHERE at <= ?');
  }

  add(name: MetricName, labels: Labels = {}, by?: number): void {
    this.meter.add(name, labels, by);
    const { provider, account = '', outcome = '' } = labels;
    if (name === 'hesabu_webhooks_total') {
      for (const series of WEBHOOK_SERIES[outcome] ?? []) this.count(series, `${provider}/${account}`, by ?? 1);
    } else if (name === 'hesabu_polls_total') {
      for (const series of POLL_SERIES[outcome] ?? []) this.count(series, account, by ?? 1);
    }
  }

  set(name: MetricName, labels: Labels, value: number): void {
    this.meter.set(name, labels, value);
    if (name === 'hesabu_rate_headroom_ratio') {
      this.headrooms.set(labels.account ?? '', { ratio: value, at: this.clock.now() });
    }
  }

  observe(name: MetricName, labels: Labels, seconds: number): void {
    this.meter.observe(name, labels, seconds);
  }

  /** Writes the counts and returns the vitals. `accounts` are those that may send callbacks. */
  vitals(accounts: readonly string[]): TrafficVitals {
    const now = this.clock.now();
    this.write(now);
    const within = (series: Series, millis: number) => {
      const names = this.namesOf(series);
      return new Map(names.map((about) => [about, this.countOf(series, about, now - millis, now)] as const));
    };
    const failed = within('failed', HOUR_MILLIS);
    const answered = within('answered', HOUR_MILLIS);
    const polled = new Set([...answered.keys(), ...failed.keys()]);
    return {
      callbacks: new Map(accounts.map((about) => [about, this.callbacksOf(about, now)])),
      polls: new Map(
        [...polled].map((about) => [about, { answered: answered.get(about) ?? 0, failed: failed.get(about) ?? 0 }]),
      ),
      headroom: new Map(
        [...this.headrooms].map(([about, { ratio, at }]) => [about, now - at < HEADROOM_MILLIS ? ratio : 1]),
      ),
      forged: within('forged', HOUR_MILLIS),
      unread: within('unread', DAY_MILLIS),
    };
  }

  private count(series: Series, about: string, by: number): void {
    const key = `${series}\n${about}\n${bucketOf(this.clock.now())}`;
    this.counted.set(key, (this.counted.get(key) ?? 0) + by);
  }

  private write(now: Instant): void {
    inTransaction(this.database, () => {
      for (const [key, count] of this.counted) {
        const [series, about, at] = key.split('\n') as [string, string, string];
        this.addCount.run(series, about, Number(at), count);
      }
      this.deleteOld.run(now - (DAYS_KEPT + 1) * DAY_MILLIS);
    });
    this.counted.clear();
  }

  private namesOf(series: Series): string[] {
    return this.selectNames.all(series).map(({ about }) => about as string);
  }

  /** In the buckets that ended after `from`, up to the one that contains `to`. */
  private countOf(series: Series, about: string, from: Instant, to: Instant): number {
    return Number(this.sumCounts.get(series, about, from - BUCKET_MILLIS, to)!.count ?? 0);
  }

  private longestSilence(about: string): number {
    return Number(this.selectLongest.get(about)!.longest ?? 0);
  }

  private callbacksOf(about: string, now: Instant): CallbackVitals {
    const { first, last } = this.selectEnds.get('callbacks', about) as { first: number | null; last: number | null };
    const seen = last === null ? this.began : Math.min(now, last + BUCKET_MILLIS);
    const days = first === null ? 0 : Math.min(DAYS_KEPT, Math.floor((now - first) / DAY_MILLIS));
    const counts = Array.from({ length: days }, (_, at) => {
      const then = now - (at + 1) * DAY_MILLIS;
      return this.countOf('callbacks', about, then - HOUR_MILLIS, then);
    });
    counts.sort((left, right) => left - right);
    return {
      silentMillis: now - seen,
      isEverSeen: last !== null,
      usual: days < DAYS_MIN ? null : counts[days >> 1]!,
      longestMillis: days < DAYS_MIN ? null : this.longestSilence(about),
      watchedMillis: now - this.began,
    };
  }
}

function bucketOf(at: Instant): Instant {
  return at - (at % BUCKET_MILLIS);
}
