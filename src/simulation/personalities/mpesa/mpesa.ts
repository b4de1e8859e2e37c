// The side of M-Pesa in Kenya (Daraja, of Safaricom): nothing is signed, a limit is a fault of the server, the status
// of a payment and a reversal are answered later, and a payer may pay without being asked. Source: Daraja documentation
// 3.0.

import { hash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isDate } from '../../../domain/time.ts';
import { hasToken } from '../../gateway/authorisation.ts';
import type { Payment } from '../../gateway/payment.ts';
import { minorIn, type PaymentDesk } from '../../gateway/payment-desk.ts';
import type { Personality } from '../../gateway/personality.ts';
import { webhooksOf } from './callbacks.ts';
import {
  checkoutOf,
  DESCRIPTIONS,
  merchantRequestOf,
  PAY_BILL,
  receiptOf,
  resultCodeOf,
  SHORT_CODE,
  STK_PUSH,
} from './forms.ts';
import { conversationOf, originatorOf, refusedReversal, statusResult } from './results.ts';
import { pulledOf, statementOf } from './statement.ts';

const SECOND = 1_000;
const TOKEN_SECONDS = 3_599;
const CONFIRMATION = 'confirmation';
/** Where the list is registered, if it is. */
const PULLED = 'pull';
const NOMINATED_NUMBER = '254722000000';

const text = z.union([z.string(), z.number()]).transform(String);
const STK = z.object({
  BusinessShortCode: text,
  Password: z.string(),
  Timestamp: z.string().regex(/^\d{14}$/),
  TransactionType: z.enum(['CustomerPayBillOnline', 'CustomerBuyGoodsOnline']),
  Amount: text.pipe(z.string().regex(/^[1-9]\d{0,5}$/)),
  PhoneNumber: text.pipe(z.string().regex(/^254(7|1)\d{8}$/)),
  CallBackURL: z.url(),
  AccountReference: z.string().min(1).max(12),
  TransactionDesc: z.string().max(13),
});
const STK_QUERY = z.object({ BusinessShortCode: text, CheckoutRequestID: z.string() });
const STATUS = z.object({
  TransactionID: z.string().optional(),
  OriginalConversationID: z.string().optional(),
  ResultURL: z.url(),
});
const REVERSAL = z.object({ TransactionID: z.string(), Amount: text, ResultURL: z.url() });
const REGISTER = z.object({ ShortCode: text, ResponseType: z.string(), ConfirmationURL: z.url() });
const SIMULATE = z.object({ ShortCode: text, Amount: text, Msisdn: text, BillRefNumber: z.string() });
const PULL_REGISTER = z.object({
  ShortCode: text,
  RequestType: z.literal('Pull'),
  NominatedNumber: text,
  CallBackURL: z.url(),
});
const PULL = z.object({ ShortCode: text, StartDate: z.string(), EndDate: z.string(), OffSetValue: text });

