// What changed, for all who watch: the ledger's part and the alerts' part of it as one list. Many who have read equally
// far are one question to the ledger's thread, and all of them are woken together, a few times a second.

import { setTimeout as pause } from 'node:timers/promises';
import type { ChangePage, PlacedChange } from '../../domain/change.ts';
import { HesabuError } from '../../domain/errors.ts';
import type { Ask } from '../../engine/executors/queries.ts';
import type { ChangePort } from '../../http/change-port.ts';
import type { EntryPort } from '../../http/ledger-port.ts';
import type { AlertChange } from '../../projections/alerts/alert-table.ts';
import type { RulesHistoryPage } from '../../projections/rules-history.ts';
import { BlockSignal } from './block-signal.ts';

/** The alerts as `Alerts` has them. */
export interface AlertChanges {
  changesAfter(number: number, limit: number): readonly AlertChange[];
  readonly lastChange: number;
}

export interface LiveChangesOptions {
  readonly ask: Ask;
  readonly reader: Pick<EntryPort, 'end' | 'nextBlock'>;
  readonly alerts: () => AlertChanges;
  /** In real milliseconds: what happens within them is told together. */
  readonly paceMillis?: number;
}

const PACE_MILLIS = 150;
/** Pages that are kept for those who come to the same place. */
const PAGES_MAX = 32;

export class LiveChanges implements ChangePort {
  private readonly options: LiveChangesOptions;
  private readonly news = new BlockSignal();
  private readonly pages = new Map<string, Promise<ChangePage>>();
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;

  constructor(options: LiveChangesOptions) {
    this.options = options;
    this.running = this.run();
  }

  get end(): string {
    const { reader, alerts } = this.options;
    return cursorOf(reader.end, alerts().lastChange);
  }

  after(cursor: string, limit: number): Promise<ChangePage> {
    const name = `${limit} ${cursor}`;
    const known = this.pages.get(name);
    if (known !== undefined) return known;
    const page = this.read(cursor, limit);
    if (this.pages.size >= PAGES_MAX) this.pages.clear();
    this.pages.set(name, page);
    // Who comes later asks anew.
    page.catch(() => this.pages.delete(name));
    return page;
  }

  rulesHistory(): Promise<RulesHistoryPage> {
    return this.options.ask({ query: 'rulesHistory' });
  }

  next(signal: AbortSignal): Promise<void> {
    return this.news.next(signal);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.news.close();
    await this.running;
  }

  /** An alert was raised or cleared. */
  alerted(): void {
    this.tell();
  }

  private async run(): Promise<void> {
    const { reader, paceMillis = PACE_MILLIS } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await reader.nextBlock(signal);
      await pause(paceMillis, undefined, { signal, ref: false }).catch(() => {});
      this.tell();
    }
  }

  private tell(): void {
    this.pages.clear();
    this.news.fire();
  }

  private async read(cursor: string, limit: number): Promise<ChangePage> {
    const { ask, alerts } = this.options;
    const [ledger, number] = partsOf(cursor);
    if (number > alerts().lastChange) throw invalid(`the missing alert ${number}`);
    const page = await ask({ query: 'changesAfter', cursor: ledger, limit });
    const changes: PlacedChange[] = page.changes.map((change) => {
      return { ...change, cursor: cursorOf(change.cursor, number) };
    });
    const room = limit - changes.length;
    const found = page.isEnd ? alerts().changesAfter(number, room) : [];
    for (const { number: at, ...alert } of found) changes.push(placed(alert, cursorOf(page.cursor, at)));
    const last = found.at(-1)?.number ?? number;
    return { changes, cursor: cursorOf(page.cursor, last), isEnd: page.isEnd && found.length < room };
  }
}

function placed({ alert, about, what, at }: Omit<AlertChange, 'number'>, cursor: string): PlacedChange {
  const id = about === '' ? alert : `${alert}/${about}`;
  return { kind: 'alert', id, what, case: null, merchant: '', by: null, at, cursor };
}

/** Opaque to callers: where to read on in the ledger, and the last number of an alert's change. */
function cursorOf(ledger: string, alert: number): string {
  return `${ledger}~${alert}`;
}

function partsOf(cursor: string): readonly [ledger: string, alert: number] {
  const [, ledger, alert] = /^([^~]+)~(\d{1,15})$/.exec(cursor) ?? [];
  if (ledger === undefined) throw invalid(`"${cursor.slice(0, 30)}"`);
  return [ledger, Number(alert)];
}

function invalid(found: string): HesabuError {
  return new HesabuError('HESABU_CURSOR_INVALID', { where: 'cursor', expected: 'a cursor from an answer', found });
}
