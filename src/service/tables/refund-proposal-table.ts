// What became of proposed refunds: rows of service.db, so that a refund is asked for once whatever crashes.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { FailedRefund, RefundProposal, RefundProposals } from '../../http/api/refund-proposals.ts';
import { addColumn, written } from '../../runtime/service-database.ts';

const OPEN = "state NOT IN ('sent', 'failed', 'stopped')";

export class RefundProposalTable implements RefundProposals {
  private readonly insertion: StatementSync;
  private readonly update: StatementSync;
  private readonly byId: StatementSync;
  private readonly byKey: StatementSync;
  private readonly byReference: StatementSync;
  private readonly open: StatementSync;
  private readonly firstOpen: StatementSync;
  private readonly failed: StatementSync;
  private readonly lastFailed: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(
      'CREATE TABLE IF NOT EXISTS refund_proposals (' +
        'id TEXT PRIMARY KEY, key TEXT NOT NULL, reference TEXT NOT NULL, merchant TEXT NOT NULL, ' +
        'state TEXT NOT NULL, code TEXT, at INTEGER NOT NULL, next_at INTEGER NOT NULL, ' +
        'calls INTEGER NOT NULL, fault INTEGER UNIQUE) STRICT, WITHOUT ROWID; ' +
        'CREATE INDEX IF NOT EXISTS refund_proposals_key ON refund_proposals (key); ' +
        'CREATE INDEX IF NOT EXISTS refund_proposals_reference ON refund_proposals (reference); ' +
        `CREATE INDEX IF NOT EXISTS refund_proposals_open ON refund_proposals (next_at) WHERE ${OPEN}`,
    );
    addColumn(database, 'refund_proposals', 'sendings INTEGER NOT NULL DEFAULT 0');
    this.insertion = database.prepare(
      'INSERT INTO refund_proposals (id, key, reference, merchant, state, at, next_at, calls) ' +
        "VALUES (?, ?, ?, ?, 'waiting', ?, 0, 0) ON CONFLICT (id) DO NOTHING",
    );
    this.update = database.prepare(
      'UPDATE refund_proposals SET state = ?, code = ?, at = ?, next_at = ?, calls = ?, sendings = ?, fault = ? ' +
        'WHERE id = ?',
    );
    this.failed = database.prepare('SELECT * FROM refund_proposals WHERE fault > ? ORDER BY fault LIMIT ?');
    this.lastFailed = database.prepare('SELECT COALESCE(MAX(fault), 0) AS fault FROM refund_proposals');
    this.byId = database.prepare('SELECT * FROM refund_proposals WHERE id = ?');
    this.byKey = database.prepare('SELECT * FROM refund_proposals WHERE key = ?');
    this.byReference = database.prepare('SELECT * FROM refund_proposals WHERE reference = ? ORDER BY at, id');
    this.open = database.prepare(`SELECT * FROM refund_proposals WHERE ${OPEN} AND next_at <= ? ORDER BY next_at, id`);
    this.firstOpen = database.prepare(`SELECT 1 FROM refund_proposals WHERE ${OPEN} LIMIT 1`);
  }

  get(id: string): RefundProposal | undefined {
    return this.byId.get(id) as unknown as RefundProposal | undefined;
  }

  ofKey(key: string): RefundProposal | undefined {
    return this.byKey.get(key) as unknown as RefundProposal | undefined;
  }

  of(reference: string): readonly RefundProposal[] {
    return this.byReference.all(reference) as unknown as RefundProposal[];
  }

  due(now: number): readonly RefundProposal[] {
    return this.open.all(now) as unknown as RefundProposal[];
  }

  get hasOpen(): boolean {
    return this.firstOpen.get() !== undefined;
  }

  failedAfter(fault: number, limit: number): readonly FailedRefund[] {
    return this.failed.all(fault, limit) as unknown as FailedRefund[];
  }

  get lastFault(): number {
    return Number(this.lastFailed.get()!.fault);
  }

  add({ id, key, reference, merchant, at }: Parameters<RefundProposals['add']>[0]): void {
    written(() => this.insertion.run(id, key, reference, merchant, at));
  }

  set(id: string, parts: Parameters<RefundProposals['set']>[1]): void {
    const before = this.byId.get(id) as unknown as (RefundProposal & { readonly fault: number | null }) | undefined;
    if (before === undefined) return;
    const { state, code, at, next_at, calls, sendings } = { ...before, ...parts };
    const fault = state === 'failed' ? (before.fault ?? this.lastFault + 1) : null;
    written(() => this.update.run(state, code, at, next_at, calls, sendings, fault, id));
  }
}
