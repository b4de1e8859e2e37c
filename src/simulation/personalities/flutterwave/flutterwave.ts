// The side of Flutterwave, version 3 of its API. Amounts are major units as numbers; a webhook holds the merchant's
// secret hash in plain text and no signature; a reference may be used again. Source: developer.flutterwave.com/docs.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { hasToken } from '../../gateway/authorisation.ts';
import { minorIn, type PaymentDesk } from '../../gateway/payment-desk.ts';
import type { Personality } from '../../gateway/personality.ts';
import { numberOf, pageOf, queryNumber } from '../../gateway/wire-forms.ts';
import { chargeOf, listedOf, refundOf, webhookOf } from './forms.ts';
import { settlementNumbered, settlementsOf } from './settlements.ts';

const CURRENCIES = ['GHS', 'KES', 'NGN', 'RWF', 'UGX', 'XOF', 'TZS', 'ZMW'];
const MINUTE = 60_000;
const PAGE_SIZE = 20;

const CHARGE = z.object({
  tx_ref: z.string().min(1).max(100),
  amount: z.union([z.number(), z.string()]).transform(String),
  currency: z.enum(CURRENCIES as [string, ...string[]]),
  email: z.string().min(3),
  phone_number: z.string().optional(),
  network: z.string().optional(),
});
const REFUND = z.object({ amount: z.union([z.number(), z.string()]).transform(String).optional() });

export const FLUTTERWAVE: Personality = {
  name: 'flutterwave',
  title: 'Flutterwave',
  calls: {
    'POST /v3/charges?type=': {
      en: 'asks a payer for money; the result comes as a webhook',
      'zh-CN': '向付款人收款；结果以回调通知',
    },
    'GET /v3/transactions/:id/verify': { en: 'returns a transaction', 'zh-CN': '查询一笔交易' },
    'GET /v3/transactions/verify_by_reference?tx_ref=': {
      en: 'returns the newest transaction with a reference',
      'zh-CN': '按商户参考号查询最新一笔交易',
    },
    'GET /v3/transactions': { en: 'lists transactions', 'zh-CN': '列出交易' },
    'POST /v3/transactions/:id/refund': { en: 'refunds a transaction, or a part of it', 'zh-CN': '全额或部分退款' },
    'GET /v3/refunds': { en: 'lists refunds', 'zh-CN': '列出退款' },
    'GET /v3/settlements': { en: 'lists settlements, one a day and currency', 'zh-CN': '列出结算，每日每币种一笔' },
    'GET /v3/settlements/:id': { en: 'returns one with its transactions', 'zh-CN': '查询某笔结算及其交易' },
  },
  currencies: CURRENCIES,
  without: [],
  limit: null,
  secrets: {
    secret_key: (random) => `FLWSECK_TEST-${random(16).toString('hex')}-X`,
    secret_hash: (random) => random(16).toString('hex'),
  },
  account: ({ secret }) => ({
    webhook: { secrets: [secret('secret_hash')] },
  }),
  serve(scope, desk) {
    scope.addHook('preHandler', async (request, reply) => {
      if (hasToken(request, `Bearer ${desk.secret('secret_key')}`)) return undefined;
      return refuse(reply, 401, 'Authorization required');
    });
    registerTransactions(scope, desk);
    registerRefunds(scope, desk);
    registerSettlements(scope, desk);
  },
  webhooks: webhookOf,
  proof: (_body, secret) => ({ 'verif-hash': secret('secret_hash') }),
  // With retries switched on in its dashboard.
  retries: [30 * MINUTE, 30 * MINUTE, 30 * MINUTE],
  isTaken: (status) => status === 200,
  refuse(reply, trouble, seconds, roll) {
    if (trouble === 'unavailable') return refuse(reply, roll === 10 ? 503 : 500, 'Something went wrong');
    return refuse(reply.header('retry-after', String(seconds)), 429, 'Too many requests');
  },
};

type Asked = FastifyRequest<{ Params: Record<string, string>; Querystring: Record<string, string> }>;

