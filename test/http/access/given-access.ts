// To whom each route is open, written a second time by hand, for the walk over the table of routes.

import { ROLES, type Role } from '../../../src/http/access/api-key.ts';
import { PERSON_ROLES, type PersonRole } from '../../../src/http/access/person.ts';

/** The access of each role, written a second time by hand: a mistake in the table shows here. */
const EVERYBODY = [...ROLES];
const DESK: Role[] = ['operator', 'approver', 'auditor', 'admin'];
/** Who sees the cases: admins do not. */
const WORKED: Role[] = ['shop', 'operator', 'approver', 'auditor'];
export const ALLOWED: Readonly<Record<string, readonly Role[] | 'local' | 'public'>> = {
  'POST /v1/orders': ['shop', 'admin'],
  'POST /v1/orders/:ref/cancel': ['shop', 'operator', 'admin'],
  'POST /v1/orders/:ref/payments': ['shop', 'admin'],
  'POST /v1/orders/:ref/refunds': ['shop', 'operator', 'admin'],
  'GET /v1/operators': ['shop', 'operator', 'admin'],
  'GET /v1/transactions/:id': EVERYBODY,
  'GET /v1/transactions': EVERYBODY,
  'GET /v1/merchants/:merchant/shares': EVERYBODY,
  'GET /v1/statements/:day': EVERYBODY,
  'GET /v1/statements/:day/lines': EVERYBODY,
  'GET /v1/cases': WORKED,
  'GET /v1/cases/:id': WORKED,
  'GET /v1/proposals': WORKED,
  'GET /v1/payouts': DESK,
  'GET /v1/payouts/:id': DESK,
  'GET /v1/entries': EVERYBODY,
  'GET /v1/checkpoint': EVERYBODY,
  'GET /v1/proofs/:entry': EVERYBODY,
  'POST /v1/imports': ['operator', 'admin'],
  'GET /v1/imports': DESK,
  'GET /v1/imports/:id/rejects': DESK,
  'GET /v1/reports/:day': DESK,
  'GET /v1/reports/:day/:file': DESK,
  'GET /v1/alerts': DESK,
  'GET /v1/settlements': DESK,
  'GET /v1/webhooks/unread': DESK,
  'GET /v1/exchanges': DESK,
  'GET /v1/exchanges/:id': DESK,
  'GET /v1/audit': ['auditor', 'admin'],
  'GET /v1/approvals': EVERYBODY,
  'GET /v1/approvals/:id': EVERYBODY,
  'POST /v1/approvals/:id': ['approver', 'admin'],
  'GET /v1/cases.xlsx': ['operator', 'approver'],
  'GET /v1/cases.csv': ['operator', 'approver'],
  'POST /v1/cases.xlsx': ['operator', 'approver'],
  'GET /v1/views': ['operator', 'approver', 'auditor'],
  'POST /v1/views': ['operator', 'approver', 'auditor'],
  'POST /v1/cases/bulk/preview': ['operator', 'approver'],
  'POST /v1/cases/bulk': ['operator', 'approver'],
  'GET /v1/batches': ['operator', 'approver', 'auditor'],
  'GET /v1/batches/:id': ['operator', 'approver', 'auditor'],
  'POST /v1/batches/:id/withdrawal': ['operator', 'approver'],
  'POST /v1/cases/:id/assignment': ['operator', 'approver'],
  'POST /v1/cases/:id/notes': ['operator', 'approver'],
  'POST /v1/cases/:id/proposals': ['operator', 'approver'],
  'POST /v1/proposals/:id/approval': ['approver'],
  'POST /v1/proposals/:id/rejection': ['operator', 'approver'],
  'POST /v1/session': 'public',
  'DELETE /v1/session': 'public',
  'POST /v1/session/invite': 'public',
  'GET /v1/me': [],
  'POST /v1/me/password': [],
  'GET /v1/people': [],
  'POST /v1/people': [],
  'POST /v1/people/:id/roles': [],
  'POST /v1/people/:id/reset': [],
  'POST /v1/people/:id/disable': [],
  'GET /metrics': DESK,
  'GET /openapi.json': 'local',
};

/** The access of signed-in people, where it is not that of keys without shop and admin. */
export const PEOPLE: Readonly<Record<string, readonly PersonRole[]>> = {
  'GET /v1/me': PERSON_ROLES,
  'POST /v1/me/password': PERSON_ROLES,
  'GET /v1/audit': ['auditor', 'admin'],
  'GET /v1/people': ['admin'],
  'POST /v1/people': ['admin'],
  'POST /v1/people/:id/roles': ['admin'],
  'POST /v1/people/:id/reset': ['admin'],
  'POST /v1/people/:id/disable': ['admin'],
};
