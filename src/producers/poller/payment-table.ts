// The payments of a reference that are still to be asked about, each by its ids: rows of service.db, for accounts whose
// network knows a payment by its own ids.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { ownNames } from '../../domain/payment-ids.ts';
import { type KnownIds, NO_IDS } from '../gateway.ts';

const TABLE = `
  CREATE TABLE IF NOT EXISTS polled_payments (
    reference TEXT NOT NULL, account TEXT NOT NULL, nth INTEGER NOT NULL, ids TEXT NOT NULL,
    PRIMARY KEY (reference, account, nth)
  ) WITHOUT ROWID`;
/** Of a reference with more, such as a till's number that all payers use, the newest are asked about. */
const PAYMENTS_MAX = 8;

/** What an account is asked about. */
interface PollKey {
  readonly reference: string;
  readonly account: string;
}

interface PaymentRow {
  readonly nth: number;
  readonly ids: KnownIds;
}

export class PaymentTable {
  private readonly selection: StatementSync;
  private readonly insertion: StatementSync;
  private readonly deletion: StatementSync;
  private readonly clearing: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(TABLE);
    const key = 'WHERE reference = ? AND account = ?';
    this.selection = database.prepare(`SELECT nth, ids FROM polled_payments ${key} ORDER BY nth`);
    this.insertion = database.prepare('INSERT OR REPLACE INTO polled_payments VALUES (?, ?, ?, ?)');
    this.deletion = database.prepare(`DELETE FROM polled_payments ${key} AND nth = ?`);
    this.clearing = database.prepare(`DELETE FROM polled_payments ${key}`);
  }

  /** The ids of each payment, the oldest first. */
  of(key: PollKey): readonly KnownIds[] {
    return this.rows(key).map(({ ids }) => ids);
  }

  /** The ids belong to the payments with which they share one, which are then one payment, or to a new one. */
  add(key: PollKey, given: KnownIds): void {
    const { reference, account } = key;
    const ids = onlyIds(given);
    if (namesOf(ids).length === 0) return;
    const rows = this.rows(key);
    const same = rows.filter((row) => isSame(row.ids, ids));
    const nth = same[0]?.nth ?? (rows.at(-1)?.nth ?? -1) + 1;
    for (const row of same.slice(1)) this.deletion.run(reference, account, row.nth);
    const whole = [...same.map((row) => row.ids), ids].reduce(joined, NO_IDS);
    this.insertion.run(reference, account, nth, JSON.stringify(whole));
    if (same.length === 0 && rows.length >= PAYMENTS_MAX) this.deletion.run(reference, account, rows[0]!.nth);
  }

  /** The payment with one of these ids has its final status. */
  remove(key: PollKey, ids: KnownIds): void {
    const { reference, account } = key;
    for (const row of this.rows(key)) if (isSame(row.ids, ids)) this.deletion.run(reference, account, row.nth);
  }

  clear({ reference, account }: PollKey): void {
    this.clearing.run(reference, account);
  }

  private rows({ reference, account }: PollKey): PaymentRow[] {
    const rows = this.selection.all(reference, account) as unknown as { nth: number; ids: string }[];
    return rows.map(({ nth, ids }) => ({ nth, ids: JSON.parse(ids) as KnownIds }));
  }
}

function onlyIds({ provider_transaction_id, operator_transaction_id, request_id, ...of }: KnownIds): KnownIds {
  return { provider_transaction_id, operator_transaction_id, request_id, ...namesMaps(of) };
}

type Names = Readonly<Record<string, string>> | undefined;

/** Members are absent, not undefined. */
function namesMaps({ aliases, series }: { readonly aliases?: Names; readonly series?: Names }): Partial<KnownIds> {
  return { ...(aliases === undefined ? {} : { aliases }), ...(series === undefined ? {} : { series }) };
}

function namesOf(ids: KnownIds): string[] {
  return ownNames({ ...ids, original_transaction_id: null });
}

function isSame(left: KnownIds, right: KnownIds): boolean {
  const known = new Set(namesOf(left));
  return namesOf(right).some((id) => known.has(id));
}

/** What was said first stays. */
function joined(older: KnownIds, newer: KnownIds): KnownIds {
  const ids = {
    provider_transaction_id: older.provider_transaction_id ?? newer.provider_transaction_id,
    operator_transaction_id: older.operator_transaction_id ?? newer.operator_transaction_id,
    request_id: older.request_id ?? newer.request_id,
  };
  return {
    ...ids,
    ...namesMaps({ aliases: both(newer.aliases, older.aliases), series: both(newer.series, older.series) }),
  };
}

function both(newer: Names, older: Names): Names {
  return newer === undefined && older === undefined ? undefined : { ...newer, ...older };
}
