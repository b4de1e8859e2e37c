// Requests that wait for a second person: rows of service.db, so that they outlive the service.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  APPROVAL_MILLIS,
  type Approval,
  type ApprovalQuestion,
  type ApprovalStatus,
  type Approvals,
  type Decision,
  type WaitingRequest,
} from '../../http/api/approvals.ts';
import type { AskedRefunds } from '../../http/api/asked-money.ts';
import type { Clock } from '../../runtime/clock.ts';
import { inTransaction, written } from '../../runtime/service-database.ts';
import { storageError } from '../../runtime/storage-errors.ts';

/** As long as the audit trail tells of them. */
const KEPT_MILLIS = 366 * 86_400_000;

interface Row {
  readonly id: string;
  readonly merchant: string;
  readonly request: string;
  readonly asked_at: number;
  readonly asked_key: string;
  readonly asked_person: string | null;
  readonly status: ApprovalStatus;
  readonly decided_at: number | null;
  readonly decided_key: string | null;
  readonly decided_person: string | null;
  readonly why: string | null;
  readonly result: string | null;
}

export class ApprovalTable implements Approvals {
  private readonly database: DatabaseSync;
  private readonly clock: Clock;
  private readonly refunds: AskedRefunds;
  private readonly insertion: StatementSync;
  private readonly decision: StatementSync;
  private readonly end: StatementSync;

  constructor(database: DatabaseSync, clock: Clock, refunds: AskedRefunds) {
    this.database = database;
    this.clock = clock;
    this.refunds = refunds;
    database.exec(
      'CREATE TABLE IF NOT EXISTS approvals (' +
        'id TEXT PRIMARY KEY, merchant TEXT NOT NULL, kind TEXT NOT NULL, gateway_key TEXT UNIQUE, reference TEXT, ' +
        'request TEXT NOT NULL, asked_at INTEGER NOT NULL, asked_key TEXT NOT NULL, asked_person TEXT, ' +
        'status TEXT NOT NULL, decided_at INTEGER, decided_key TEXT, decided_person TEXT, why TEXT, result TEXT' +
        ') STRICT, WITHOUT ROWID; ' +
        'CREATE INDEX IF NOT EXISTS approvals_reference ON approvals (reference); ' +
        'CREATE INDEX IF NOT EXISTS approvals_status ON approvals (status, asked_at)',
    );
    this.insertion = database.prepare(
      'INSERT INTO approvals (id, merchant, kind, gateway_key, reference, request, asked_at, asked_key, ' +
        "asked_person, status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting')",
    );
    this.decision = database.prepare(
      'UPDATE approvals SET status = ?, decided_at = ?, decided_key = ?, decided_person = ?, why = ? WHERE id = ?',
    );
    // What only the gateway needed is personal, and no longer needed.
    this.end = database.prepare(
      "UPDATE approvals SET status = ?, result = ?, request = json_replace(request, '$.reason', NULL) WHERE id = ?",
    );
  }

  add({ id, merchant, request, asked_at, asked_by }: Parameters<Approvals['add']>[0]): void {
    const { kind } = request;
    const [key, reference] = kind === 'refund' ? [request.refund.key, request.refund.reference] : [null, null];
    const { key: askedKey, person } = asked_by;
    const whole = JSON.stringify(request);
    written(() => this.insertion.run(id, merchant, kind, key, reference, whole, asked_at, askedKey, person));
  }

  get(id: string): Approval | undefined {
    return this.select('id = ?', id)[0];
  }

  page({ merchants, status, after, limit }: ApprovalQuestion): readonly Approval[] {
    const oldest = this.oldestWaiting();
    const conditions: [string, ...(string | number)[]][] = [];
    if (merchants !== null)
      conditions.push(['merchant IN (SELECT value FROM json_each(?))', JSON.stringify(merchants)]);
    if (after !== undefined) conditions.push(['id < ?', after]);
    if (status === 'waiting') conditions.push(["status = 'waiting' AND asked_at > ?", oldest]);
    else if (status === 'expired') {
      conditions.push(["(status = 'expired' OR (status = 'waiting' AND asked_at <= ?))", oldest]);
    } else if (status !== undefined) conditions.push(['status = ?', status]);
    const where = conditions.map(([text]) => text).join(' AND ') || 'TRUE';
    const values = conditions.flatMap(([, ...given]) => given);
    return this.select(`${where} ORDER BY id DESC LIMIT ?`, ...values, limit);
  }

  ofKey(key: string): Approval | undefined {
    return this.select('gateway_key = ?', key)[0];
  }

  refundsOf(reference: string): readonly Approval[] {
    return this.select('reference = ?', reference).filter(({ status }) => status === 'waiting');
  }

  files(): readonly Approval[] {
    return this.select("status = 'waiting' AND kind = 'import'").filter(({ status }) => status === 'waiting');
  }

  approve({ id, request }: Approval, decision: Decision): void {
    this.together(() => {
      this.decide(id, 'approved', decision);
      if (request.kind === 'refund') this.refunds.add(request.refund);
    });
  }

  refuse(id: string, decision: Decision): void {
    this.together(() => {
      this.decide(id, 'refused', decision);
      this.end.run('refused', null, id);
    });
  }

  finish(id: string, result: string | null): void {
    written(() => this.end.run('done', result, id));
  }

  fail({ id, request }: Approval, code: string): void {
    this.together(() => {
      this.end.run('failed', code, id);
      if (request.kind === 'refund') this.refunds.refused(request.refund.key);
    });
  }

  waitAgain({ id, request }: Approval): void {
    this.together(() => {
      this.decision.run('waiting', null, null, null, null, id);
      if (request.kind === 'refund') this.refunds.refused(request.refund.key);
    });
  }

  sweep(): readonly string[] {
    const now = this.clock.now();
    return this.together(() => {
      for (const { id, status } of this.select("status = 'waiting'")) {
        if (status === 'expired') this.end.run('expired', null, id);
      }
      this.database
        .prepare("DELETE FROM approvals WHERE status NOT IN ('waiting', 'approved') AND asked_at < ?")
        .run(now - KEPT_MILLIS);
      const open = this.select("status IN ('waiting', 'approved') AND kind = 'import'");
      return open.map(({ id }) => id);
    });
  }

  private decide(id: string, status: 'approved' | 'refused', { at, by, why }: Decision): void {
    this.decision.run(status, at, by.key, by.person, why, id);
  }

  private select(where: string, ...values: (string | number)[]): Approval[] {
    const rows = this.database.prepare(`SELECT * FROM approvals WHERE ${where}`).all(...values) as unknown as Row[];
    return rows.map((row) => approvalOf(row, this.oldestWaiting()));
  }

  /** What was asked before this, or then, no longer waits. */
  private oldestWaiting(): number {
    return this.clock.now() - APPROVAL_MILLIS;
  }

  private together<Result>(act: () => Result): Result {
    try {
      return inTransaction(this.database, act);
    } catch (error) {
      throw storageError(error, 'service.db');
    }
  }
}

function approvalOf(row: Row, oldestWaiting: number): Approval {
  const { id, merchant, asked_at, asked_key, asked_person, decided_at, result } = row;
  const isExpired = row.status === 'waiting' && asked_at <= oldestWaiting;
  return {
    ...{ id, merchant, request: JSON.parse(row.request) as WaitingRequest, asked_at },
    asked_by: { key: asked_key, person: asked_person },
    status: isExpired ? 'expired' : row.status,
    decision:
      decided_at === null
        ? null
        : { at: decided_at, by: { key: row.decided_key ?? '', person: row.decided_person }, why: row.why },
    result,
  };
}
