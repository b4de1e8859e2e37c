// The side of Paystack. Amounts are hundredths in every currency, also in those without a minor unit; a charge that
// fails or is abandoned sends no webhook. Source: paystack.com/docs (payments/webhooks, api/transaction,
// api/settlement).

import { createHmac } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isDate } from '../../../domain/time.ts';
import { hasToken } from '../../gateway/authorisation.ts';
import type { Payment, Refund } from '../../gateway/payment.ts';
import type { PaymentDesk } from '../../gateway/payment-desk.ts';
import type { Personality } from '../../gateway/personality.ts';
import { numberOf, pageOf, queryNumber } from '../../gateway/wire-forms.ts';
import {
  createdAt,
  disputeOf,
  METADATA,
  minorOfHundredths,
  NOTES,
  refundOf,
  transactionOf,
  webhookOf,
} from './forms.ts';
import { settlementNumbered, settlementsOf, takenFrom } from './settlements.ts';

const CURRENCIES = ['NGN', 'GHS', 'KES', 'ZAR', 'XOF'];
const MINUTE = 60_000;
const PER_PAGE = 50;
const PER_PAGE_MAX = 100;

const CHARGE = z.object({
  email: z.string().min(3),
  amount: z.union([z.int(), z.string().regex(/^\d+$/)]),
  currency: z.enum(CURRENCIES as [string, ...string[]]).default('NGN'),
  reference: z
    .string()
    .regex(/^[\w.=-]+$/)
    .optional(),
  mobile_money: z.object({ phone: z.string(), provider: z.string() }).optional(),
  metadata: z.union([z.record(z.string(), z.unknown()), z.string()]).optional(),
});
const REFUND = z.object({
  transaction: z.union([z.string(), z.number()]),
  amount: z.union([z.int(), z.string().regex(/^\d+$/)]).optional(),
  customer_note: z.string().nullable().default(null),
  merchant_note: z.string().nullable().default(null),
});

export const PAYSTACK: Personality = {
  name: 'paystack',
  title: 'Paystack',
  calls: {
    'POST /charge': { en: 'asks a payer for money; a success comes as a webhook', 'zh-CN': '向付款人收款；成功时回调' },
    'GET /transaction/verify/:reference': { en: 'returns a transaction', 'zh-CN': '查询一笔交易' },
    'GET /transaction, /transaction/:id': { en: 'lists transactions, or returns one', 'zh-CN': '列出交易，或查询一笔' },
    'POST /refund': { en: 'refunds a transaction, or a part of it', 'zh-CN': '全额或部分退款' },
    'GET /refund': { en: 'lists refunds', 'zh-CN': '列出退款' },
    'GET /dispute': { en: 'lists disputes', 'zh-CN': '列出争议' },
    'GET /balance': { en: 'returns what is not paid out yet', 'zh-CN': '查询余额' },
    'GET /settlement': { en: 'lists settlements, one a day and currency', 'zh-CN': '列出结算，每日每币种一笔' },
    'GET /settlement/:id/transactions': { en: 'lists the transactions of one', 'zh-CN': '列出某笔结算的交易' },
  },
  currencies: CURRENCIES,
  // No webhook tells of a failure, and a poll may come too late to see one that was paid after all.
  without: ['failed-then-paid'],
  limit: null,
  secrets: { secret_key: (random) => `sk_test_${random(20).toString('hex')}` },
  account: ({ url, secret }) => ({
    ...{ base_url: url, api_key: secret('secret_key'), email: 'payments@shop.example' },
    rate: { per_minute: 100, burst: 10 },
    webhook: { secrets: [secret('secret_key')] },
    settlement: { at: '06:30', zone: 'Africa/Nairobi', alert_after: 'PT6H' },
  }),
  serve(scope, desk) {
    scope.addHook('preHandler', async (request, reply) => {
      if (hasToken(request, `Bearer ${desk.secret('secret_key')}`)) return undefined;
      return refuse(reply, 401, 'Invalid key');
    });
    registerTransactions(scope, desk);
    registerRefunds(scope, desk);
    registerDisputes(scope, desk);
    registerSettlements(scope, desk);
  },
  webhooks: webhookOf,
  proof: (body, secret) => ({
    'x-paystack-signature': createHmac('sha512', secret('secret_key')).update(body).digest('hex'),
  }),
  // Every three minutes for the first four, then hourly until 72 hours are over.
  retries: [...new Array<number>(4).fill(3 * MINUTE), ...new Array<number>(72).fill(60 * MINUTE)],
  isTaken: (status) => status === 200,
  refuse(reply, trouble, seconds, roll) {
    if (trouble === 'unavailable') return refuse(reply, roll === 10 ? 503 : 500, 'An error occurred');
    return refuse(reply.header('retry-after', String(seconds)), 429, 'Too many requests');
  },
};

