// Whether an earlier call under the same key began something already. The network takes a reference, and a part of a
// payment to give back, as often as they are sent: after a lost answer it is asked first. A charge keeps the call's key
// in `meta`, a refund in its comment. What keeps no key is never taken for another's: if it could be the one that is
// asked for, it is, and of several nobody guesses. Sources: developer.flutterwave.com/v3.0/docs, error timeouts (ask
// before you repeat) and refunds; flutterwaveinc.mintlify.app/api-reference/transactions.

import { HesabuError } from '../../domain/errors.ts';
import { minorOf, readAmount } from '../../domain/money.ts';
import type { OutgoingAnswer } from '../../outbound/client/client.ts';
import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import type { PaymentRequest, RefundRequest } from '../../producers/gateway.ts';
import type { FlutterwaveCalls } from './calls.ts';
import { KEY_NAME } from './mobile-charge.ts';
import { CHARGE_ID, COMMENT, REFUNDED_AMOUNT } from './returns.ts';
import { chargeStatus, refundStatus } from './values.ts';

const VERIFY = '/transactions/verify_by_reference';
/** A call is repeated soon, and lists have the newest first. */
const PAGES_MAX = 10;
const DIGITS_COMPARED = 8;

interface Candidate {
  readonly answer: OutgoingAnswer;
  readonly charge: JsonFields;
}

/** The answer about the charge that this very request began; undefined if it began none. */
export async function earlierCharge(
  calls: FlutterwaveCalls,
  request: PaymentRequest,
): Promise<OutgoingAnswer | undefined> {
  const { reference, idempotencyKey } = request;
  const first = await verified(calls, VERIFY, { tx_ref: reference }, reference);
  if (first === null) return undefined;
  const unnamed: Candidate[] = [];
  for await (const candidate of allOf(calls, first, reference)) {
    const key = keyOf(candidate.charge);
    if (key === idempotencyKey) return candidate.answer;
    if (key === null && isAlike(candidate.charge, request)) unnamed.push(candidate);
  }
  if (unnamed.length <= 1) return unnamed[0]?.answer;
  const ids = unnamed.map(({ charge }) => charge.id('id') ?? '?').join(', ');
  throw new HesabuError('HESABU_REQUEST_INVALID', {
    ...{ where: 'reference', expected: 'a reference under which at most one payment is open', found: ids },
  });
}

/** Each charge with a reference: the one that the network shows for it, and the others of its list. */
async function* allOf(calls: FlutterwaveCalls, first: Candidate, reference: string): AsyncGenerator<Candidate> {
  yield first;
  const seen = new Set([first.charge.id('id')]);
  for (let page = 1; page <= PAGES_MAX; page++) {
    const { rows, isLast } = await calls.list('/transactions', { tx_ref: reference, page: `${page}` }, [], 'money');
    for (const row of rows) {
      const id = row.id('id');
      if (id === null || seen.has(id) || row.text('tx_ref') !== reference) continue;
      seen.add(id);
      const found = await verified(calls, `/transactions/${encodeURIComponent(id)}/verify`, undefined, reference);
      if (found !== null) yield found;
    }
    if (isLast) return;
  }
}

async function verified(
  calls: FlutterwaveCalls,
  path: string,
  query: Readonly<Record<string, string>> | undefined,
  reference: string,
): Promise<Candidate | null> {
  const { answer, data } = await calls.one(path, query, [reference], 'money');
  if (data === null) return null;
  const found = data.text('tx_ref');
  if (found === reference) return { answer, charge: data };
  throw calls.notUnderstood(path, `a transaction of ${reference}`, found ?? 'none');
}

/** The key that a charge keeps: in an object, or in a list of names and values as version 2 has it. */
function keyOf(charge: JsonFields): string | null {
  const listed = charge.each('meta').find((one) => one.text('metaname') === KEY_NAME);
  return charge.text(`meta.${KEY_NAME}`) ?? listed?.text('metavalue') ?? null;
}

/** Whether it may be what the request asks for: as much from the same wallet, and not failed. */
function isAlike(charge: JsonFields, { amount, currency, phone }: PaymentRequest): boolean {
  if (chargeStatus(charge.text('status') ?? '') === 'failed') return false;
  if (charge.text('currency')?.toUpperCase() !== currency || !isSum(charge.text('amount'), amount, currency)) {
    return false;
  }
  const number = charge.id('customer.phone_number') ?? '';
  const isKnown = /^\+?\d{8,}$/.test(number);
  return !isKnown || number.slice(-DIGITS_COMPARED) === phone.slice(-DIGITS_COMPARED);
}

/** The answer about the refund that this very request began; undefined if it began none. */
export async function earlierRefund(
  calls: FlutterwaveCalls,
  id: string,
  { reference, amount, currency, idempotencyKey }: RefundRequest,
): Promise<OutgoingAnswer | undefined> {
  const unnamed: string[] = [];
  for (let page = 1; page <= PAGES_MAX; page++) {
    const { answer, rows, isLast } = await calls.list('/refunds', { id, page: `${page}` }, [reference, id], 'money');
    for (const row of rows) {
      if (row.id(CHARGE_ID) !== id) continue;
      const comment = row.text(COMMENT);
      if (comment?.includes(idempotencyKey) === true) {
        return { ...answer, body: Buffer.from(JSON.stringify({ status: 'success', data: row.object })) };
      }
      const isOpen = refundStatus(row.text('status') ?? '') !== 'failed';
      if (comment === null && isOpen && isSum(row.text(REFUNDED_AMOUNT), amount, currency)) {
        unnamed.push(row.id('id') ?? '?');
      }
    }
    if (isLast) break;
  }
  if (unnamed.length === 0) return undefined;
  const expected = 'no other refund of this amount that says nothing of who asked for it';
  throw new HesabuError('HESABU_REQUEST_INVALID', { where: 'amount', expected, found: unnamed.join(', ') });
}

function isSum(text: string | null, amount: string, currency: string): boolean {
  const read = text === null ? null : readAmount(text, currency);
  return typeof read === 'string' && minorOf(read, currency) === minorOf(amount, currency);
}
