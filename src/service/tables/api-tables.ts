// The API's tables in service.db.

import type { DatabaseSync } from 'node:sqlite';
import type { ApiTables } from '../../http/api/tables.ts';
import type { Clock } from '../../runtime/clock.ts';
import { AnswerTable } from './answer-table.ts';
import { ApprovalTable } from './approval-table.ts';
import { AttachmentTable } from './attachment-table.ts';
import { BatchTable } from './batch-table.ts';
import { PaymentTable } from './payment-table.ts';
import { RefundProposalTable } from './refund-proposal-table.ts';
import { RefundTable } from './refund-table.ts';
import { RejectTable } from './reject-table.ts';
import { SessionRows } from './session-table.ts';
import { SharedCommit } from './shared-commit.ts';
import { TrailTable } from './trail-table.ts';
import { ViewTable } from './view-table.ts';

export function apiTables(database: DatabaseSync, clock: Clock): ApiTables & { readonly trail: TrailTable } {
  const commit = new SharedCommit(database);
  const refunds = new RefundTable(database);
  return {
    payments: new PaymentTable(database),
    refunds,
    refundProposals: new RefundProposalTable(database),
    rejects: new RejectTable(database),
    answers: new AnswerTable(database, commit, clock),
    trail: new TrailTable(database, commit),
    approvals: new ApprovalTable(database, clock, refunds),
    attachments: new AttachmentTable(database),
    batches: new BatchTable(database, commit, clock),
    views: new ViewTable(database),
    sessions: new SessionRows(database),
  };
}
