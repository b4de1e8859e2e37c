// Errors as answers: problem+json (RFC 9457) with the code that ERRORS.md explains. Details of internal faults are not
// shown.

import type { FastifyError } from 'fastify';
import { ERROR_CODES, type ErrorCode } from '../domain/error-codes.ts';
import { HesabuError } from '../domain/errors.ts';
import { GatewayLimited } from '../domain/gateway-errors.ts';
import type { Instant } from '../domain/time.ts';
import { knownSecrets } from '../runtime/known-secrets.ts';
import { RateLimited } from './access/rate-limits.ts';
import { MethodNotAllowed } from './methods.ts';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** On every answer: nothing here is a page, is to be stored, or is any other page's business. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};
export const TLS_HEADERS: Readonly<Record<string, string>> = { 'strict-transport-security': 'max-age=31536000' };

/** The status of a code that is not listed is 400 for bad input, otherwise 500. */
const STATUSES: Readonly<Partial<Record<ErrorCode, number>>> = {
  HESABU_UNAUTHORISED: 401,
  HESABU_SIGNATURE_INVALID: 401,
  HESABU_SIGNATURE_STALE: 401,
  HESABU_SIGN_IN_REFUSED: 401,
  HESABU_INVITE_INVALID: 401,
  HESABU_SIGN_IN_EXPIRED: 401,
  HESABU_ISSUER_REFUSED: 401,
  HESABU_FORBIDDEN: 403,
  HESABU_ORIGIN_REFUSED: 403,
  HESABU_PERSON_MISSING: 403,
  HESABU_SAME_PERSON: 403,
  HESABU_SIGN_IN_NEEDED: 403,
  HESABU_LOGIN_UNKNOWN: 403,
  HESABU_FACTOR_MISSING: 403,
  HESABU_NOT_FOUND: 404,
  HESABU_PERSON_UNKNOWN: 404,
  HESABU_METHOD_NOT_ALLOWED: 405,
  HESABU_CURSOR_INVALID: 404,
  HESABU_ORDER_EXISTS: 409,
  HESABU_PERSON_EXISTS: 409,
  HESABU_LOGIN_TAKEN: 409,
  HESABU_ORDER_CLOSED: 409,
  HESABU_PAYMENT_UNDER_WAY: 409,
  HESABU_IDEMPOTENCY_BUSY: 409,
  HESABU_APPROVAL_DECIDED: 409,
  HESABU_CASE_CHANGED: 409,
  HESABU_PREVIEW_GONE: 409,
  HESABU_BATCH_FINAL: 409,
  HESABU_DAY_NOT_READY: 409,
  HESABU_APPROVAL_LOST: 409,
  HESABU_BODY_TOO_LARGE: 413,
  HESABU_IDEMPOTENCY_REUSED: 422,
  HESABU_OPERATOR_UNKNOWN: 422,
  HESABU_PASSWORD_WEAK: 422,
  HESABU_ROLES_CONFLICT: 422,
  HESABU_ACCOUNT_UNKNOWN: 422,
  HESABU_REFERENCE_INVALID: 422,
  HESABU_REFERENCE_RESERVED: 422,
  HESABU_AMOUNT_PRECISION: 422,
  HESABU_CURRENCY_UNKNOWN: 422,
  HESABU_FIELD_INVALID: 422,
  HESABU_MAPPING_INVALID: 422,
  HESABU_HEADER_INVALID: 422,
  HESABU_FILE_EMPTY: 422,
  HESABU_FILE_ENCODING: 422,
  HESABU_XML_INVALID: 422,
  HESABU_WORKBOOK_INVALID: 422,
  HESABU_PROVIDER_CANNOT: 422,
  HESABU_GATEWAY_REFUSED: 422,
  HESABU_OVERLOADED: 429,
  HESABU_RATE_LIMITED: 429,
  HESABU_GATEWAY_FAILED: 502,
  HESABU_ADDRESS_FORBIDDEN: 502,
  HESABU_ISSUER_INVALID: 502,
  HESABU_ISSUER_UNREACHABLE: 503,
  HESABU_GATEWAY_LIMITED: 503,
  HESABU_DISK_FULL: 503,
  HESABU_LOG_FAILED: 503,
  HESABU_KAFKA_UNREACHABLE: 503,
  HESABU_CONFIG_INVALID: 500,
  HESABU_SECRET_MISSING: 500,
  HESABU_DATA_UNWRITABLE: 503,
  HESABU_DECISION_KEY_UNKNOWN: 503,
};