function registerTransactions(scope: FastifyInstance, desk: PaymentDesk): void {
  scope.post('/v3/charges', async (request, reply) => charge(desk, request, reply));
  scope.get('/v3/transactions/verify_by_reference', async ({ query }: Asked, reply) => {
    const payment = desk.newest(query.tx_ref ?? '');
    if (payment === undefined) return refuse(reply, 404, 'No transaction was found for this id');
    return answer(reply, 'Transaction fetched successfully', chargeOf(payment, desk.now));
  });
  scope.get('/v3/transactions/:id/verify', async ({ params }: Asked, reply) => {
    const payment = desk.find((one) => String(numberOf(one)) === params.id);
    if (payment === undefined) return refuse(reply, 404, 'No transaction was found for this id');
    return answer(reply, 'Transaction fetched successfully', chargeOf(payment, desk.now));
  });
  scope.get('/v3/transactions', async ({ query }: Asked, reply) => {
    const { from = '', to = '9', tx_ref: reference } = query;
    const rows = desk
      .payments()
      .filter((payment) => reference === undefined || payment.reference === reference)
      .filter(({ createdAt }) => {
        const date = new Date(createdAt).toISOString();
        return date >= from && date.slice(0, to.length) <= to;
      })
      .reverse();
    return list(
      reply,
      'Transactions fetched',
      rows.map((payment) => listedOf(payment, desk.now)),
      query,
    );
  });
}

/** A reference is not unique: each request is a charge of its own. */
function charge(desk: PaymentDesk, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const read = CHARGE.safeParse(request.body);
  if (!read.success) return refuse(reply, 400, `${read.error.issues[0]!.path.join('.')} is required`);
  const { tx_ref: reference, amount, currency, phone_number: phone = '', network: operator = '' } = read.data;
  const minor = minorIn(amount, currency);
  if (minor === null || minor <= 0n) return refuse(reply, 400, 'amount should be a number with at most 2 decimals');
  const payment = desk.start({ reference, minor, currency, operator, phone });
  return answer(reply, 'Charge initiated', chargeOf(payment, desk.now));
}

function registerRefunds(scope: FastifyInstance, desk: PaymentDesk): void {
  scope.post('/v3/transactions/:id/refund', async (request, reply) => {
    const { params, body } = request as Asked & { body: unknown };
    const payment = desk.find((one) => String(numberOf(one)) === params.id);
    const read = REFUND.safeParse(body ?? {});
    if (payment === undefined || !read.success) return refuse(reply, 400, 'No transaction was found for this id');
    const { amount } = read.data;
    const minor = amount === undefined ? payment.minor : minorIn(amount, payment.currency);
    const made = minor === null ? null : desk.refund(payment, minor);
    if (made === null) return refuse(reply, 400, 'Amount to refund is greater than the transaction amount');
    return answer(reply, 'Transaction refund initiated', refundOf(payment, made, desk.now));
  });
  scope.get('/v3/refunds', async ({ query }: Asked, reply) => {
    const rows = desk
      .payments()
      .flatMap((payment) => payment.refunds.map((refund) => refundOf(payment, refund, desk.now)));
    return list(reply, 'Refunds fetched', rows, query);
  });
}

function registerSettlements(scope: FastifyInstance, desk: PaymentDesk): void {
  scope.get('/v3/settlements', async ({ query }: Asked, reply) => {
    return list(reply, 'Settlements fetched', settlementsOf(desk, query.from, query.to), query);
  });
  scope.get('/v3/settlements/:id', async ({ params }: Asked, reply) => {
    const found = settlementNumbered(desk, params.id!);
    return found === null ? refuse(reply, 404, 'Settlement not found') : answer(reply, 'Settlement fetched', found);
  });
}

function answer(reply: FastifyReply, message: string, data: unknown): FastifyReply {
  return reply.send({ status: 'success', message, data });
}

function list(
  reply: FastifyReply,
  message: string,
  rows: readonly object[],
  query: Readonly<Record<string, string>>,
): FastifyReply {
  const page = queryNumber(query.page, 1);
  const pages = Math.ceil(rows.length / PAGE_SIZE);
  const page_info = { total: rows.length, current_page: page, total_pages: pages, page_size: PAGE_SIZE };
  return reply.send({ status: 'success', message, meta: { page_info }, data: pageOf(rows, page, PAGE_SIZE) });
}

function refuse(reply: FastifyReply, status: number, message: string): FastifyReply {
  return reply.code(status).send({ status: 'error', message, data: null });
}
