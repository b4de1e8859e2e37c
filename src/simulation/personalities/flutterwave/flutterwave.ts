// The side of Flutterwave, version 3 of its API. Amounts are major units as numbers; a webhook holds the merchant's
// secret hash in plain text and no signature; a reference may be used again. Source: developer.flutterwave.com/docs.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Instant } from '../../../domain/time.ts';
import { hasToken } from '../../gateway/authorisation.ts';
import type { Payment } from '../../gateway/payment.ts';
import { minorIn, type PaymentDesk } from '../../gateway/payment-desk.ts';
import type { Personality } from '../../gateway/personality.ts';
import { numberOf, pageOf, queryNumber } from '../../gateway/wire-forms.ts';
import { chargeOf, listedOf, listedRefundOf, refundOf, webhookOf } from './forms.ts';
import { settlementNumbered, settlementsOf } from './settlements.ts';

const CURRENCIES = ['GHS', 'KES', 'NGN', 'RWF', 'UGX', 'XOF', 'TZS', 'ZMW'];
const MINUTE = 60_000;
/** A page of transactions is shorter than one of refunds or settlements, and does not say so. */
const TRANSACTIONS = 10;
const PAGE_SIZE = 20;
const NONE = 'No transaction was found for this id';

const CHARGE = z.object({
  tx_ref: z.string().min(1).max(100),
  amount: z.union([z.number(), z.string()]).transform(String),
  currency: z.enum(CURRENCIES as [string, ...string[]]),
  email: z.string().min(3),
  phone_number: z.string().optional(),
  network: z.string().optional(),
  meta: z.record(z.string(), z.unknown()).optional(),
});
const REFUND = z.object({
  amount: z.union([z.number(), z.string()]).transform(String).optional(),
  comments: z.string().optional(),
});

