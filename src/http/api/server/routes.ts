// The one table of routes. A path that is not in it is not answered; a role that a row does not name is refused.

import { z } from 'zod';
import type { ApiContext } from '../api-context.ts';
import { Previews } from '../cases/previews.ts';

import { json, type Route, route } from '../route.ts';
import { approvalRoutes } from '../routes/approvals.ts';
import { ATTACHMENT_ROUTES } from '../routes/attachments.ts';
import { AUDIT_ROUTE } from '../routes/audit.ts';
import { batchRoutes } from '../routes/batches.ts';
import { CASE_FILE_ROUTES } from '../routes/case-files.ts';
import { CASE_ROUTES } from '../routes/cases.ts';
import { changeRoute } from '../routes/change-list.ts';
import { CONFIGURATION_ROUTE } from '../routes/configuration.ts';
import { DECISION_ROUTES } from '../routes/decisions.ts';
import { DESK_ROUTE } from '../routes/desk.ts';
import { ENTRY_ROUTES } from '../routes/entries.ts';
import { importRoutes } from '../routes/imports.ts';
import { ISSUER_SESSION_ROUTES } from '../routes/issuer-session.ts';
import { NOTICE_ROUTES } from '../routes/notices.ts';
import { orderRoutes } from '../routes/orders.ts';
import { paymentRoutes } from '../routes/payments.ts';
import { PAYOUT_ROUTES } from '../routes/payouts.ts';
import { PEOPLE_ROUTES } from '../routes/people.ts';
import { PERIOD_ROUTES } from '../routes/periods.ts';
import { PREVIEW_ROUTES } from '../routes/previews.ts';
import { refundRoute } from '../routes/refunds.ts';
import { REPORT_ROUTES } from '../routes/reports.ts';
import { RULES_ROUTE } from '../routes/rules.ts';
import { SESSION_ROUTES } from '../routes/session.ts';
import { SHARE_ROUTES } from '../routes/shares.ts';
import { STATEMENT_ROUTES } from '../routes/statements.ts';
import { TRANSACTION_ROUTES } from '../routes/transactions.ts';
import { TRIAL_ROUTE } from '../routes/trials.ts';
import { VIEW_ROUTES } from '../routes/views.ts';
import { WATCH_ROUTES } from '../routes/watch.ts';
import { openApiDocument } from './openapi.ts';

export function apiRoutes(parts: Pick<ApiContext, 'ledger' | 'tables' | 'orderTurns'>): readonly Route[] {
  const { orderTurns: turns } = parts;
  const routes = [
    ...orderRoutes(parts.ledger, turns),
    ...paymentRoutes(parts.tables.payments, turns),
    refundRoute(parts.tables, turns),
    ...approvalRoutes(turns),
    ...CASE_FILE_ROUTES,
    ...CASE_ROUTES,
    ...DECISION_ROUTES,
    TRIAL_ROUTE,
    ...batchRoutes(new Previews()),
    ...ATTACHMENT_ROUTES,
    ...VIEW_ROUTES,
    ...TRANSACTION_ROUTES,
    ...PAYOUT_ROUTES,
    ...SHARE_ROUTES,
    ...STATEMENT_ROUTES,
    ...PERIOD_ROUTES,
    ...ENTRY_ROUTES,
    changeRoute(),
    ...importRoutes(parts.tables.rejects),
    ...PREVIEW_ROUTES,
    ...REPORT_ROUTES,
    ...WATCH_ROUTES,
    AUDIT_ROUTE,
    RULES_ROUTE,
    ...SESSION_ROUTES,
    ...ISSUER_SESSION_ROUTES,
    DESK_ROUTE,
    ...PEOPLE_ROUTES,
    ...NOTICE_ROUTES,
    CONFIGURATION_ROUTE,
  ];
  return [...routes, documentRoute(routes)];
}

/** The document describes its own route too. */
function documentRoute(others: readonly Route[]): Route {
  const own: Route = route({
    method: 'GET',
    url: '/openapi.json',
    summary: 'This document',
    roles: 'local',
    scope: 'all',
    answers: { 200: json('OpenAPI 3.1', z.looseObject({ openapi: z.literal('3.1.0') })) },
    handle: async () => ({ status: 200, type: 'application/json; charset=utf-8', body: document }),
  });
  // Made once: a copy of it for each answer would cost strangers nothing and us much.
  const document = Buffer.from(JSON.stringify(openApiDocument([...others, own])));
  return own;
}
