// Reports what people should know about settlement reports: one is missing, arrived late, or changed. A failure to
// notify is logged and stops nothing.

import type { Logger } from 'pino';
import { HesabuError } from '../../domain/errors.ts';
import type { ReportDifference } from './report-difference.ts';
import type { ReportTable } from './report-table.ts';

/** An account is `provider/account`; a date is the report's own. */
export interface SettlementEvents {
  /** A report is later than allowed. Sent once in each run of the service. */
  missing(account: string, date: string): void | Promise<void>;
  /** A report that was late has arrived. */
  arrived(account: string, date: string): void | Promise<void>;
  /** A report lost or changed lines. Repeated until it resolves, so a crash can send it twice. */
  changed(account: string, date: string, difference: ReportDifference): void | Promise<void>;
}

interface Report {
  readonly account: string;
  readonly date: string;
}

export class ReportNotifier {
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
    await this.notify({ account, date }, () => this.events.missing(account, date));
  }

  async arrived({ account, date }: Report): Promise<void> {
    this.missed.delete(`${account} ${date}`);
    await this.notify({ account, date }, () => this.events.arrived(account, date));
  }

  /** Sends every change of an account that was not sent yet. */
  async changes(account: string): Promise<void> {
    for (const { id, change } of this.table.unsent(account)) {
      const { account: _, date, at: __, ...difference } = change;
      const isSent = await this.notify({ account, date }, () => this.events.changed(account, date, difference));
      if (isSent) this.table.markSent(id);
    }
  }

  fault(error: unknown, about: object, message: string): void {
    const code = error instanceof HesabuError ? error.code : 'HESABU_INTERNAL';
    this.logger.error({ code, err: error, ...about }, message);
  }

  /** Returns whether the recipient accepted it. */
  private async notify(about: Report, act: () => void | Promise<void>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      this.fault(error, about, 'an event of a settlement report could not be sent');
      return false;
    }
  }
}