type Asked = FastifyRequest<{ Params: Record<string, string>; Querystring: Record<string, string> }>;

function registerTransactions(scope: FastifyInstance, desk: PaymentDesk): void {
  scope.post('/charge', async (request, reply) => start(desk, request, reply, true));
  scope.post('/transaction/initialize', async (request, reply) => start(desk, request, reply, false));
  scope.get('/transaction/verify/:reference', async ({ params }: Asked, reply) => {
    const payment = desk.newest(params.reference!);
    if (payment === undefined) return refuse(reply, 400, 'Transaction reference not found.', 'transaction_not_found');
    return answer(reply, 'Verification successful', transactionOf(payment, desk.now));
  });
  scope.get('/transaction/:id', async ({ params }: Asked, reply) => {
    const payment = desk.find((one) => String(numberOf(one)) === params.id);
    if (payment === undefined) return refuse(reply, 404, 'Transaction not found', 'transaction_not_found');
    return answer(reply, 'Transaction retrieved', transactionOf(payment, desk.now));
  });
  scope.get('/transaction', async ({ query }: Asked, reply) => {
    const [from, to] = [Date.parse(query.from ?? ''), Date.parse(query.to ?? '')];
    const rows = desk
      .payments()
      .filter(({ createdAt }) => !(createdAt < from) && !(createdAt > to))
      .reverse()
      .map((payment) => transactionOf(payment, desk.now));
    return list(reply, 'Transactions retrieved', rows, query);
  });
}

function start(desk: PaymentDesk, request: FastifyRequest, reply: FastifyReply, isCharge: boolean): FastifyReply {
  const read = CHARGE.safeParse(request.body);
  if (!read.success) return refuse(reply, 400, `${read.error.issues[0]!.path.join('.')} is invalid`);
  const { amount, currency, mobile_money: wallet, reference = `T${desk.now}`, metadata } = read.data;
  if (desk.newest(reference) !== undefined) {
    return refuse(reply, 400, 'Duplicate Transaction Reference', 'duplicate_reference');
  }
  const minor = minorOfHundredths(BigInt(amount), currency);
  if (minor === null || minor <= 0n) return refuse(reply, 400, 'Invalid Amount Sent');
  const requested = { operator: wallet?.provider ?? 'card', phone: wallet?.phone ?? '' };
  const payment = desk.start({ reference, minor, currency, ...requested });
  METADATA.set(payment, metadata);
  if (isCharge) {
    const text = 'Please complete authorization process on your mobile phone';
    return answer(reply, 'Charge attempted', { reference, status: 'pay_offline', display_text: text });
  }
  const code = numberOf(payment).toString(36);
  const page = { authorization_url: `https://checkout.paystack.com/${code}`, access_code: code, reference };
  return answer(reply, 'Authorization URL created', page);
}