/** What the merchant wrote to a charge or a refund, by their ids. */
interface Notes {
  readonly meta: Map<string, object>;
  /** Of each refund that it asked for. */
  readonly comments: Map<string, string | null>;
}

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
    'GET /v3/balances': { en: 'lists balances, one a currency', 'zh-CN': '列出各币种余额' },
    'GET /v3/refunds': { en: 'lists refunds', 'zh-CN': '列出退款' },
    'GET /v3/settlements': { en: 'lists settlements, one a day and currency', 'zh-CN': '列出结算，每日每币种一笔' },
    'GET /v3/settlements/:id': { en: 'returns one with its transactions', 'zh-CN': '查询某笔结算及其交易' },
  },
  currencies: CURRENCIES,
  unreported: 'returns',
  without: [],
  limit: null,
  secrets: {
    secret_key: (random) => `FLWSECK_TEST-${random(16).toString('hex')}-X`,
    secret_hash: (random) => random(16).toString('hex'),
  },
  account: ({ url, secret }) => ({
    ...{ base_url: `${url}/v3`, api_key: secret('secret_key'), email: 'payer@example.com' },
    webhook: { secrets: [secret('secret_hash')] },
    rate: { per_minute: 60, burst: 10 },
    settlement: { at: '06:30', zone: 'Africa/Nairobi', alert_after: 'PT6H' },
  }),
  serve(scope, desk) {
    scope.addHook('preHandler', async (request, reply) => {
      if (hasToken(request, `Bearer ${desk.secret('secret_key')}`)) return undefined;
      return refuse(reply, 401, 'Authorization required');
    });
    const notes: Notes = { meta: new Map(), comments: new Map() };
    registerTransactions(scope, desk, notes);
    registerRefunds(scope, desk, notes);
    registerSettlements(scope, desk);
    scope.get('/v3/balances', async (_request, reply) => {
      const data = CURRENCIES.map((currency) => ({ currency, available_balance: 0, ledger_balance: 0 }));
      return answer(reply, 'Wallet balances fetched', data);
    });
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

function registerTransactions(scope: FastifyInstance, desk: PaymentDesk, notes: Notes): void {
  scope.post('/v3/charges', async (request, reply) => charge(desk, notes, request, reply));
  const verified = (payment: Payment | undefined, reply: FastifyReply): FastifyReply => {
    if (payment === undefined) return refuse(reply, 400, NONE);
    const meta = notes.meta.get(payment.id) ?? null;
    return answer(reply, 'Transaction fetched successfully', { ...chargeOf(payment, desk.now), meta });
  };
  scope.get('/v3/transactions/verify_by_reference', async ({ query }: Asked, reply) =>
    verified(desk.newest(query.tx_ref ?? ''), reply),
  );
  scope.get('/v3/transactions/:id/verify', async ({ params }: Asked, reply) =>
    verified(
      desk.find((one) => String(numberOf(one)) === params.id),
      reply,
    ),
  );
  scope.get('/v3/transactions', async ({ query }: Asked, reply) => {
    const rows = desk
      .payments()
      .filter(({ reference }) => query.tx_ref === undefined || reference === query.tx_ref)
      .filter(({ createdAt }) => isWithin(createdAt, query))
      .reverse()
      .map((payment) => listedOf(payment, desk.now));
    return list(reply, 'Transactions fetched', rows, query, TRANSACTIONS);
  });
}

/** Dates of a query, both included. */
function isWithin(at: Instant, { from = '', to = '9' }: Readonly<Record<string, string>>): boolean {
  const date = new Date(at).toISOString();
  return date >= from && date.slice(0, to.length) <= to;
}

/** A reference is not unique: each request is a charge of its own. */
function charge(desk: PaymentDesk, notes: Notes, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const read = CHARGE.safeParse(request.body);
  if (!read.success) return refuse(reply, 400, `${read.error.issues[0]!.path.join('.')} is required`);
  const { tx_ref: reference, amount, currency, phone_number: phone = '', network: operator = '', meta } = read.data;
  const minor = minorIn(amount, currency);
  if (minor === null || minor <= 0n) return refuse(reply, 400, 'amount should be a number with at most 2 decimals');
  const payment = desk.start({ reference, minor, currency, operator, phone });
  if (meta !== undefined) notes.meta.set(payment.id, meta);
  return answer(reply, 'Charge initiated', chargeOf(payment, desk.now));
}

function registerRefunds(scope: FastifyInstance, desk: PaymentDesk, notes: Notes): void {
  scope.post('/v3/transactions/:id/refund', async (request, reply) => {
    const { params, body } = request as Asked & { body: unknown };
    const payment = desk.find((one) => String(numberOf(one)) === params.id);
    const read = REFUND.safeParse(body ?? {});
    if (payment === undefined || !read.success) return refuse(reply, 400, NONE);
    const { amount, comments } = read.data;
    const minor = amount === undefined ? payment.minor : minorIn(amount, payment.currency);
    const made = minor === null ? null : desk.refund(payment, minor);
    if (made === null) return refuse(reply, 400, 'Amount to refund is greater than the transaction amount');
    notes.comments.set(made.id, comments ?? null);
    return answer(reply, 'Transaction refund initiated', refundOf(payment, made, desk.now));
  });
  scope.get('/v3/refunds', async ({ query }: Asked, reply) => {
    const { id, currency } = query;
    const rows = desk
      .payments()
      .filter((payment) => id === undefined || String(numberOf(payment)) === id)
      .filter((payment) => currency === undefined || payment.currency === currency)
      .flatMap((payment) => payment.refunds.map((refund) => ({ payment, refund })))
      .filter(({ refund: { id: own, at } }) => isWithin(at, query) && (at <= desk.now || notes.comments.has(own)))
      .sort((left, right) => right.refund.at - left.refund.at)
      .map(({ payment, refund }) => listedRefundOf(payment, refund, desk.now, notes.comments.get(refund.id) ?? null));
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
  size = PAGE_SIZE,
): FastifyReply {
  const page = queryNumber(query.page, 1);
  const shown = size === PAGE_SIZE ? { page_size: size } : {};
  const page_info = { total: rows.length, current_page: page, total_pages: Math.ceil(rows.length / size), ...shown };
  return reply.send({ status: 'success', message, meta: { page_info }, data: pageOf(rows, page, size) });
}

function refuse(reply: FastifyReply, status: number, message: string): FastifyReply {
  return reply.code(status).send({ status: 'error', message, data: null });
}
