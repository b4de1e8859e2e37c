// Joins a request that its network calls paid to the receipt of its money, where the callback that names both was lost.
// M-Pesa's query names the request alone, without an amount; its statement names the receipt and the reference alone.

import { minorOf } from '../domain/money.ts';
import type { Instant } from '../domain/time.ts';
import type { Line, Observation } from './claims.ts';
import { isUnsigned, meansMoney } from './evidence.ts';
import type { IdGroup } from './id-groups.ts';

/** Whether a claim says that a request was paid, and names neither an amount nor what brought it. */
export function isPaidRequest({ body }: Observation | Line): boolean {
  return body.type === 'PaymentObserved' && meansMoney(body.status) && body.amount === null && namesRequestAlone(body);
}

/**
 * The groups of a reference, each paid request joined to a receipt of its voice, in the order of their times. Such a
 * receipt brought money, names no request, and has the amount that was asked for if that is known. Without a receipt
 * the request stays a payment of its own, and so does each receipt beyond the requests.
 */
export function joinPaidRequests(groups: IdGroup[]): IdGroup[] {
  if (groups.length < 2) return groups;
  const requests = groups.filter(isRequest);
  if (requests.length === 0) return groups;
  const receipts = groups.filter(isReceipt).sort(byTimeAndId);
  const joined = new Map<IdGroup, IdGroup | null>();
  for (const request of requests.sort(byTimeAndId)) {
    const at = receipts.findIndex((receipt) => receipt.voice === request.voice && isAmountAsked(request, receipt));
    if (at < 0) continue;
    const [receipt] = receipts.splice(at, 1) as [IdGroup];
    joined.set(request, null);
    joined.set(receipt, together(receipt, request));
  }
  return groups.flatMap((group) => (joined.has(group) ? (joined.get(group) ?? []) : group));
}

type Ids = Pick<Observation['body'], 'request_id' | 'provider_transaction_id' | 'operator_transaction_id'>;

function namesRequestAlone({ request_id, provider_transaction_id, operator_transaction_id }: Ids): boolean {
  return request_id !== null && provider_transaction_id === null && operator_transaction_id === null;
}

function isRequest({ observations, lines }: IdGroup): boolean {
  if (lines.length > 0 || !observations.some(isPaidRequest)) return false;
  return observations.every(
    ({ body }) => namesRequestAlone(body) && !(meansMoney(body.status) && body.amount !== null),
  );
}

function isReceipt({ observations, lines }: IdGroup): boolean {
  const claims = [...observations, ...lines];
  // What nobody signed may name any request.
  if (claims.some((claim) => claim.body.request_id !== null && !isUnsigned(claim))) return false;
  return lines.length > 0 || observations.some(({ body }) => meansMoney(body.status));
}

/** Whether the receipt has each amount that the request's claims name. */
function isAmountAsked(request: IdGroup, receipt: IdGroup): boolean {
  const came = new Set<string>();
  for (const { body } of receipt.observations) came.add(sumOf(body.amount, body.currency));
  for (const { body } of receipt.lines) came.add(sumOf(body.gross, body.currency));
  return request.observations.every(({ body }) => body.amount === null || came.has(sumOf(body.amount, body.currency)));
}

function sumOf(amount: string | null, currency: string | null): string {
  return amount === null || currency === null ? '' : `${minorOf(amount, currency)} ${currency}`;
}

function together(receipt: IdGroup, request: IdGroup): IdGroup {
  return {
    voice: receipt.voice,
    ids: [...receipt.ids, ...request.ids],
    observations: [...receipt.observations, ...request.observations],
    lines: receipt.lines,
  };
}

function byTimeAndId(left: IdGroup, right: IdGroup): number {
  const [leftAt, rightAt] = [earliestOf(left), earliestOf(right)];
  return leftAt === rightAt ? (left.ids[0]! < right.ids[0]! ? -1 : 1) : leftAt - rightAt;
}

/** Lines alone have no time of their own beside a day: they come last. */
function earliestOf({ observations }: IdGroup): Instant {
  let earliest = Number.POSITIVE_INFINITY;
  for (const { occurred_at } of observations)
    if (occurred_at !== null && occurred_at < earliest) earliest = occurred_at;
  return earliest;
}