export const MPESA: Personality = {
  name: 'mpesa',
  title: 'M-Pesa',
  calls: {
    'GET /oauth/v1/generate': { en: 'gives a token for an hour', 'zh-CN': '获取一小时有效的令牌' },
    'POST /mpesa/stkpush/v1/processrequest': {
      en: 'asks a payer for money on the telephone; an unsigned callback may follow',
      'zh-CN': '在付款人手机上发起收款；可能有未签名的回调',
    },
    'POST /mpesa/stkpushquery/v1/query': { en: 'returns what became of it', 'zh-CN': '查询收款请求的结果' },
    'POST /mpesa/c2b/v1/registerurl, /mpesa/c2b/v1/simulate': {
      en: 'takes the address of confirmations; plays a payer who types the reference',
      'zh-CN': '登记确认通知地址；模拟付款人自行输入参考号付款',
    },
    'POST /mpesa/transactionstatus/v1/query': {
      en: 'answers later, to the result URL',
      'zh-CN': '查询状态；结果稍后发到结果地址',
    },
    'POST /mpesa/reversal/v1/request': { en: 'gives money back; answers later', 'zh-CN': '冲正；结果稍后发到结果地址' },
    'POST /pulltransactions/v1/register': {
      en: 'registers the short code for the list',
      'zh-CN': '登记短码以便查询付款列表',
    },
    'POST /pulltransactions/v1/query': { en: 'lists the payments of 48 hours', 'zh-CN': '列出近 48 小时的付款' },
    'GET /portal/statement?date=': { en: "the portal's statement of a day", 'zh-CN': '门户网站某日的账单' },
  },
  currencies: ['KES'],
  without: [],
  // A request that failed contradicts no receipt: its payer may have paid without being asked. A line that is doubled
  // has a receipt of its own, and so is another payment.
  toldOtherwise: { 'failed-settled': null, 'failed-then-paid': null, doubled: 'DUPLICATE_PAYMENT' },
  limit: null,
  secrets: {
    consumer_key: (random) => random(24).toString('base64url'),
    consumer_secret: (random) => random(24).toString('base64url'),
    passkey: (random) => random(32).toString('hex'),
    initiator_credential: (random) => random(128).toString('base64'),
    webhook_path: (random) => random(24).toString('base64url'),
  },
  account: ({ url, webhookUrl, secret }) => ({
    base_url: url,
    app: {
      ...{ consumer_key: secret('consumer_key'), consumer_secret: secret('consumer_secret') },
      ...{ short_code: SHORT_CODE, passkey: secret('passkey') },
    },
    initiator: { name: 'testapi', security_credential: secret('initiator_credential') },
    callback_url: webhookUrl,
    // Its list writes the times of Nairobi with a Z.
    pull: { nominated_number: NOMINATED_NUMBER, zone: 'Africa/Nairobi' },
    rate: { per_minute: 100, burst: 10 },
    // Nothing is signed: who does not know the path is turned away.
    webhook: { path: secret('webhook_path') },
  }),
  serve(scope, desk) {
    const tokens = new Map<string, number>();
    scope.addHook('preHandler', async (request, reply) => {
      const [token, until] = [...tokens].at(-1) ?? ['', 0];
      const isLogin = request.routeOptions.url === '/oauth/v1/generate';
      const basic = Buffer.from(`${desk.secret('consumer_key')}:${desk.secret('consumer_secret')}`).toString('base64');
      if (isLogin ? hasToken(request, `Basic ${basic}`) : until > desk.now && hasToken(request, `Bearer ${token}`)) {
        return undefined;
      }
      return isLogin
        ? fault(reply, 400, '400.008.01', 'Invalid Authentication passed')
        : fault(reply, 401, '404.001.03', 'Invalid Access Token');
    });
    scope.get('/oauth/v1/generate', async (_request, reply) => {
      const token = hash('sha256', `${desk.secret('consumer_key')} ${desk.now}`, 'base64url');
      tokens.set(token, desk.now + TOKEN_SECONDS * SECOND);
      return reply.send({ access_token: token, expires_in: String(TOKEN_SECONDS) });
    });
    registerPayments(scope, desk);
    registerQueries(scope, desk);
  },
  webhooks: (event, desk) => webhooksOf(event, desk.addresses.get(CONFIRMATION) ?? null),
  proof: () => ({}),
  // None are documented: what is not taken is lost, and left to the statement and to queries.
  retries: [],
  isTaken: (status) => status >= 200 && status < 300,
  refuse(reply, trouble, _seconds, roll) {
    if (trouble === 'limited')
      return fault(reply, 500, '500.003.02', 'System is busy. Please try again in few minutes.');
    return fault(reply, roll === 10 ? 503 : 500, '500.003.1001', 'Internal Server Error');
  },
};

function registerPayments(scope: FastifyInstance, desk: PaymentDesk): void {
  scope.post('/mpesa/stkpush/v1/processrequest', async (request, reply) => push(desk, request, reply));
  scope.post('/mpesa/c2b/v1/registerurl', async (request, reply) => register(desk, request, reply));
  scope.post('/mpesa/c2b/v2/registerurl', async (request, reply) => register(desk, request, reply));
  scope.post('/mpesa/c2b/v1/simulate', async (request, reply) => {
    const read = SIMULATE.safeParse(request.body);
    if (!read.success) return invalid(reply, read.error);
    const { BillRefNumber: reference, Amount: amount, Msisdn: phone } = read.data;
    const minor = minorIn(amount, 'KES');
    if (minor === null) return fault(reply, 400, '400.002.02', 'Bad Request - Invalid Amount');
    desk.start({ reference, minor, currency: 'KES', operator: PAY_BILL, phone });
    return accepted(reply, desk);
  });
  scope.post('/mpesa/reversal/v1/request', async (request, reply) => {
    const read = REVERSAL.safeParse(request.body);
    if (!read.success) return invalid(reply, read.error);
    const { TransactionID: receipt, Amount: amount, ResultURL: url } = read.data;
    const payment = desk.find((one) => receiptOf(one) === receipt);
    const minor = minorIn(amount, 'KES');
    const made = payment === undefined || minor === null ? null : desk.refund(payment, minor, url);
    if (made === null) desk.answerLater(refusedReversal(url, desk.now), 5 * SECOND);
    return accepted(reply, desk);
  });
}

/** The password is the base64 of the short code, the passkey and the time of the request. */
function push(desk: PaymentDesk, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const read = STK.safeParse(request.body);
  if (!read.success) return invalid(reply, read.error);
  const { BusinessShortCode: code, Password: password, Timestamp: time, Amount: amount } = read.data;
  const right = Buffer.from(`${code}${desk.secret('passkey')}${time}`).toString('base64');
  if (code !== SHORT_CODE) return fault(reply, 400, '400.002.02', 'Bad Request - Invalid BusinessShortCode');
  if (password !== right) return fault(reply, 500, '500.001.1001', 'Wrong credentials');
  const { PhoneNumber: phone, CallBackURL: webhookUrl, AccountReference: reference } = read.data;
  const minor = BigInt(amount) * 100n;
  const payment = desk.start({ reference, minor, currency: 'KES', operator: STK_PUSH, phone, webhookUrl });
  const said = 'Success. Request accepted for processing';
  return reply.send({
    ...{ MerchantRequestID: merchantRequestOf(payment), CheckoutRequestID: checkoutOf(payment) },
    ...{ ResponseCode: '0', ResponseDescription: said, CustomerMessage: said },
  });
}

