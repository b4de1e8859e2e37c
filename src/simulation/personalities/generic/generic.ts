// The side of a network that nobody wrote a reader for: its service knows it by configuration alone. It speaks as
// examples/networks/helium-money.yaml supposes: signed webhooks, and a status by the merchant's reference. Payments are
// begun by the shop itself, since a configuration says how to read and not how to pay.

import { createHmac } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { formatMinor } from '../../../domain/money.ts';
import { formatInstant, type Instant } from '../../../domain/time.ts';
import { hasToken } from '../../gateway/authorisation.ts';
import { changeAt, type Payment } from '../../gateway/payment.ts';
import { minorIn, type PaymentDesk } from '../../gateway/payment-desk.ts';
import type { PaymentEvent } from '../../gateway/payment-timeline.ts';
import type { Personality } from '../../gateway/personality.ts';
import { feeOf } from '../../gateway/settlement.ts';
import type { WebhookMessage } from '../../gateway/webhook-message.ts';
import { JSON_HEADERS } from '../../gateway/wire-forms.ts';

const CURRENCIES = ['NGN', 'KES', 'UGX'];
const HEADER = 'X-Helium-Signature';
const MINUTE = 60_000;
const REQUEST = z.object({
  merchant_reference: z.string().min(1).max(64),
  amount: z.string(),
  currency: z.enum(CURRENCIES as [string, ...string[]]),
  phone: z.string().default(''),
});

/** How the account reads what the network writes. */
const MAPPING = {
  callbacks: {
    columns: {
      ...{ id: 'event_id', event: 'status', transaction_reference: 'merchant_reference' },
      ...{ transaction_id: 'transaction_id', amount: 'amount', currency: 'currency', fee: 'fee' },
      completed_at: 'completed_at',
    },
    words: {
      event: {
        ...{ successful: 'payment.success', failed: 'payment.failed', pending: 'payment.pending' },
        reversed: 'payment.reversed',
      },
    },
  },
  polls: {
    columns: {
      ...{ transaction_reference: 'merchant_reference', transaction_id: 'transaction_id', status: 'status' },
      ...{ amount: 'amount', currency: 'currency', updated_at: 'completed_at' },
    },
    words: { status: { successful: 'succeeded' } },
  },
};

export const GENERIC: Personality = {
  name: 'generic',
  title: 'a network by configuration',
  calls: {
    'POST /v1/payments': {
      en: 'asks a payer for money; the shop calls it itself',
      'zh-CN': '向付款人收款；由商户自行调用',
    },
    'GET /v1/payments/:reference': { en: 'returns what became of it', 'zh-CN': '查询付款结果' },
  },
  currencies: CURRENCIES,
  // There is no report of what it settled.
  without: ['failed-settled', 'missing', 'doubled', 'amount', 'fee'],
  limit: null,
  secrets: {
    authorization: (random) => `Bearer ${random(20).toString('hex')}`,
    webhook: (random) => random(32).toString('hex'),
  },
  account: ({ url, secret }) => ({
    base_url: url,
    webhook: { scheme: 'hmac-sha256-hex', header: HEADER, secrets: [secret('webhook')] },
    mapping: MAPPING,
    status: { path: '/v1/payments/{transaction_reference}', headers: { Authorization: secret('authorization') } },
  }),
  serve(scope, desk) {
    scope.addHook('preHandler', async (request, reply) => {
      if (hasToken(request, desk.secret('authorization'))) return undefined;
      return reply.code(401).send({ error: 'unauthorised' });
    });
    register(scope, desk);
  },
  webhooks: webhookOf,
  proof: (body, secret) => ({ [HEADER]: createHmac('sha256', secret('webhook')).update(body).digest('hex') }),
  retries: [1, 5, 30, 120, 360].map((minutes) => minutes * MINUTE),
  isTaken: (status) => status >= 200 && status < 300,
  refuse(reply, trouble, seconds, roll) {
    if (trouble === 'unavailable') return reply.code(roll === 10 ? 503 : 500).send({ error: 'unavailable' });
    return reply.code(429).header('retry-after', String(seconds)).send({ error: 'too many requests' });
  },
};

function register(scope: FastifyInstance, desk: PaymentDesk): void {
  scope.post('/v1/payments', async (request, reply) => start(desk, request, reply));
  scope.get('/v1/payments/:reference', async (request, reply) => {
    const { reference } = request.params as { reference: string };
    const payment = desk.newest(reference);
    return payment === undefined ? reply.code(404).send({ error: 'unknown' }) : reply.send(formOf(payment, desk.now));
  });
}

function start(desk: PaymentDesk, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const read = REQUEST.safeParse(request.body);
  const minor = read.success ? minorIn(read.data.amount, read.data.currency) : null;
  if (!read.success || minor === null || minor <= 0n) return reply.code(400).send({ error: 'invalid' });
  const { merchant_reference: reference, currency, phone } = read.data;
  const payment = desk.start({ reference, minor, currency, operator: '', phone });
  return reply.code(202).send(formOf(payment, desk.now));
}

const WORDS: Readonly<Record<string, string>> = { succeeded: 'successful', failed: 'failed', expired: 'failed' };

function wordAt(payment: Payment, now: Instant): string {
  const { status } = changeAt(payment, now);
  if (status === 'succeeded' && payment.refunds.some(({ at }) => at <= now)) return 'reversed';
  return WORDS[status] ?? 'pending';
}

function formOf(payment: Payment, now: Instant, status = wordAt(payment, now), at = now): object {
  const { reference, id, minor, currency } = payment;
  return {
    ...{ merchant_reference: reference, transaction_id: id, status, currency, amount: formatMinor(minor, currency) },
    fee: status === 'successful' ? formatMinor(feeOf(minor, currency), currency) : null,
    completed_at: formatInstant(status === 'pending' ? payment.createdAt : Math.min(at, lastAt(payment, at))),
  };
}

/** When it last changed, by then. */
function lastAt(payment: Payment, now: Instant): Instant {
  const returned = payment.refunds.map(({ at }) => at).filter((at) => at <= now);
  return Math.max(changeAt(payment, now).at, ...returned);
}

function webhookOf({ kind, payment, at }: PaymentEvent): readonly WebhookMessage[] {
  const word = kind === 'refunded' || kind === 'reversed' ? 'reversed' : (WORDS[kind] ?? 'pending');
  const body = JSON.stringify({ event_id: `${payment.id}-${word}`, ...formOf(payment, at, word) });
  return [{ method: 'POST', url: null, headers: JSON_HEADERS, body }];
}
