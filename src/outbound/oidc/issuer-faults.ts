// What went wrong at the issuer of sign-ins, as an error of ours. Errors of the package carry codes and tokens, so none
// of them is passed on as a cause, and of the issuer's own words only its codes are.

import type * as Oidc from 'openid-client';
import { HesabuError } from '../../domain/errors.ts';

/** Of RFC 6749: the issuer's own trouble, and a code that was used or is too old. */
const IN_TROUBLE: ReadonlySet<string> = new Set(['server_error', 'temporarily_unavailable']);
const CODE_INVALID = 'invalid_grant';
/** What is wrong with us, not with the person. */
const OURS: ReadonlySet<string> = new Set([
  ...['invalid_client', 'unauthorized_client', 'invalid_request', 'invalid_scope', 'unsupported_response_type'],
  ...['unsupported_grant_type', 'request_not_supported', 'redirect_uri_mismatch'],
]);
const STATUS_UNEXPECTED = 'OAUTH_RESPONSE_IS_NOT_CONFORM';
const NOT_JSON = 'OAUTH_RESPONSE_IS_NOT_JSON';
const ISSUER_DIFFERS = 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED';

export function invalid(issuer: string, expected: string, found: string): HesabuError {
  return new HesabuError('HESABU_ISSUER_INVALID', { where: issuer, expected, found });
}

function unreachable(issuer: string, found: string): HesabuError {
  return new HesabuError('HESABU_ISSUER_UNREACHABLE', { where: issuer, found });
}

export function issuerFault(oidc: typeof Oidc, error: unknown, issuer: string): HesabuError {
  const own = ownFault(error);
  if (own?.code === 'HESABU_ADDRESS_FORBIDDEN' || own?.code === 'HESABU_GATEWAY_FAILED') {
    const { where, found = 'no answer' } = own.detail;
    return unreachable(issuer, `${where}: ${found}`);
  }
  if (own !== undefined) return own;
  if (error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError) {
    const code = plainCode(error.error);
    if (IN_TROUBLE.has(code)) return unreachable(issuer, code);
    if (OURS.has(code)) return invalid(issuer, 'a client, an address to come back to and scopes that it knows', code);
    const isLate = code === CODE_INVALID;
    return new HesabuError('HESABU_ISSUER_REFUSED', { where: issuer, found: isLate ? 'a code that is used' : code });
  }
  if (error instanceof oidc.WWWAuthenticateChallengeError) {
    return invalid(issuer, 'a client that it knows', `status ${error.status}`);
  }
  const { code, cause } = error as { readonly code?: string; readonly cause?: unknown };
  if (code === STATUS_UNEXPECTED) {
    const { status } = (cause ?? {}) as { readonly status?: number };
    return unreachable(issuer, status === undefined ? 'another status than expected' : `status ${status}`);
  }
  if (code === ISSUER_DIFFERS) {
    const { body } = (cause ?? {}) as { readonly body?: { readonly issuer?: unknown } };
    return invalid(issuer, 'a description of this issuer', `one of ${String(body?.issuer).slice(0, 200)}`);
  }
  if (code === NOT_JSON) return invalid(issuer, 'JSON', 'something else');
  return invalid(issuer, 'an answer that holds', sentenceOf(error as Error));
}

/** An error of ours that the package met in a call, however deep. */
function ownFault(error: unknown): HesabuError | undefined {
  let inner = error;
  for (let depth = 0; depth < 5 && inner instanceof Error; depth++) {
    if (inner instanceof HesabuError) return inner;
    inner = inner.cause;
  }
  return undefined;
}

/** The package's own sentence of what does not hold: it quotes nothing of the answer, as other texts may. */
function sentenceOf({ name, message, cause }: Error): string {
  if (name !== 'ClientError') return name;
  const isInner = cause instanceof Error && /^(OperationProcessing|UnsupportedOperation)Error$/.test(cause.name);
  return (isInner ? cause.message : message).slice(0, 120);
}

function plainCode(text: string): string {
  return /^[a-z_]{1,40}$/.test(text) ? text : 'an error';
}
