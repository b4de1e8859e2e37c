// The recent values that alerts compare with: one sample an hour, for two weeks, in service.db. Amounts are stored as
// whole numbers of minor units.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { compareDecimal, type Decimal } from '../../domain/decimal.ts';
import type { Instant } from '../../domain/time.ts';
import { inTransaction } from '../../runtime/service-database.ts';
import { type Baseline, rateOf, unitsOf } from './kinds.ts';
import type { LedgerVitals } from './vitals.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS watch_samples (
    series TEXT NOT NULL, hour INTEGER NOT NULL, digits TEXT NOT NULL, scale INTEGER NOT NULL,
    PRIMARY KEY (series, hour)
  ) STRICT, WITHOUT ROWID`;

const HOUR_MILLIS = 3_600_000;
const HOURS_KEPT = 14 * 24;
/** With less than a day of samples nothing can be called usual. */
const SAMPLES_MIN = 24;

const RATE = 'rate';
/** The rate series counts the sampled hours: a currency missing in one of them had no open breaks then. */
const seriesOf = (currency: string) => `value ${currency}`;

export class Samples {
  private readonly database: DatabaseSync;
  private readonly insertRow: StatementSync;
  private readonly selectRows: StatementSync;
  private readonly deleteOld: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(TABLES);
    this.database = database;
    this.insertRow = database.prepare('INSERT OR IGNORE INTO watch_samples VALUES (?, ?, ?, ?)');
    this.selectRows = database.prepare('SELECT digits, scale FROM watch_samples WHERE series = ? AND hour < ?');
    this.deleteOld = database.prepare('DELETE FROM watch_samples WHERE hour <= ?');
  }

  /** Takes the sample of an hour that has none yet. */
  take({ keys, unmatched, values }: LedgerVitals, at: Instant): void {
    const hour = hourOf(at);
    inTransaction(this.database, () => {
      this.put(RATE, hour, rateOf(unmatched, keys));
      for (const [currency, minor] of values) this.put(seriesOf(currency), hour, unitsOf(minor, currency));
      this.deleteOld.run(hour - HOURS_KEPT);
    });
  }

  /** The usual values before this hour. */
  baseline(at: Instant): Baseline {
    const hour = hourOf(at);
    const rates = this.read(RATE, hour);
    const isLong = rates.length >= SAMPLES_MIN;
    return {
      rate: isLong ? median(rates, rates.length) : null,
      value: (currency) => (isLong ? median(this.read(seriesOf(currency), hour), rates.length) : null),
    };
  }

  private put(series: string, hour: number, { digits, scale }: Decimal): void {
    this.insertRow.run(series, hour, digits.toString(), scale);
  }

  private read(series: string, before: number): Decimal[] {
    const rows = this.selectRows.all(series, before) as { digits: string; scale: number }[];
    return rows.map(({ digits, scale }) => ({ digits: BigInt(digits), scale }));
  }
}

/** The median of `count` samples; missing ones were 0. */
function median(samples: Decimal[], count: number): Decimal {
  samples.sort(compareDecimal);
  return samples[(count >> 1) - (count - samples.length)] ?? { digits: 0n, scale: 0 };
}

function hourOf(at: Instant): number {
  return Math.floor(at / HOUR_MILLIS);
}
