// The side of Airtel Money: a callback without an amount, whose `hash` stands in its body; an enquiry, which decides;
// references of letters and figures only; refunds of whole payments. Sources: copies of the developer portal
// (developers.airtel.africa, Collection-APIs and Authorization); what clients met.

import { createHmac, hash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { hasToken } from '../../gateway/authorisation.ts';
import { minorIn, type PaymentDesk } from '../../gateway/payment-desk.ts';
import type { Personality } from '../../gateway/personality.ts';
import { callbackOf, enquiryAnswer, isKnown, moneyIdOf, refundAnswer, startAnswer } from './forms.ts';

const CURRENCIES = ['UGX', 'KES', 'RWF', 'TZS', 'ZMW', 'MWK', 'XAF', 'XOF', 'CDF'];
const COUNTRIES = ['UG', 'KE', 'RW', 'TZ', 'ZM', 'MW', 'TD', 'GA', 'CG', 'NE', 'CD'];
/** It says so in a text. */
const TOKEN_SECONDS = 180;
/** A token is taken for longer than it says: on a fast clock one call takes minutes. */
const TOKEN_MILLIS = 3_600_000;

const LOGIN = z.object({
  client_id: z.string(),
  client_secret: z.string(),
  grant_type: z.literal('client_credentials'),
});
const PAYMENT = z.object({
  reference: z.string().min(1),
  subscriber: z.object({ msisdn: z.union([z.string(), z.int()]).transform(String) }),
  transaction: z.object({ amount: z.number().transform(String), id: z.string().min(1).max(64) }),
});
const REFUND = z.object({ transaction: z.object({ airtel_money_id: z.string().min(1) }) });

export const AIRTEL: Personality = {
  name: 'airtel',
  title: 'Airtel Money',
  calls: {
    'POST /auth/oauth2/token': { en: 'gives a token for three minutes', 'zh-CN': '获取三分钟有效的令牌' },
    'POST /merchant/v1/payments/': {
      en: 'asks a payer for money; a callback without an amount may follow',
      'zh-CN': '向付款人收款；可能有不含金额的回调',
    },
    'GET /standard/v1/payments/:id': { en: 'returns what became of it', 'zh-CN': '查询付款结果' },
    'POST /standard/v1/payments/refund': { en: 'refunds a whole payment', 'zh-CN': '全额退款' },
  },
  currencies: CURRENCIES,
  // There is no report of what it settled, and what goes back is told to nobody.
  unreported: 'payments',
  without: ['twice', 'refunded', 'reversed', 'failed-settled', 'missing', 'doubled', 'amount', 'fee'],
  limit: null,
  secrets: {
    client_id: (random) => random(16).toString('hex'),
    client_secret: (random) => random(16).toString('hex'),
    private_key: (random) => random(32).toString('base64'),
  },
  account: ({ url, secret }) => ({
    base_url: url,
    client: { id: secret('client_id'), secret: secret('client_secret'), country: 'UG' },
    webhook: { scheme: 'hmac-sha256-base64', secrets: [secret('private_key')] },
  }),
  serve(scope, desk) {
    const tokens = new Map<string, number>();
    scope.addHook('preHandler', async (request, reply) => {
      if (request.routeOptions.url === '/auth/oauth2/token') return undefined;
      const isOpen = [...tokens].some(([text, until]) => until > desk.now && hasToken(request, `Bearer ${text}`));
      if (!isOpen) return reply.code(401).send({ error: 'invalid_token', error_description: 'Invalid access token' });
      const { 'x-country': country, 'x-currency': currency } = request.headers;
      if (COUNTRIES.includes(String(country)) && CURRENCIES.includes(String(currency))) return undefined;
      return reply
        .code(400)
        .send({ status_message: 'Country or currency is not configured', status_code: 'ROUTER112' });
    });
    scope.post('/auth/oauth2/token', async (request, reply) => logIn(desk, tokens, request, reply));
    registerPayments(scope, desk);
  },
  webhooks: callbackOf,
  seal: sealed,
  proof: () => ({}),
  retries: [],
  isTaken: (status) => status >= 200 && status < 300,
  refuse(reply, trouble, seconds, roll) {
    if (trouble === 'unavailable') {
      return reply
        .code(roll === 10 ? 503 : 500)
        .send({ status_message: 'Service is unavailable', status_code: 'ROUTER001' });
    }
    const status = { code: '429', message: 'Too many requests', success: false };
    return reply.code(429).header('retry-after', String(seconds)).send({ status });
  },
};

/** The hash is over the body without it, and stands as its last member. */
function sealed(body: string, secret: (name: string) => string): string {
  const text = createHmac('sha256', secret('private_key')).update(body).digest('base64');
  return `${body.slice(0, -1)},"hash":"${text}"}`;
}

function logIn(
  desk: PaymentDesk,
  tokens: Map<string, number>,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const read = LOGIN.safeParse(request.body);
  const { client_id, client_secret } = read.data ?? {};
  if (client_id !== desk.secret('client_id') || client_secret !== desk.secret('client_secret')) {
    return reply.code(401).send({ error: 'invalid_client', error_description: 'Invalid client authentication' });
  }
  const text = hash('sha256', `${client_secret} ${desk.now}`, 'base64url');
  tokens.set(text, desk.now + TOKEN_MILLIS);
  return reply.send({ token_type: 'bearer', access_token: text, expires_in: String(TOKEN_SECONDS) });
}

type Asked = FastifyRequest<{ Params: Record<string, string> }>;

function registerPayments(scope: FastifyInstance, desk: PaymentDesk): void {
  for (const version of ['v1', 'v2']) {
    scope.post(`/merchant/${version}/payments/`, async (request, reply) => start(desk, request, reply));
    scope.get(`/standard/${version}/payments/:id`, async ({ params }: Asked, reply) => {
      const payment = desk.newest(params.id!);
      if (payment === undefined || !isKnown(payment, desk.now)) {
        return refuse(reply, 'ESB000045', 'DP00800001025', 'Transaction not found');
      }
      return reply.send(enquiryAnswer(payment, desk.now));
    });
    scope.post(`/standard/${version}/payments/refund`, async (request, reply) => {
      const read = REFUND.safeParse(request.body);
      const id = read.data?.transaction.airtel_money_id;
      const payment = desk.find((one) => moneyIdOf(one) === id);
      if (payment === undefined) return refuse(reply, 'ESB000045', 'DP00800001025', 'Transaction not found');
      const made = desk.refund(payment, payment.minor);
      return made === null
        ? refuse(reply, 'ESB000011', 'DP00800001009', 'Refund is not possible')
        : reply.send(refundAnswer(payment));
    });
  }
}

function start(desk: PaymentDesk, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const read = PAYMENT.safeParse(request.body);
  if (!read.success) return refuse(reply, 'ESB000008', 'DP00800001009', read.error.issues[0]!.path.join('.'));
  const { subscriber, transaction } = read.data;
  const { id: reference, amount } = transaction;
  const currency = String(request.headers['x-currency']);
  // It says no more of a reference with a hyphen than of one that is not there.
  if (!/^[A-Za-z0-9]+$/.test(reference)) return refuse(reply, 'ESB000008', 'DP00800001005', 'Invalid Transaction ID');
  if (!/^\d{9}$/.test(subscriber.msisdn)) return refuse(reply, 'ESB000033', 'DP00800001005', 'Msisdn Not Found');
  if (desk.newest(reference) !== undefined) {
    return refuse(reply, 'ESB000041', 'DP00800001009', 'External Transaction ID already exists');
  }
  const minor = minorIn(amount, currency);
  if (minor === null || minor <= 0n) return refuse(reply, 'ESB000008', 'DP00800001004', 'Invalid amount');
  const payment = desk.start({ reference, minor, currency, operator: 'AIRTEL', phone: subscriber.msisdn });
  return reply.send(startAnswer(payment));
}

/** A refusal comes with HTTP 200. */
function refuse(reply: FastifyReply, result_code: string, response_code: string, message: string): FastifyReply {
  return reply.send({ status: { code: '400', message, result_code, response_code, success: false } });
}