function registerRefunds(scope: FastifyInstance, desk: PaymentDesk): void {
  scope.post('/refund', async (request, reply) => {
    const read = REFUND.safeParse(request.body);
    if (!read.success) return refuse(reply, 400, 'Transaction is required');
    const name = String(read.data.transaction);
    const payment = desk.newest(name) ?? desk.find((one) => String(numberOf(one)) === name);
    if (payment === undefined) return refuse(reply, 404, 'Transaction not found', 'transaction_not_found');
    const { amount } = read.data;
    const minor = amount === undefined ? payment.minor : minorOfHundredths(BigInt(amount), payment.currency);
    const made = minor === null ? null : desk.refund(payment, minor);
    if (made === null) return refuse(reply, 400, 'Refund amount cannot be more than transaction amount');
    const { customer_note, merchant_note } = read.data;
    NOTES.set(made, { customer_note, merchant_note, createdAt: desk.now });
    return answer(reply, 'Refund has been queued for processing', refundOf(payment, made, desk.now, null));
  });
  scope.get('/refund', async ({ query }: Asked, reply) => {
    const settlementOf = takenFrom(desk);
    const rows = returnsOf(desk, query).map(([payment, one]) => refundOf(payment, one, desk.now, settlementOf(one)));
    return list(reply, 'Refunds retrieved', rows, query);
  });
}

function registerDisputes(scope: FastifyInstance, desk: PaymentDesk): void {
  scope.get('/dispute', async ({ query }: Asked, reply) => {
    const rows = returnsOf(desk, query).filter(([, { kind, at }]) => kind === 'reversal' && at <= desk.now);
    return list(
      reply,
      'Disputes retrieved',
      rows.map(([payment, one]) => disputeOf(payment, one)),
      query,
    );
  });
  scope.get('/balance', async (_, reply) => {
    const currencies = new Set(desk.payments().map(({ currency }) => currency));
    return answer(
      reply,
      'Balances retrieved',
      [...currencies].map((currency) => ({ currency, balance: 0 })),
    );
  });
}

/** Of a transaction, and by when the money was asked back. */
function returnsOf(desk: PaymentDesk, query: Readonly<Record<string, string>>): (readonly [Payment, Refund])[] {
  const { from = '', to = '', transaction } = query;
  const [since, until] = [Date.parse(from), Math.min(Date.parse(to) || desk.now, desk.now)];
  const isAsked = (payment: Payment) =>
    transaction === undefined || [payment.reference, String(numberOf(payment))].includes(transaction);
  return desk
    .payments()
    .filter(isAsked)
    .flatMap((payment) => payment.refunds.map((refund) => [payment, refund] as const))
    .filter(([, refund]) => !(createdAt(refund) < since) && createdAt(refund) <= until);
}

function registerSettlements(scope: FastifyInstance, desk: PaymentDesk): void {
  scope.get('/settlement', async ({ query }: Asked, reply) => {
    const [from, to] = [query.from?.slice(0, 10) ?? '', query.to?.slice(0, 10) ?? ''];
    if (!isDate(from) || !isDate(to)) return refuse(reply, 400, 'from and to are expected here');
    return list(reply, 'Settlements retrieved', settlementsOf(desk, from, to), query);
  });
  scope.get('/settlement/:id/transactions', async ({ params, query }: Asked, reply) => {
    const rows = settlementNumbered(desk, params.id!);
    if (rows === null) return refuse(reply, 404, 'Settlement not found');
    return list(reply, 'Transactions retrieved', rows, query);
  });
}

function answer(reply: FastifyReply, message: string, data: unknown): FastifyReply {
  return reply.send({ status: true, message, data });
}

function list(
  reply: FastifyReply,
  message: string,
  rows: readonly object[],
  query: Readonly<Record<string, string>>,
): FastifyReply {
  const perPage = Math.min(queryNumber(query.perPage, PER_PAGE), PER_PAGE_MAX);
  const page = queryNumber(query.page, 1);
  const meta = { total: rows.length, skipped: 0, perPage, page, pageCount: Math.ceil(rows.length / perPage) };
  return reply.send({ status: true, message, data: pageOf(rows, page, perPage), meta });
}

function refuse(reply: FastifyReply, status: number, message: string, code?: string): FastifyReply {
  return reply.code(status).send({ status: false, message, ...(code === undefined ? {} : { code }) });
}
