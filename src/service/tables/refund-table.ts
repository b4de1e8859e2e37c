// Requested refunds. Each is recorded before the gateway is called: money on its way back is never requested again,
// also after a crash between the two. The facts do not show it: a request is not evidence of an amount.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AskedRefund, AskedRefunds } from '../../http/api/asked-money.ts';
import { addColumn, written } from '../../runtime/service-database.ts';

export class RefundTable implements AskedRefunds {
  private readonly insert: StatementSync;
  private readonly update: StatementSync;
  private readonly remove: StatementSync;
  private readonly select: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(
      'CREATE TABLE IF NOT EXISTS refunds_asked (' +
        'key TEXT PRIMARY KEY, reference TEXT NOT NULL, payment TEXT NOT NULL, amount TEXT NOT NULL, ' +
        'currency TEXT NOT NULL, transaction_id TEXT) STRICT, WITHOUT ROWID; ' +
        'CREATE INDEX IF NOT EXISTS refunds_asked_reference ON refunds_asked (reference)',
    );
    addColumn(database, 'refunds_asked', 'fingerprint TEXT');
    addColumn(database, 'refunds_asked', 'account TEXT');
    this.insert = database.prepare(
      'INSERT INTO refunds_asked (key, reference, account, fingerprint, payment, amount, currency) ' +
        'VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.update = database.prepare('UPDATE refunds_asked SET transaction_id = ? WHERE key = ?');
    this.remove = database.prepare('DELETE FROM refunds_asked WHERE key = ?');
    this.select = database.prepare('SELECT * FROM refunds_asked WHERE reference = ?');
  }

  of(reference: string): readonly AskedRefund[] {
    return this.select.all(reference) as unknown as AskedRefund[];
  }

  /** The refund is on disk when this returns. */
  add({ key, reference, account, fingerprint, payment, amount, currency }: Omit<AskedRefund, 'transaction_id'>): void {
    written(() => this.insert.run(key, reference, account, fingerprint, payment, amount, currency));
  }

  answered(key: string, transactionId: string | null): void {
    this.update.run(transactionId, key);
  }

  /** The gateway did not take it. */
  refused(key: string): void {
    this.remove.run(key);
  }
}
