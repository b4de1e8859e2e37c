// The side of Paga, Nigeria: payment requests, their status, refunds, and accounts into which a payer pays again and
// again. Each call has HTTP Basic and a `hash`: SHA-512 over some of its values and a key. What the notification of a
// request looks like is shown nowhere: here it is the answer to `/status`. Sources: developer-docs.paga.com, Collect
// API; Paga-Developer-Community, its clients.

import { hash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { hasToken } from '../../gateway/authorisation.ts';
import { minorIn, type PaymentDesk } from '../../gateway/payment-desk.ts';
import type { Personality } from '../../gateway/personality.ts';
import { accountNumberOf, INTO_ACCOUNT, notificationOf, requestAnswer, requestStatus, sealed } from './forms.ts';

const CURRENCY = 'NGN';
const MONTH = 31 * 86_400_000;

const amount = z.union([z.string(), z.number()]);
const reference = z.string().min(1).max(60);
const REQUEST = z.object({
  ...{ referenceNumber: reference, amount, currency: z.literal(CURRENCY) },
  payer: z.object({ name: z.string(), phoneNumber: z.string().optional(), email: z.string().optional() }),
  payee: z.object({
    name: z.string(),
    ...{ accountNumber: z.string().optional(), phoneNumber: z.string().optional() },
    ...{ bankId: z.string().optional(), bankAccountNumber: z.string().optional() },
  }),
  callBackUrl: z.string().optional(),
});
const REFUND = z.object({ referenceNumber: reference, refundAmount: amount });
const ACCOUNT = z.object({
  referenceNumber: reference,
  accountReference: z.string().min(1),
  callbackUrl: z.string().optional(),
});
const HISTORY = z.object({ referenceNumber: reference, startDateTimeUTC: z.string(), endDateTimeUTC: z.string() });
const PAID_IN = z.object({ accountNumber: z.string(), amount, narration: z.string().min(1) });

export const PAGA: Personality = {
  name: 'paga',
  title: 'Paga',
  calls: {
    'POST /paymentRequest': { en: 'asks a payer for money', 'zh-CN': '向付款人收款' },
    'POST /status': { en: 'returns what became of a request', 'zh-CN': '查询收款请求的结果' },
    'POST /history': { en: 'lists the requests of a time', 'zh-CN': '列出某段时间的收款请求' },
    'POST /refund': { en: 'refunds what was paid, or a part of it', 'zh-CN': '全额或部分退款' },
    'POST /registerPersistentPaymentAccount': {
      en: 'opens an account for a payer, whose payments are told with a hash',
      'zh-CN': '为付款人开立账户，入账时通知附带哈希',
    },
    'POST /banks': { en: 'lists banks', 'zh-CN': '列出银行' },
    'POST /sandbox/transfers': {
      en: 'lets a payer pay into such an account; of the sandbox only, without a key',
      'zh-CN': '模拟付款人向该账户付款；仅沙箱提供，无需密钥',
    },
  },
  currencies: [CURRENCY],
  // There is no report of what it settled; of what failed and of what goes back nothing is told, and a request is
  // paid once.
  unreported: 'payments',
  without: [
    'twice',
    'refunded',
    'reversed',
    'failed-settled',
    'failed-then-paid',
    'missing',
    'doubled',
    'amount',
    'fee',
  ],
  limit: null,
  secrets: {
    public_key: (random) => random(16).toString('hex').toUpperCase(),
    secret_key: (random) => random(12).toString('base64url'),
    hash_key: (random) => random(64).toString('hex'),
    webhook: (random) => `paga:${random(16).toString('hex')}`,
  },
  account: ({ url, webhookUrl, secret }) => ({
    base_url: url,
    app: {
      ...{ public_key: secret('public_key'), secret_key: secret('secret_key'), hash_key: secret('hash_key') },
      ...{ name: 'Shop', callback_url: webhookUrl },
    },
    webhook: { scheme: 'basic', secrets: [secret('webhook')] },
  }),
  control(scope, desk) {
    scope.post('/sandbox/transfers', async (request, reply) => {
      const read = PAID_IN.safeParse(request.body);
      const address = desk.addresses.get(read.data?.accountNumber ?? '');
      const minor = minorIn(String(read.data?.amount), CURRENCY);
      if (!read.success || address === undefined || minor === null || minor <= 0n)
        return refuse(reply, 'Unknown account');
      const { accountNumber: phone, narration } = read.data;
      const webhook = address === '' ? {} : { webhookUrl: address };
      desk.start({ reference: narration, minor, currency: CURRENCY, operator: INTO_ACCOUNT, phone, ...webhook });
      return reply.send({ statusCode: '0', statusMessage: 'success' });
    });
  },
  serve(scope, desk) {
    const pair = Buffer.from(`${desk.secret('public_key')}:${desk.secret('secret_key')}`).toString('base64');
    scope.addHook('preHandler', async (request, reply) => {
      if (hasToken(request, `Basic ${pair}`)) return undefined;
      return reply.code(401).send({ error: 'Unauthorized', message: 'Invalid credentials' });
    });
    registerRequests(scope, desk);
    registerAccounts(scope, desk);
    scope.post('/banks', async (request, reply) => {
      const read = z.object({ referenceNumber: reference }).safeParse(request.body);
      if (!read.success || !isHashed(request, desk, [read.data.referenceNumber]))
        return refuse(reply, 'Invalid request');
      return reply.send({ ...read.data, statusCode: '0', statusMessage: 'success', banks: [{ name: 'Access Bank' }] });
    });
  },
  webhooks: notificationOf,
  seal: sealed,
  proof: (_body, secret) => ({ authorization: `Basic ${Buffer.from(secret('webhook')).toString('base64')}` }),
  retries: [],
  isTaken: (status) => status === 200,
  refuse(reply, trouble, seconds, roll) {
    if (trouble === 'unavailable') return reply.code(roll === 10 ? 503 : 500).send({ error: 'Internal Server Error' });
    return reply.code(429).header('retry-after', String(seconds)).send({ error: 'Too Many Requests' });
  },
};

/** Whether the header `hash` is that of these values; those that a request lacks are left out. */
function isHashed({ headers }: FastifyRequest, desk: PaymentDesk, values: readonly (string | undefined)[]): boolean {
  return (
    headers.hash ===
    hash('sha512', values.filter((value) => value !== undefined).join('') + desk.secret('hash_key'), 'hex')
  );
}

function registerRequests(scope: FastifyInstance, desk: PaymentDesk): void {
  scope.post('/paymentRequest', async (request, reply) => start(desk, request, reply));
  scope.post('/status', async (request, reply) => {
    const read = z.object({ referenceNumber: reference }).safeParse(request.body);
    if (!read.success || !isHashed(request, desk, [read.data.referenceNumber])) return refuse(reply, 'Invalid request');
    const { referenceNumber } = read.data;
    const payment = desk.newest(referenceNumber);
    if (payment === undefined || payment.operator === INTO_ACCOUNT) {
      return refuse(reply, 'Payment request not found', referenceNumber);
    }
    return reply.send(requestStatus(payment, desk.now));
  });
  scope.post('/history', async (request, reply) => {
    const read = HISTORY.safeParse(request.body);
    if (!read.success || !isHashed(request, desk, [read.data.referenceNumber])) return refuse(reply, 'Invalid request');
    const { referenceNumber, startDateTimeUTC, endDateTimeUTC } = read.data;
    const [from, to] = [Date.parse(`${startDateTimeUTC}Z`), Date.parse(`${endDateTimeUTC}Z`)];
    if (!(to - from <= MONTH)) return refuse(reply, 'Period must not be longer than a month', referenceNumber);
    const found = desk.payments().filter(({ createdAt }) => createdAt >= from && createdAt <= to);
    const items = found.map((payment) => ({ ...requestStatus(payment, desk.now) }));
    return reply.send({ referenceNumber, statusCode: '0', statusMessage: 'success', items });
  });
  scope.post('/refund', async (request, reply) => {
    const read = REFUND.safeParse(request.body);
    if (!read.success) return refuse(reply, 'Invalid request');
    const { referenceNumber } = read.data;
    const refundAmount = String(read.data.refundAmount);
    if (!isHashed(request, desk, [referenceNumber, refundAmount]))
      return refuse(reply, 'Invalid hash', referenceNumber);
    const payment = desk.newest(referenceNumber);
    const minor = minorIn(refundAmount, CURRENCY);
    const made = payment === undefined || minor === null ? null : desk.refund(payment, minor);
    return made === null
      ? refuse(reply, 'Refund is not possible', referenceNumber)
      : reply.send({ referenceNumber, statusCode: '0', statusMessage: 'success' });
  });
}

function start(desk: PaymentDesk, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const read = REQUEST.safeParse(request.body);
  if (!read.success) return refuse(reply, `${read.error.issues[0]!.path.join('.')} is invalid`);
  const { referenceNumber, currency, payer, payee, callBackUrl } = read.data;
  const text = String(read.data.amount);
  const values = [referenceNumber, text, currency, payer.phoneNumber, payer.email];
  const ofPayee = [payee.accountNumber, payee.phoneNumber, payee.bankId, payee.bankAccountNumber];
  if (!isHashed(request, desk, [...values, ...ofPayee])) return refuse(reply, 'Invalid hash', referenceNumber);
  if (desk.newest(referenceNumber) !== undefined) return refuse(reply, 'Duplicate reference number', referenceNumber);
  const minor = minorIn(text, currency);
  if (minor === null || minor <= 0n) return refuse(reply, 'Invalid amount', referenceNumber);
  const address = callBackUrl === undefined ? {} : { webhookUrl: callBackUrl };
  const phone = payer.phoneNumber ?? '';
  return reply.send(
    requestAnswer(desk.start({ reference: referenceNumber, minor, currency, operator: '', phone, ...address })),
  );
}

/** An account knows its own address; a payment into it knows no order. */
function registerAccounts(scope: FastifyInstance, desk: PaymentDesk): void {
  scope.post('/registerPersistentPaymentAccount', async (request, reply) => {
    const read = ACCOUNT.safeParse(request.body);
    if (!read.success) return refuse(reply, 'Invalid request');
    const { referenceNumber, accountReference, callbackUrl } = read.data;
    if (!isHashed(request, desk, [referenceNumber, accountReference, callbackUrl]))
      return refuse(reply, 'Invalid hash', referenceNumber);
    const accountNumber = accountNumberOf(accountReference);
    desk.addresses.set(accountNumber, callbackUrl ?? '');
    return reply.send({ referenceNumber, statusCode: '0', statusMessage: 'success', accountReference, accountNumber });
  });
}

/** A refusal comes with HTTP 200. */
function refuse(reply: FastifyReply, statusMessage: string, referenceNumber: string | null = null): FastifyReply {
  return reply.send({ referenceNumber, statusCode: '-1', statusMessage });
}
