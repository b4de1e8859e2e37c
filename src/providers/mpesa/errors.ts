// The errors of Daraja, `{requestId, errorCode, errorMessage}`, whatever the HTTP status is. Its code decides what one
// means; 500.001.1001 alone means several things, and is told apart by the words that the documentation has. Sources:
// the error tables of developer.safaricom.co.ke, M-Pesa Express, Transaction Status, Reversal, Account Balance and Pull
// Transaction; the answers of its gateway (Apigee) that have no code of Daraja; for the answer to a query that is too
// early, which is not documented, programs that met it.

import type { OutgoingAnswer } from '../../outbound/client/client.ts';
import { exactJson } from '../../producers/bodies/json-fields.ts';
import { isObject } from '../../producers/files/json-text.ts';

/**
 * `pending`: a payment that was asked about is under way. `refused`: nothing was begun. `limit`: nothing was begun, and
 * the call may be repeated later. `token`: the same, with a new token. `none`: there are no payments to list.
 * `unknown`: nobody can say whether something was begun.
 */
export type ErrorMeaning = 'pending' | 'refused' | 'limit' | 'token' | 'none' | 'unknown';

export interface DarajaError {
  readonly code: string;
  readonly message: string | null;
}

const MEANINGS: ReadonlyMap<string, ErrorMeaning> = new Map<string, ErrorMeaning>([
  // "System is busy", "Spike Arrest Violation", "Quota Violation".
  ['500.003.02', 'limit'],
  ['500.003.03', 'limit'],
  // "Invalid Access Token".
  ['404.001.03', 'token'],
  ['400.003.01', 'token'],
  ['401.002.01', 'token'],
  ['401.003.01', 'token'],
  ['401.001', 'token'],
  // "Internal Server Error".
  ['500.003.1001', 'unknown'],
]);

/** The code that has several meanings; with other words it is `unknown`. */
const MANY = '500.001.1001';
const OF_MANY: readonly (readonly [words: RegExp, meaning: ErrorMeaning])[] = [
  [/\b(?:being|under|still) process(?:ed|ing)\b/i, 'pending'],
  [/unable to lock subscriber|merchant does not exist|wrong credentials/i, 'refused'],
];
/** Of a list: "Failed to retrieve transactions. The short code does not have any available transactions." */
const NO_PAYMENTS = /not have any available transactions/i;
/** Behind these words the network may repeat the token. */
const TOKEN_WORDS = /(invalid access token)\b.*/is;

export function meaningOf({ code, message }: DarajaError): ErrorMeaning {
  const words = message ?? '';
  if (code === MANY) return OF_MANY.find(([pattern]) => pattern.test(words))?.[1] ?? 'unknown';
  if (code === '500' && NO_PAYMENTS.test(words)) return 'none';
  const known = MEANINGS.get(code);
  if (known !== undefined) return known;
  return /^40[045]\b/.test(code) ? 'refused' : 'unknown';
}

/** The network's words, without a token that it repeats. */
export function wordsOf({ code, message }: DarajaError): string {
  return message === null ? code : `${code}: ${message.replace(TOKEN_WORDS, '$1').slice(0, 200)}`;
}

/** Null for an answer that is no error of Daraja. */
export function errorIn(answer: Pick<OutgoingAnswer, 'body'>): DarajaError | null {
  const { errorCode: code, errorMessage: message, fault } = objectIn(answer) ?? {};
  if (typeof code === 'string') return { code, message: typeof message === 'string' ? message : null };
  return isObject(fault) ? faultOf(fault) : null;
}

/** `{"fault": {"faultstring": "Spike arrest violation…", "detail": {"errorcode": "policies.ratelimit.…"}}}` */
function faultOf({ faultstring: text, detail }: Readonly<Record<string, unknown>>): DarajaError | null {
  const code = isObject(detail) ? detail.errorcode : undefined;
  if (typeof code !== 'string') return null;
  const message = typeof text === 'string' ? text : null;
  if (/ratelimit/i.test(code)) return { code: '500.003.02', message };
  return /access_?token/i.test(code) ? { code: '401.001', message: 'Invalid Access Token' } : { code, message };
}

/** Whether a request was accepted whose result comes later. */
export function isAccepted(answer: OutgoingAnswer): boolean {
  const root = objectIn(answer) ?? {};
  const hasId = [root.ConversationID, root.OriginatorConversationID].some((id) => typeof id === 'string' && id !== '');
  return hasId && root.ResponseCode === '0';
}

/** The answer as one JSON object, with its numbers as they are written; null for another one. */
export function objectIn({ body }: Pick<OutgoingAnswer, 'body'>): Readonly<Record<string, unknown>> | null {
  const json = exactJson(body.toString('utf8'));
  return 'value' in json && isObject(json.value) ? json.value : null;
}

export function answerMeans(answer: OutgoingAnswer): ErrorMeaning | null {
  const error = errorIn(answer);
  return error === null ? null : meaningOf(error);
}

/** Too many calls come as HTTP 500, with a code. */
export function isLimit(answer: OutgoingAnswer): boolean {
  return answer.status === 429 || answerMeans(answer) === 'limit';
}

export function isTokenRefused(answer: OutgoingAnswer): boolean {
  return answer.status === 401 || answerMeans(answer) === 'token';
}

/** Whether HTTP 500 is an answer all the same: the network works, and says what it did not begin or has not ended. */
export function isAnswer(answer: OutgoingAnswer): boolean {
  const meaning = answerMeans(answer);
  return meaning !== null && meaning !== 'unknown';
}
