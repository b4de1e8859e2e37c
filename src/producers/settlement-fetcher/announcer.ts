// Tells what people should know of settlement reports: one that is missing, that came after all, that changed. Whatever
// goes wrong in the telling is logged and ends nothing.

import type { Logger } from 'pino';
import { HesabuError } from '../../domain/errors.ts';
import type { ReportDifference } from './compare.ts';
import type { ReportTable } from './report-table.ts';

/** An account is `provider/account`, a date the report's own. */
export interface SettlementEvents {
  /** A report is later than it may be. Told once each time the service runs. */
  missing(account: string, date: string): void | Promise<void>;
  /** A report that was late is there. */
  arrived(account: string, date: string): void | Promise<void>;
  /** A report lost lines or changed them. Told until it resolves, so a crash may tell it twice. */
  changed(account: string, date: string, difference: ReportDifference): void | Promise<void>;
}

interface Report {
  readonly account: string;
  readonly date: string;
}

export class Announcer {
  private readonly events: SettlementEvents;
  private readonly table: ReportTable;
  private readonly logger: Logger;
  private readonly missed = new Set<string>();

  constructor(events: SettlementEvents, table: ReportTable, logger: Logger) {
    this.events = events;
    this.table = table;
    this.logger = logger;
  }

  async missing({ account, date }: Report): Promise<void> {
    const name = `${account} ${date}`;
    if (this.missed.has(name)) return;
    this.missed.add(name);
    await this.tell({ account, date }, () => this.events.missing(account, date));
  }

  async arrived({ account, date }: Report): Promise<void> {
    this.missed.delete(`${account} ${date}`);
    await this.tell({ account, date }, () => this.events.arrived(account, date));
  }

  /** Tells every change of an account that nobody was told of. */
  async changes(account: string): Promise<void> {
    for (const { id, change } of this.table.untold(account)) {
      const { account: _, date, at: __, ...difference } = change;
      const isTold = await this.tell({ account, date }, () => this.events.changed(account, date, difference));
      if (isTold) this.table.markTold(id);
    }
  }

  fault(error: unknown, about: object, message: string): void {
    const code = error instanceof HesabuError ? error.code : 'HESABU_INTERNAL';
    this.logger.error({ code, err: error, ...about }, message);
  }

  /** Whether who is told took it. */
  private async tell(about: Report, act: () => void | Promise<void>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      this.fault(error, about, 'what happened to a settlement report could not be told');
      return false;
    }
  }
}
