// Asks a payer for money by mobile money. Paystack takes a reference once: a request whose answer was lost is known by
// its reference when it is repeated. Sources: paystack.com/docs/api/charge, and
// paystack.com/docs/payments/payment-channels, mobile money, M-PESA and M-PESA Offline.

import { HesabuError } from '../../domain/errors.ts';
import type { OutgoingAnswer } from '../../outbound/client/client.ts';
import type { GatewayAnswer, PaymentRequest } from '../../producers/gateway.ts';
import { isTaken } from '../calls/network-calls.ts';
import { dataIn, type PaystackCalls } from './calls.ts';
import { type Asked, contradiction, hundredthsOf, isDuplicate, isNotFound } from './contradictions.ts';
import { NAME, ownPath } from './settings.ts';
import { statusOf } from './values.ts';

const PATH = '/charge';
const LINK_LENGTH_MAX = 2_048;

export async function charge(calls: PaystackCalls, request: PaymentRequest, account: string): Promise<GatewayAnswer> {
  const { reference, amount, currency, phone, operator } = request;
  const { email } = calls.network.settings();
  if (email === undefined) {
    throw new HesabuError('HESABU_CONFIG_INVALID', {
      where: `${NAME}/${account}: email`,
      expected: 'an address to give for payers, since Paystack wants one',
    });
  }
  const asked = { reference, currency, amount: hundredthsOf(amount, currency) };
  const body = {
    ...{ email, ...asked },
    mobile_money: { phone: phoneFor(phone, operator), provider: operator },
    metadata: metadataOf(calls, request),
  };
  const answer = await calls.post(PATH, body, [reference]);
  if (!isTaken(answer)) return begunBefore(calls, request, asked, answer);
  const fault = contradiction(answer, asked);
  if (fault !== null) return { exchange: answer.exchange, facts: [], fault };
  const about = { transaction_reference: reference, phone, operator };
  const started = calls.network.started(`POST ${PATH}`, answer, about);
  const link = linkIn(answer);
  return link === null ? started : { ...started, link };
}

/** Where the payer goes on, of a charge whose status is `open_url`. */
function linkIn(answer: OutgoingAnswer): string | null {
  const data = dataIn(answer);
  const link = data?.value('url');
  if (data?.text('status') !== 'open_url' || typeof link !== 'string' || link.length > LINK_LENGTH_MAX) return null;
  return URL.parse(link)?.protocol === 'https:' ? link : null;
}

/**
 * What is known of the request that took the reference before, if this is the same request. One of another amount, or
 * under another key of ours, is another request: then the refusal stands.
 */
async function begunBefore(
  calls: PaystackCalls,
  { reference, phone, operator, idempotencyKey }: PaymentRequest,
  asked: Asked,
  refusal: OutgoingAnswer,
): Promise<GatewayAnswer> {
  const refused = calls.network.refused(`POST ${PATH}`, refusal);
  if (!isDuplicate(refusal)) throw refused;
  const path = verifyPath(reference);
  const answer = await calls.get(path, undefined, [reference], 'money');
  if (isNotFound(answer)) throw refused;
  if (!isTaken(answer)) throw calls.network.refused(`GET ${path}`, answer);
  const fault = contradiction(answer, asked);
  if (fault?.field === 'data.reference') return { exchange: answer.exchange, facts: [], fault };
  const data = dataIn(answer);
  const key = data?.text('metadata.idempotency_key') ?? idempotencyKey;
  if (fault !== null || key !== idempotencyKey) throw refused;
  const about = { transaction_reference: reference, phone, operator };
  const isOpen = statusOf(data?.text('status') ?? '') === 'pending';
  return isOpen ? calls.network.started(`GET ${path}`, answer, about) : calls.network.polled(answer, reference, about);
}

export function verifyPath(reference: string): string {
  return `/transaction/verify/${encodeURIComponent(reference)}`;
}

/** Our key, and the reference where the account says that references are. */
function metadataOf(calls: PaystackCalls, { reference, idempotencyKey }: PaymentRequest): object {
  const path = ownPath(calls.network.settings()) ?? '';
  const names = path.split('.');
  const key = { idempotency_key: idempotencyKey };
  if (names[0] !== 'metadata' || names.length < 2 || names.some((name) => name === '' || /^\d+$/.test(name))) {
    return key;
  }
  const own = names.slice(1).reduceRight<unknown>((inner, name) => ({ [name]: inner }), reference);
  return { ...key, ...(own as object) };
}

/**
 * Numbers as the network's documentation writes them: in Ghana the national one, for M-PESA Offline without a plus
 * sign, otherwise as M-PESA has them, with the plus sign.
 */
function phoneFor(phone: string, operator: string): string {
  if (operator.toLowerCase() === 'mpesa_offline') return phone.replace(/^\+/, '');
  return phone.replace(/^\+233(?=\d{9}$)/, '0');
}
