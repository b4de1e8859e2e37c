// The side of Flutterwave, version 4 of its API: other addresses, OAuth tokens, ids with letters before them, times in
// seconds or as texts, and webhooks that are signed. Of the two copies of its documentation this plays the one by which
// `flutterwave-signature` is the base64 of HMAC-SHA256 over the body; the account says so. Sources:
// developer.flutterwave.com/docs/webhooks, /docs/authentication and /reference/orchestration_direct_charge_post.

import { createHmac, hash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { formatMinor } from '../../../domain/money.ts';
import type { Instant } from '../../../domain/time.ts';
import { hasToken } from '../../gateway/authorisation.ts';
import { changeAt, type Payment } from '../../gateway/payment.ts';
import { minorIn, type PaymentDesk } from '../../gateway/payment-desk.ts';
import type { PaymentEvent } from '../../gateway/payment-timeline.ts';
import type { Personality } from '../../gateway/personality.ts';
import type { WebhookMessage } from '../../gateway/webhook-message.ts';
import { JSON_HEADERS, numberOf } from '../../gateway/wire-forms.ts';

const CURRENCIES = ['GHS', 'KES', 'NGN', 'RWF', 'UGX', 'XOF', 'TZS', 'ZMW'];
const TOKEN = '/realms/flutterwave/protocol/openid-connect/token';
const TOKEN_SECONDS = 600;
const MINUTE = 60_000;
const CHARGE = z.object({
  amount: z.number().transform(String),
  currency: z.enum(CURRENCIES as [string, ...string[]]),
  reference: z.string().min(6).max(42),
  payment_method: z.object({
    type: z.literal('mobile_money'),
    mobile_money: z.object({ country_code: z.string(), network: z.string(), phone_number: z.string() }),
  }),
});

export const FLUTTERWAVE_4: Personality = {
  name: 'flutterwave',
  title: 'Flutterwave, version 4',
  calls: {
    [`POST ${TOKEN}`]: { en: 'gives a token for ten minutes', 'zh-CN': '获取十分钟有效的令牌' },
    'POST /orchestration/direct-charges': {
      en: 'asks a payer for money; the result comes as a signed webhook',
      'zh-CN': '向付款人收款；结果以签名回调通知',
    },
    'GET /charges/:id': { en: 'returns a charge', 'zh-CN': '查询一笔收款' },
  },
  currencies: CURRENCIES,
  // Of what goes back nothing is told here, and there is no list of settlements.
  unreported: 'payments',
  without: ['refunded', 'reversed', 'failed-settled', 'missing', 'doubled', 'amount', 'fee'],
  limit: null,
  secrets: {
    client_id: (random) => random(16).toString('hex'),
    client_secret: (random) => random(16).toString('hex'),
    secret_hash_4: (random) => random(16).toString('hex'),
  },
  account: ({ secret }) => ({
    version: '4',
    webhook: { scheme: 'hmac-sha256-base64', secrets: [secret('secret_hash_4')] },
  }),
  serve: register,
  webhooks: webhookOf,
  proof: (body, secret) => ({
    'flutterwave-signature': createHmac('sha256', secret('secret_hash_4')).update(body).digest('base64'),
  }),
  // With retries switched on in its dashboard.
  retries: [30 * MINUTE, 30 * MINUTE, 30 * MINUTE],
  isTaken: (status) => status === 200,
  refuse(reply, trouble, seconds, roll) {
    if (trouble === 'unavailable') return refuse(reply, roll === 10 ? 503 : 500, 'INTERNAL_SERVER_ERROR', 'Error');
    return refuse(reply.header('retry-after', String(seconds)), 429, 'TOO_MANY_REQUESTS', 'Too many requests');
  },
};

function register(scope: FastifyInstance, desk: PaymentDesk): void {
  const tokens = new Map<string, Instant>();
  const form = { parseAs: 'string' } as const;
  scope.addContentTypeParser('application/x-www-form-urlencoded', form, async (_request: unknown, body: string) =>
    Object.fromEntries(new URLSearchParams(body)),
  );
  scope.addHook('preHandler', async (request, reply) => {
    if (request.routeOptions.url === TOKEN) return undefined;
    const isOpen = [...tokens].some(([text, until]) => until > desk.now && hasToken(request, `Bearer ${text}`));
    return isOpen ? undefined : refuse(reply, 401, 'UNAUTHORIZED', 'Invalid access token');
  });
  scope.post(TOKEN, async (request, reply) => {
    const { client_id, client_secret, grant_type } = (request.body ?? {}) as Readonly<Record<string, string>>;
    const isOurs = client_id === desk.secret('client_id') && client_secret === desk.secret('client_secret');
    if (!isOurs || grant_type !== 'client_credentials') return reply.code(401).send({ error: 'invalid_client' });
    const access_token = hash('sha256', `${client_secret} ${desk.now}`, 'base64url');
    tokens.set(access_token, desk.now + TOKEN_SECONDS * 1_000);
    return reply.send({ access_token, expires_in: TOKEN_SECONDS, token_type: 'Bearer' });
  });
  scope.post('/orchestration/direct-charges', async (request, reply) => charge(desk, request, reply));
  scope.get('/charges/:id', async (request, reply) => {
    const { id } = request.params as { id: string };
    const payment = desk.find((one) => idOf(one) === id);
    if (payment === undefined) return refuse(reply, 404, 'RESOURCE_NOT_FOUND', 'Charge not found');
    return reply.send({ status: 'success', message: 'Charge fetched', data: chargeOf(payment, desk.now) });
  });
}

function charge(desk: PaymentDesk, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const read = CHARGE.safeParse(request.body);
  const minor = read.success ? minorIn(read.data.amount, read.data.currency) : null;
  if (!read.success || minor === null || minor <= 0n) return refuse(reply, 400, 'REQUEST_NOT_VALID', 'Invalid request');
  const { reference, currency, payment_method: method } = read.data;
  const { network: operator, country_code: code, phone_number: number } = method.mobile_money;
  if (desk.newest(reference) !== undefined) return refuse(reply, 409, 'RESOURCE_CONFLICT', 'Charge already exists');
  const payment = desk.start({ reference, minor, currency, operator, phone: `+${code}${number}` });
  return reply.code(201).send({ status: 'success', message: 'Charge created', data: chargeOf(payment, desk.now) });
}

const idOf = (payment: Payment): string => `chg_${numberOf(payment).toString(36)}`;
const WORDS: Readonly<Record<string, string>> = { succeeded: 'succeeded', failed: 'failed', expired: 'failed' };

/** Times are seconds with a fraction in some bodies, and texts in others. */
function chargeOf(payment: Payment, now: Instant, status = changeAt(payment, now).status): object {
  const { reference, minor, currency, createdAt, operator, phone, operatorId } = payment;
  const isText = numberOf({ id: operatorId }) % 2 === 0;
  const word = WORDS[status] ?? 'pending';
  const mobile_money = { country_code: phone.slice(1, 4), network: operator, phone_number: phone.slice(4) };
  return {
    ...{ id: idOf(payment), reference, amount: Number(formatMinor(minor, currency)), currency, status: word },
    ...{ fees: [], refunded: false, disputed: false, settled: false, settlement_id: [], customer_id: 'cus_1' },
    created_datetime: isText ? new Date(createdAt).toISOString() : createdAt / 1_000,
    payment_method: { type: 'mobile_money', id: 'pmd_1', mobile_money },
    processor_response: word === 'succeeded' ? { code: '00', type: 'approved' } : { code: '51', type: 'declined' },
  };
}

/** The end of a charge, a success or a failure. The id of the event has one of two names. */
function webhookOf({ kind, payment, at }: PaymentEvent): readonly WebhookMessage[] {
  if (kind !== 'succeeded' && kind !== 'failed') return [];
  const id = `wbk_${hash('sha256', `${payment.id} ${kind} ${at}`, 'hex').slice(0, 20)}`;
  const name = numberOf({ id: payment.operatorId }) % 3 === 0 ? 'webhook_id' : 'id';
  const body = JSON.stringify({
    [name]: id,
    timestamp: at,
    type: 'charge.completed',
    data: chargeOf(payment, at, kind),
  });
  return [{ method: 'POST', url: null, headers: JSON_HEADERS, body }];
}

function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).send({ status: 'failed', error: { type: code, code: `${status}00`, message } });
}
