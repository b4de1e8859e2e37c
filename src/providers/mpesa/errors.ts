// The errors of Daraja, `{requestId, errorCode, errorMessage}`, whatever the HTTP status is. Source: the error tables
// of developer.safaricom.co.ke.

import type { OutgoingAnswer } from '../../outbound/client/client.ts';
import { exactJson } from '../../producers/bodies/json-fields.ts';
import { isObject } from '../../producers/files/json-text.ts';
import { isUnderWay, LIMIT_CODES } from './result-codes.ts';

const TOKEN_REFUSED: ReadonlySet<string> = new Set(['404.001.03', '400.003.01']);

export function errorIn(answer: OutgoingAnswer): string | null {
  return memberOf(answer, 'errorCode');
}

/** Too many calls come as HTTP 500, with a code. */
export function isLimit(answer: OutgoingAnswer): boolean {
  return answer.status === 429 || LIMIT_CODES.has(errorIn(answer) ?? '');
}

export function isTokenRefused(answer: OutgoingAnswer): boolean {
  return answer.status === 401 || TOKEN_REFUSED.has(errorIn(answer) ?? '');
}

/** A query that is too early is answered with HTTP 500. */
export function isUnderWayAnswer(answer: OutgoingAnswer): boolean {
  return isUnderWay(errorIn(answer), memberOf(answer, 'errorMessage'));
}

function memberOf({ body }: OutgoingAnswer, name: string): string | null {
  const json = exactJson(body.toString('utf8'));
  const value = 'value' in json && isObject(json.value) ? json.value[name] : undefined;
  return typeof value === 'string' ? value : null;
}