/** Internal faults, on our disk, in our configuration or at whom it names: their details are for the log. */
const INSIDE: ReadonlySet<ErrorCode> = new Set([
  'HESABU_INTERNAL',
  'HESABU_DISK_FULL',
  'HESABU_LOG_FAILED',
  'HESABU_LOG_DAMAGED',
  'HESABU_KAFKA_UNREACHABLE',
  'HESABU_DATA_UNWRITABLE',
  'HESABU_CONFIG_INVALID',
  'HESABU_SECRET_MISSING',
  'HESABU_ISSUER_INVALID',
  'HESABU_ISSUER_UNREACHABLE',
]);

/** Seconds after which the same request may succeed. */
const RETRY_SECONDS = 2;

export interface Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: {
    /** An absolute URI: `urn:hesabu:error:` and the code, which has its chapter in ERRORS.md. */
    readonly type: string;
    readonly title: string;
    readonly status: number;
    readonly detail: string;
    readonly code: ErrorCode;
    readonly request_id: string;
    /** The same as in `detail`, for programs: the field or thing that is wrong, what was expected there and found. */
    readonly where?: string;
    readonly expected?: string;
    readonly found?: string;
  };
}

/** An error as the client sees it. `where` is the request if the error names nothing itself. */
export function problemOf(error: unknown, requestId: string, where: string, now: Instant): Problem {
  const known = error instanceof HesabuError ? error : fromFastify(error, where);
  const status = statusOf(error, known.code);
  const { title, remedy } = ERROR_CODES[known.code];
  const isInside = INSIDE.has(known.code);
  const detail = isInside ? `${title}. ${remedy}` : hide(known.message.slice(known.code.length + 2));
  const headers: Record<string, string> =
    status === 429 || status === 503 ? { 'retry-after': secondsOf(error, now) } : {};
  if (error instanceof RateLimited || error instanceof MethodNotAllowed) Object.assign(headers, error.headers);
  if (status === 401) headers['www-authenticate'] = 'Bearer';
  const type = `urn:hesabu:error:${known.code}`;
  const { remedy: _, ...details } = isInside ? {} : known.detail;
  // A gateway may have quoted a secret of ours.
  const parts = Object.fromEntries(Object.entries(details).map(([name, text]) => [name, hide(text)]));
  return {
    status,
    headers,
    body: { type, title, status, detail, code: known.code, request_id: requestId, ...parts },
  };
}

function hide(text: string): string {
  return knownSecrets.hide(text);
}

/** A gateway's limit says until when it holds. */
function secondsOf(error: unknown, now: Instant): string {
  return `${error instanceof GatewayLimited ? Math.max(1, Math.ceil((error.retryAt - now) / 1000)) : RETRY_SECONDS}`;
}

/**
 * Fastify's own refusals keep their status, and so does an error that carries one: a body too large, a media type,
 * invalid HTTP.
 */
function statusOf(error: unknown, code: ErrorCode): number {
  const { statusCode } = error as Partial<FastifyError>;
  if (error instanceof HesabuError) return statusCode ?? STATUSES[code] ?? (error.exit === 2 ? 400 : 500);
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500 ? statusCode : 500;
}

function fromFastify(error: unknown, where: string): HesabuError {
  const { statusCode = 500, message } = error as Partial<FastifyError>;
  if (statusCode === 413) return new HesabuError('HESABU_BODY_TOO_LARGE', { where }, error);
  if (statusCode < 400 || statusCode >= 500) return new HesabuError('HESABU_INTERNAL', { where }, error);
  return new HesabuError('HESABU_REQUEST_INVALID', { where, found: message ?? 'nothing that can be read' }, error);
}
