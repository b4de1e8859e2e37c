// Requested payments. Each is recorded before the gateway is called: while its result is unknown, no other payment of
// its order is started. The facts do not show a payment whose answer was lost.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AskedPayment, AskedPayments } from '../../http/api/asked-money.ts';
import { addColumn, written } from '../../runtime/service-database.ts';

/** As long as a client may repeat a request under its key. */
const KEPT_MILLIS = 48 * 3_600_000;

export class PaymentTable implements AskedPayments {
  private readonly insertion: StatementSync;
  private readonly update: StatementSync;
  private readonly removal: StatementSync;
  private readonly selection: StatementSync;
  private readonly pruning: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(
      'CREATE TABLE IF NOT EXISTS payments_asked (' +
        'key TEXT PRIMARY KEY, reference TEXT NOT NULL, at INTEGER NOT NULL, amount TEXT NOT NULL, ' +
        'transaction_id TEXT) STRICT, WITHOUT ROWID; ' +
        'CREATE INDEX IF NOT EXISTS payments_asked_reference ON payments_asked (reference); ' +
        'CREATE INDEX IF NOT EXISTS payments_asked_at ON payments_asked (at)',
    );
    addColumn(database, 'payments_asked', 'fingerprint TEXT');
    addColumn(database, 'payments_asked', 'account TEXT');
    this.insertion = database.prepare(
      'INSERT INTO payments_asked (key, reference, account, fingerprint, at, amount) VALUES (?, ?, ?, ?, ?, ?) ' +
        'ON CONFLICT (key) DO UPDATE SET at = excluded.at',
    );
    this.update = database.prepare('UPDATE payments_asked SET transaction_id = ? WHERE key = ?');
    this.removal = database.prepare('DELETE FROM payments_asked WHERE key = ?');
    this.selection = database.prepare('SELECT * FROM payments_asked WHERE reference = ?');
    this.pruning = database.prepare('DELETE FROM payments_asked WHERE at <= ?');
  }

  of(reference: string): readonly AskedPayment[] {
    return this.selection.all(reference) as unknown as AskedPayment[];
  }

  /** The payment is on disk when this returns. A repeated request counts from now. */
  add({ key, reference, account, fingerprint, at, amount }: Omit<AskedPayment, 'transaction_id'>): void {
    written(() => {
      this.pruning.run(at - KEPT_MILLIS);
      this.insertion.run(key, reference, account, fingerprint, at, amount);
    });
  }

  answered(key: string, transactionId: string | null): void {
    this.update.run(transactionId, key);
  }

  /** The gateway did not take it. */
  refused(key: string): void {
    this.removal.run(key);
  }
}