function register(desk: PaymentDesk, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const read = REGISTER.safeParse(request.body);
  if (!read.success) return invalid(reply, read.error);
  desk.addresses.set(CONFIRMATION, read.data.ConfirmationURL);
  return accepted(reply, desk);
}

function registerQueries(scope: FastifyInstance, desk: PaymentDesk): void {
  scope.post('/mpesa/stkpushquery/v1/query', async (request, reply) => {
    const read = STK_QUERY.safeParse(request.body);
    if (!read.success) return invalid(reply, read.error);
    const payment = desk.find((one) => checkoutOf(one) === read.data.CheckoutRequestID);
    if (payment === undefined) return fault(reply, 400, '400.002.02', 'Bad Request - Invalid CheckoutRequestID');
    const code = resultCodeOf(payment, desk.now);
    if (code === null) return fault(reply, 500, '500.001.1001', 'The transaction is being processed');
    return reply.send({
      ...{ ResponseCode: '0', ResponseDescription: 'The service request has been accepted successsfully' },
      ...{ MerchantRequestID: merchantRequestOf(payment), CheckoutRequestID: checkoutOf(payment) },
      ...{ ResultCode: String(code), ResultDesc: DESCRIPTIONS[code] },
    });
  });
  scope.post('/mpesa/transactionstatus/v1/query', async (request, reply) => {
    const read = STATUS.safeParse(request.body);
    if (!read.success) return invalid(reply, read.error);
    const { TransactionID: receipt, OriginalConversationID: conversation, ResultURL: url } = read.data;
    const isAsked = (payment: Payment) =>
      receipt === undefined || receipt === ''
        ? merchantRequestOf(payment) === conversation
        : receiptOf(payment) === receipt;
    const payment = desk.find((one) => isPaid(one, desk) && isAsked(one));
    desk.answerLater(statusResult(url, payment, desk.now), 5 * SECOND);
    return accepted(reply, desk);
  });
  scope.post('/pulltransactions/v1/register', async (request, reply) => {
    const read = PULL_REGISTER.safeParse(request.body);
    if (!read.success) return invalid(reply, read.error);
    const { ShortCode, CallBackURL } = read.data;
    const isKnown = desk.addresses.has(PULLED);
    desk.addresses.set(PULLED, CallBackURL);
    return reply.send({
      ...{ ResponseRefID: conversationOf(desk.now), ResponseStatus: isKnown ? '1001' : '1000', ShortCode },
      ResponseDescription: isKnown ? 'ShortCode already Registered' : 'Shortcode Registered Successfully',
    });
  });
  scope.post('/pulltransactions/v1/query', async (request, reply) => {
    const read = PULL.safeParse(request.body);
    if (!read.success) return invalid(reply, read.error);
    const { StartDate: from, EndDate: to, OffSetValue: offset } = read.data;
    return reply.send({
      ...{ ResponseRefID: conversationOf(desk.now), ResponseCode: '1000', ResponseMessage: 'Success' },
      Response: [pulledOf(desk, from, to, Number(offset))],
    });
  });
  scope.get('/portal/statement', async (request, reply) => {
    const { date = '' } = request.query as { date?: string };
    if (!isDate(date)) return fault(reply, 400, '400.002.02', 'Bad Request - Invalid date');
    const statement = statementOf(desk, date);
    if (statement === null) return fault(reply, 404, '404.001.01', 'Resource not found');
    return reply.type('text/csv; charset=utf-8').send(statement);
  });
}

function isPaid({ paidAt }: Payment, { now }: PaymentDesk): boolean {
  return paidAt !== null && paidAt <= now;
}

function accepted(reply: FastifyReply, { now }: PaymentDesk): FastifyReply {
  const [OriginatorConversationID, ConversationID] = [originatorOf(now), conversationOf(now)];
  const said = { ResponseCode: '0', ResponseDescription: 'Accept the service request successfully.' };
  return reply.send({
    OriginatorConversationID,
    OriginatorCoversationID: OriginatorConversationID,
    ConversationID,
    ...said,
  });
}

function invalid(reply: FastifyReply, { issues }: z.ZodError): FastifyReply {
  return fault(reply, 400, '400.002.02', `Bad Request - Invalid ${issues[0]!.path.join('.')}`);
}

function fault(reply: FastifyReply, status: number, errorCode: string, errorMessage: string): FastifyReply {
  return reply.code(status).send({ requestId: '1c5b-4ba8-815c-ac45c57a3db01495926', errorCode, errorMessage });
}
