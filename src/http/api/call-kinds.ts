// By what the calls in the audit trail are chosen. The definitions of commands load it: it loads nothing itself.

/** Where the trail has the method and the URL of a request: a gateway is asked for a refund that people proposed. */
export const REFUND_SENDING = 'SEND refund';

/** Kinds of calls, each by the routes that are of it: what begins with `!` is of none. */
export const CALL_KINDS = {
  /** What people who are signed in read. */
  reads: ['GET *'],
  /** Everything else. */
  changes: ['!GET *'],
  /** What people decided of cases and days, or tried to. */
  decisions: [
    ...['POST /v1/cases/:id/*', 'POST /v1/cases/bulk', 'POST /v1/cases.xlsx', 'POST /v1/batches/*', '!*/preview'],
    ...['POST /v1/proposals/*', 'POST /v1/periods/*', 'POST /v1/approvals/*'],
  ],
  /** What left the service as a file. */
  files: [
    ...['GET *.xlsx', 'GET *.csv', 'GET /v1/reports/:day/:file', 'GET /v1/attachments/*'],
    ...['GET /v1/exchanges/*', 'GET /v1/proofs/*', 'GET /v1/checkpoint'],
  ],
  sign_ins: ['POST /v1/session', 'POST /v1/session/*', 'DELETE /v1/session', 'GET /v1/session/oidc'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type CallKind = keyof typeof CALL_KINDS;
export const CALL_KIND_NAMES = Object.keys(CALL_KINDS) as [CallKind, ...CallKind[]];

/** How calls ended; one that is running, or of which nobody knows, is neither. */
export const CALL_ENDS = ['done', 'refused'] as const;
export type CallEnd = (typeof CALL_ENDS)[number];
