// Gives back a payment, or a part of it. Paystack takes the same request twice for two refunds: so each bears our key
// in its `merchant_note`, the note that the payer does not see, and is looked for by it first. Source:
// paystack.com/docs/api/refund.

import type { OutgoingAnswer } from '../../outbound/client/client.ts';
import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import type { Fault } from '../../producers/formats/row.ts';
import type { GatewayAnswer, RefundRequest } from '../../producers/gateway.ts';
import { isTaken } from '../calls/network-calls.ts';
import { type PaystackCalls, pageIn } from './calls.ts';
import { contradiction, hundredthsOf } from './contradictions.ts';

const PATH = '/refund';
const NOTE_LENGTH_MAX = 255;
/** No transaction has so many refunds. */
const PAGES_MAX = 50;

interface Found {
  readonly answer: OutgoingAnswer;
  /** The refund that was made before; null where there is none. */
  readonly made: JsonFields | null;
  /** Why it is not known whether there is one. */
  readonly fault: Fault | null;
}

export async function refund(calls: PaystackCalls, request: RefundRequest): Promise<GatewayAnswer> {
  const { reference, paymentId, amount, currency, reason, idempotencyKey } = request;
  const hundredths = hundredthsOf(amount, currency);
  const found = await look(calls, request);
  if (found.fault !== null) return { exchange: found.answer.exchange, facts: [], fault: found.fault };
  const answer = found.made === null ? await ask() : answerOf(found, reference);
  if (!isTaken(answer)) throw calls.network.refused(`POST ${PATH}`, answer);
  const transactions = [paymentId, ...(request.paymentIds ?? [])];
  const fault = contradiction(answer, { transactions, amount: hundredths, currency });
  if (fault !== null) return { exchange: answer.exchange, facts: [], fault };
  const about = { transaction_reference: reference, original_transaction_id: paymentId };
  return found.made?.text('status') === 'failed'
    ? calls.network.polled(answer, reference, about)
    : calls.network.started(`POST ${PATH}`, answer, about);

  function ask(): Promise<OutgoingAnswer> {
    const note = [idempotencyKey, ...(reason === null ? [] : [reason])].join(' ');
    const merchant_note = note.slice(0, NOTE_LENGTH_MAX).toWellFormed();
    return calls.post(PATH, { transaction: paymentId, currency, amount: hundredths, merchant_note }, [
      reference,
      paymentId,
    ]);
  }
}

/** Looks through the refunds of the transaction. The list takes the transaction's id, and no reference. */
async function look(
  calls: PaystackCalls,
  { reference, paymentId, paymentIds = [], idempotencyKey }: RefundRequest,
): Promise<Found> {
  const transaction = [paymentId, ...paymentIds].find((id) => /^\d+$/.test(id)) ?? paymentId;
  for (let nth = 1; ; nth++) {
    const answer = await calls.page(PATH, nth, { transaction }, [reference, paymentId], 'money');
    const page = pageIn(answer, nth);
    if (!('rows' in page)) return { answer, made: null, fault: page };
    const made = page.rows.find((row) => isUnder(row, idempotencyKey)) ?? null;
    if (made !== null || !page.hasMore) return { answer, made, fault: null };
    if (nth < PAGES_MAX) continue;
    const expected = `at most ${PAGES_MAX} pages of refunds of one transaction`;
    return { answer, made, fault: { field: 'data', code: 'HESABU_FIELD_INVALID', expected, found: 'more' } };
  }
}

function isUnder(row: JsonFields, key: string): boolean {
  const note = row.value('merchant_note');
  return typeof note === 'string' && note.trim().split(/\s/, 1)[0] === key;
}

/** The refund of a list, as the answer that began it was. */
function answerOf({ answer, made }: Found, reference: string): OutgoingAnswer {
  const data = { transaction_reference: reference, ...made!.object };
  return { ...answer, body: Buffer.from(JSON.stringify({ status: true, data })) };
}
