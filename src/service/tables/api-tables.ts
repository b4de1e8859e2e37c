// What the API remembers, in service.db.

import type { DatabaseSync } from 'node:sqlite';
import { PaymentTable } from '../../http/api/payment-table.ts';
import { RefundTable } from '../../http/api/refund-table.ts';
import { RejectTable } from '../../http/api/reject-table.ts';
import type { ApiTables } from '../../http/api/tables.ts';
import type { Clock } from '../../runtime/clock.ts';
import { AnswerTable } from './answer-table.ts';

export function apiTables(database: DatabaseSync, clock: Clock): ApiTables {
  return {
    payments: new PaymentTable(database),
    refunds: new RefundTable(database),
    rejects: new RejectTable(database),
    answers: new AnswerTable(database, clock),
  };
}
