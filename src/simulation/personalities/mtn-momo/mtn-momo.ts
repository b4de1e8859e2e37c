// The side of MTN MoMo: the merchant chooses the id of a request, callbacks are not signed and come to the address of
// the request, by PUT or POST, and a failure is an answer like any other. Sources: momodeveloper.mtn.com,
// /api-documentation and /docs/services/collection.

import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
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

const CURRENCIES = ['EUR', 'UGX', 'GHS', 'RWF', 'XOF', 'ZMW'];
const TOKEN_SECONDS = 3_600;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

const REQUEST = z.object({
  amount: z.string(),
  currency: z.enum(CURRENCIES as [string, ...string[]]),
  externalId: z.string().min(1),
  payer: z.object({ partyIdType: z.literal('MSISDN'), partyId: z.string().regex(/^\d{5,15}$/) }),
  payerMessage: z.string().max(160).optional(),
  payeeNote: z.string().max(160).optional(),
});

export const MTN_MOMO: Personality = {
  name: 'mtn-momo',
  title: 'MTN MoMo',
  calls: {
    'POST /collection/token/': { en: 'gives a token for an hour', 'zh-CN': '获取一小时有效的令牌' },
    'POST /collection/v1_0/requesttopay': {
      en: 'asks a payer for money; an unsigned callback may follow',
      'zh-CN': '向付款人收款；可能有未签名的回调',
    },
    'GET /collection/v1_0/requesttopay/:id': { en: 'returns what became of it', 'zh-CN': '查询收款请求的结果' },
    'GET /collection/v1_0/account/balance': { en: 'returns the balance', 'zh-CN': '查询余额' },
  },
  currencies: CURRENCIES,
  // There is no report of what it settled.
  unreported: 'payments',
  without: ['twice', 'refunded', 'reversed', 'failed-settled', 'missing', 'doubled', 'amount', 'fee'],
  limit: null,
  secrets: {
    subscription_key: (random) => random(16).toString('hex'),
    api_user: (random) => uuidOf(random(16).toString('hex')),
    api_key: (random) => random(16).toString('hex'),
  },
  account: ({ url, secret }) => ({
    base_url: url,
    collection: {
      ...{ subscription_key: secret('subscription_key'), api_user: secret('api_user') },
      api_key: secret('api_key'),
    },
    webhook: {},
  }),
  serve(scope, desk) {
    let token = { text: '', until: 0 };
    scope.addHook('preHandler', async (request, reply) => {
      if (request.headers['ocp-apim-subscription-key'] !== desk.secret('subscription_key')) {
        return reply.code(401).send({ statusCode: 401, message: 'Access denied due to invalid subscription key.' });
      }
      const basic = Buffer.from(`${desk.secret('api_user')}:${desk.secret('api_key')}`).toString('base64');
      const isLogin = request.routeOptions.url === '/collection/token/';
      const fits = isLogin
        ? hasToken(request, `Basic ${basic}`)
        : token.until > desk.now && hasToken(request, `Bearer ${token.text}`);
      return fits ? undefined : reply.code(401).send({ code: 'UNAUTHORIZED', message: 'login_failed' });
    });
    scope.post('/collection/token/', async (_request, reply) => {
      const text = hash('sha256', `${desk.secret('api_key')} ${desk.now}`, 'base64url');
      token = { text, until: desk.now + TOKEN_SECONDS * 1_000 };
      return reply.send({ access_token: text, token_type: 'access_token', expires_in: TOKEN_SECONDS });
    });
    scope.post('/collection/v1_0/requesttopay', async (request, reply) => requestToPay(desk, request, reply));
    scope.get('/collection/v1_0/requesttopay/:id', async (request, reply) => {
      const { id } = request.params as { id: string };
      const payment = desk.find(({ requestId }) => requestId === id);
      return payment === undefined
        ? refuse(reply, 404, 'RESOURCE_NOT_FOUND', 'Requested resource was not found.')
        : reply.send(statusOf(payment, desk.now));
    });
    scope.get('/collection/v1_0/account/balance', async (_request, reply) => {
      return reply.send({ availableBalance: '100000', currency: 'UGX' });
    });
  },
  webhooks: webhookOf,
  proof: () => ({}),
  // Its documentation disagrees with itself; this is the longer form, cut to an hour.
  retries: [...new Array<number>(20).fill(1_000), ...new Array<number>(30).fill(120_000)],
  isTaken: (status) => status >= 200 && status < 300,
  refuse(reply, trouble, seconds, roll) {
    if (trouble === 'unavailable')
      return refuse(reply, roll === 10 ? 503 : 500, 'INTERNAL_PROCESSING_ERROR', 'An error');
    return reply
      .code(429)
      .header('retry-after', String(seconds))
      .send({ statusCode: 429, message: `Rate limit is exceeded. Try again in ${seconds} seconds.` });
  },
};

function requestToPay(desk: PaymentDesk, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { 'x-reference-id': id, 'x-callback-url': callback } = request.headers;
  if (typeof id !== 'string' || !UUID.test(id))
    return refuse(reply, 400, 'BAD_REQUEST', 'X-Reference-Id must be a UUID');
  const read = REQUEST.safeParse(request.body);
  if (!read.success) return refuse(reply, 400, 'BAD_REQUEST', read.error.issues[0]!.path.join('.'));
  if (desk.find(({ requestId }) => requestId === id) !== undefined) {
    return refuse(reply, 409, 'RESOURCE_ALREADY_EXIST', 'Duplicated reference id. Creation of resource failed.');
  }
  const { amount, currency, externalId: reference, payer } = read.data;
  const minor = minorIn(amount, currency);
  if (minor === null || minor <= 0n) return refuse(reply, 400, 'BAD_REQUEST', 'amount');
  const address = typeof callback === 'string' ? { webhookUrl: callback } : {};
  desk.start({ reference, minor, currency, operator: 'MTN', phone: payer.partyId, requestId: id, ...address });
  return reply.code(202).send();
}

const WORDS: Readonly<Record<string, string>> = { succeeded: 'SUCCESSFUL', failed: 'FAILED', expired: 'FAILED' };
const REASONS = ['NOT_ENOUGH_FUNDS', 'APPROVAL_REJECTED', 'PAYER_LIMIT_REACHED'] as const;

function statusOf(payment: Payment, now: Instant, status = changeAt(payment, now).status): object {
  const { minor, currency, reference, phone, requestId } = payment;
  const word = WORDS[status] ?? 'PENDING';
  const reason = status === 'expired' ? 'EXPIRED' : REASONS[numberOf({ id: requestId }) % REASONS.length];
  return {
    ...(word === 'SUCCESSFUL' ? { financialTransactionId: String(numberOf(payment)) } : {}),
    ...{ externalId: reference, amount: formatMinor(minor, currency), currency },
    ...{ payer: { partyIdType: 'MSISDN', partyId: phone }, payerMessage: '', payeeNote: '', status: word },
    ...(word === 'FAILED' ? { reason } : {}),
  };
}

/** A refund is of another product, and tells nothing here; a payment that is pending is not told. */
function webhookOf({ kind, payment, at }: PaymentEvent): readonly WebhookMessage[] {
  if (kind === 'pending' || kind === 'refunded' || kind === 'reversed') return [];
  const method = numberOf({ id: payment.operatorId }) % 2 === 0 ? 'PUT' : 'POST';
  const body = JSON.stringify(statusOf(payment, at, kind));
  return [{ method, url: payment.webhookUrl ?? null, headers: JSON_HEADERS, body }];
}

function uuidOf(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).send({ code, message });
}
