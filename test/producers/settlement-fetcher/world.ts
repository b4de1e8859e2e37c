// A fetcher with a gateway with given responses, a ledger that recognises files by their content, and a manual clock.
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pino from 'pino';
import { onTestFinished } from 'vitest';
import { HesabuError } from '../../../src/domain/errors.ts';
import { CANONICAL_FORMATS } from '../../../src/producers/formats/formats.ts';
import type { SettlementReport } from '../../../src/producers/gateway.ts';
import type {
  FetchedAccount,
  SettlementFetcherOptions,
} from '../../../src/producers/settlement-fetcher/fetcher-options.ts';
import { SettlementFetcher } from '../../../src/producers/settlement-fetcher/settlement-fetcher.ts';
import { NO_METER } from '../../../src/runtime/meter.ts';
import { ManualClock } from '../poller/manual-clock.ts';
import type { Line } from './reports.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** 12:00 in Nairobi. */
const NOON = Date.parse('2026-06-01T09:00:00Z');
export const lines = (...references: string[]): Line[] =>
  references.map((reference) => ({ reference, lineId: `L${reference}` }));

export class World {
  readonly clock = new ManualClock(NOON);
  readonly dir = mkdtempSync(join(tmpdir(), 'hesabu-reports-'));
  readonly reports = new Map<string, Buffer>();
  readonly asked: string[] = [];
  /** The names of the imported files, with their results. */
  readonly imported: string[] = [];
  readonly sent: unknown[] = [];
  readonly outcomes: string[] = [];
  readonly faults: string[] = [];
  database = new DatabaseSync(':memory:');
  answer: (date: string) => Buffer | null = (date) => this.reports.get(date) ?? null;
  /** How many rows of a file cannot be read. */
  rejected = 0;
  private readonly contents = new Set<string>();

  constructor() {
    onTestFinished(() => rmSync(this.dir, { recursive: true, force: true }));
  }

  fetcher(more: Partial<FetchedAccount['settlement']> = {}, other: Partial<SettlementFetcherOptions> = {}) {
    const settlement = async (date: string): Promise<SettlementReport | null> => {
      this.asked.push(`${new Date(this.clock.now()).toISOString().slice(5, 16)} ${date}`);
      const bytes = this.answer(date);
      return bytes === null ? null : { exchange: 'x1', format: 'csv', bytes };
    };
    const time = { at: '06:30', zone: 'Africa/Nairobi', days_back: 3, retry: HOUR / 2, alert_after: 6 * HOUR };
    const fetcher = new SettlementFetcher({
      accounts: [
        {
          gateway: { provider: 'mfs-africa', account: 'main', settlement },
          settlement: { ...time, ...more },
          reading: { format: CANONICAL_FORMATS.settlements },
        },
      ],
      database: this.database,
      dir: this.dir,
      importFile: ({ path, name }) => this.take(path, name),
      takePage: async () => ({ facts: 0, rejected: 0, sha256: '' }),
      events: {
        missing: (account, date) => void this.sent.push(['missing', account, date]),
        arrived: (account, date) => void this.sent.push(['arrived', account, date]),
        changed: (account, date, { counts }) => void this.sent.push(['changed', account, date, counts]),
      },
      clock: this.clock,
      meter: { ...NO_METER, add: (_, labels) => this.outcomes.push(labels?.outcome ?? '') },
      logger: pino({ level: 'error' }, { write: (line: string) => this.faults.push(JSON.parse(line).code) }),
      ...other,
    });
    fetcher.start();
    return fetcher;
  }

  private async take(path: string, name: string) {
    const bytes = readFileSync(path);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const isKnown = this.contents.has(sha256);
    this.contents.add(sha256);
    const isBroken = bytes.toString().startsWith('broken');
    this.imported.push(`${name} ${isBroken ? 'broken' : isKnown ? 'refused' : 'done'}`);
    const fault = isBroken ? new HesabuError('HESABU_HEADER_INVALID') : null;
    const rows = bytes.toString().trim().split('\n').length - 1;
    const status = isKnown ? ('refused' as const) : ('done' as const);
    return { record: { id: this.imported.length, status, rows, rejected: this.rejected }, fault };
  }

  get storedFiles(): string[] {
    return readdirSync(join(this.dir, 'raw', 'settlements'));
  }
}
