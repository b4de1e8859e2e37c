// The side of the provider `mfs-africa`: a gateway with all calls, whose webhooks are signed.

import { createHmac } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Papa from 'papaparse';
import { z } from 'zod';
import { formatMinor } from '../../../domain/money.ts';
import { formatInstant, isDate } from '../../../domain/time.ts';
import { hasToken } from '../../gateway/authorisation.ts';
import { changeAt } from '../../gateway/payment.ts';
import { leftOf, minorIn, type PaymentDesk } from '../../gateway/payment-desk.ts';
import type { PaymentEvent } from '../../gateway/payment-timeline.ts';
import type { Personality } from '../../gateway/personality.ts';
import type { SettledLine } from '../../gateway/settlement.ts';
import type { WebhookMessage } from '../../gateway/webhook-message.ts';
import { CURRENCIES, OPERATORS, type SandboxOperator } from './operators.ts';

const INITIATE = z.object({
  order_number: z.string().nullable().optional(),
  transaction_reference: z.string().min(1).max(256),
  amount: z.string(),
  currency: z.string().length(3),
  phone: z.string().regex(/^\+[1-9]\d{7,14}$/),
  operator_code: z.string(),
});
const REFUND = z.object({
  transaction_reference: z.string(),
  transaction_id: z.string(),
  amount: z.string(),
  currency: z.string(),
  reason: z.string().nullable().optional(),
});

export const MFS_AFRICA: Personality = {
  name: 'mfs-africa',
  title: 'MFS Africa',
  calls: {
    'POST /payments/initiate': {
      en: 'requests money from a payer; the result comes as a webhook',
      'zh-CN': '向付款人收款；结果以回调通知',
    },
    'POST /payments/refund': { en: 'refunds a payment', 'zh-CN': '退款' },
    'GET /payments/status?transaction_reference=': {
      en: 'returns the status of a payment',
      'zh-CN': '查询支付状态',
    },
    'GET /operators?country=': { en: 'lists the mobile money operators', 'zh-CN': '列出移动支付运营商' },
    'GET /settlements/report?date=&format=': {
      en: "returns a day's settlement report, csv or json, from the next morning",
      'zh-CN': '某日结算报告，csv 或 json，次日早晨起可取',
    },
  },
  currencies: CURRENCIES,
  without: [],
  limit: null,
  secrets: {
    api_key: (random) => random(18).toString('base64url'),
    webhook: (random) => random(24).toString('base64url'),
  },
  account: ({ url, secret, tolerance }) => ({
    ...{ base_url: url, api_key: secret('api_key') },
    webhook: { secrets: [secret('webhook')], tolerance },
    rate: { per_minute: 60, burst: 10 },
    settlement: { at: '06:30', zone: 'Africa/Nairobi', alert_after: 'PT6H' },
  }),
  serve(scope, desk) {
    const calls = new MfsAfricaCalls(desk);
    scope.addHook('preHandler', async (request, reply) => {
      if (!hasToken(request, `Bearer ${desk.secret('api_key')}`)) {
        return refuse(reply, 401, 'unauthorised', 'no valid key');
      }
      return undefined;
    });
    calls.register(scope);
  },
  webhooks: (event) => [webhookOf(event)],
  proof(body, secret, now) {
    const time = String(Math.floor(now / 1000));
    const signature = createHmac('sha256', secret('webhook')).update(`${time}.${body}`).digest('hex');
    return { 'x-signature': `t=${time},v1=${signature}` };
  },
  retries: [30, 120, 600, 3_600, 10_800, 21_600, 43_200].map((seconds) => seconds * 1_000),
  isTaken: (status) => status >= 200 && status < 300,
  /** Some gateways report the limit as a 500 with a code of their own: so does this one, now and then. */
  refuse(reply, trouble, seconds, roll) {
    if (trouble === 'unavailable') return refuse(reply, roll === 10 ? 503 : 500, 'unavailable', 'please try again');
    if (roll < 30) return refuse(reply, 500, '500.003.02', 'System is busy');
    return refuse(reply.header('retry-after', String(seconds)), 429, 'too_many_requests', 'slow down');
  },
};

class MfsAfricaCalls {
  private readonly desk: PaymentDesk;
  /** The response by idempotency key: a repeated request gets it again. */
  private readonly answers = new Map<string, { readonly body: string; readonly answer: object }>();

  constructor(desk: PaymentDesk) {
    this.desk = desk;
  }

  register(scope: FastifyInstance): void {
    scope.post('/payments/initiate', async (request, reply) => this.initiate(request, reply));
    scope.post('/payments/refund', async (request, reply) => this.refund(request, reply));
    scope.get('/payments/status', async (request, reply) => this.status(request, reply));
    scope.get('/operators', async (request) => {
      const { country } = request.query as { country?: string };
      return { operators: OPERATORS.filter((one) => country === undefined || one.country === country) };
    });
    scope.get('/settlements/report', async (request, reply) => this.report(request, reply));
  }

  private initiate(request: FastifyRequest, reply: FastifyReply) {
    const read = INITIATE.safeParse(request.body);
    if (!read.success) return refuse(reply, 400, 'invalid', read.error.issues[0]!.path.join('.'));
    const known = this.answerOf(request);
    if (known !== undefined) return answerAgain(reply, known);
    const { transaction_reference: reference, amount, currency, phone, operator_code } = read.data;
    const operator = OPERATORS.find(({ code }) => code === operator_code);
    if (operator === undefined) return refuse(reply, 400, 'operator_unknown', operator_code);
    if (!operator.currencies.includes(currency)) return refuse(reply, 400, 'currency_unsupported', currency);
    const minor = minorIn(amount, currency);
    if (minor === null || isTooFine(amount, operator)) return refuse(reply, 400, 'amount_precision', amount);
    if (minor <= 0n) return refuse(reply, 400, 'amount_range', amount);
    const payment = this.desk.start({ reference, minor, currency, operator: operator_code, phone });
    const answer = {
      transaction_reference: reference,
      transaction_id: payment.id,
      request_id: payment.requestId,
      status: 'pending',
      created_at: formatInstant(payment.createdAt),
    };
    return reply.code(202).send(this.keepAnswer(request, answer));
  }

  private refund(request: FastifyRequest, reply: FastifyReply) {
    const read = REFUND.safeParse(request.body);
    if (!read.success) return refuse(reply, 400, 'invalid', read.error.issues[0]!.path.join('.'));
    const known = this.answerOf(request);
    if (known !== undefined) return answerAgain(reply, known);
    const { transaction_reference: reference, transaction_id: id, amount, currency } = read.data;
    const payment = this.desk.references.get(reference)?.find((one) => one.id === id);
    const minor = minorIn(amount, currency);
    const now = this.desk.now;
    if (payment?.paidAt == null || payment.paidAt > now || payment.currency !== currency || minor === null) {
      return refuse(reply, 409, 'not_refundable', id);
    }
    const operator = OPERATORS.find(({ code }) => code === payment.operator);
    if (operator !== undefined && isTooFine(amount, operator)) return refuse(reply, 400, 'amount_precision', amount);
    const left = formatMinor(leftOf(payment), currency);
    const made = this.desk.refund(payment, minor);
    if (made === null) return refuse(reply, 409, 'not_refundable', `at most ${left} is left`);
    const answer = {
      refund_id: made.id,
      transaction_reference: reference,
      original_transaction_id: id,
      status: 'pending',
      created_at: formatInstant(now),
    };
    return reply.code(202).send(this.keepAnswer(request, answer));
  }

  private status(request: FastifyRequest, reply: FastifyReply) {
    const { transaction_reference: reference = '' } = request.query as { transaction_reference?: string };
    const payment = this.desk.newest(reference);
    if (payment === undefined) return refuse(reply, 404, 'not_found', reference);
    const { status, at } = changeAt(payment, this.desk.now);
    return reply.send({
      transaction_reference: reference,
      transaction_id: payment.id,
      request_id: payment.requestId,
      operator_transaction_id: payment.operatorId,
      status,
      amount: formatMinor(payment.minor, payment.currency),
      currency: payment.currency,
      updated_at: formatInstant(at),
    });
  }

  private report(request: FastifyRequest, reply: FastifyReply) {
    const { date = '', format = 'csv' } = request.query as { date?: string; format?: string };
    if (!isDate(date)) return refuse(reply, 400, 'invalid', 'date');
    const lines = this.desk.report(date)?.map(lineOf);
    if (lines === undefined) return refuse(reply, 404, 'report_not_ready', date);
    if (format === 'json') return reply.send({ report_id: `SR-${date}`, settlement_date: date, lines });
    const csv = Papa.unparse({ fields: [...COLUMNS], data: lines.map((line) => COLUMNS.map((name) => line[name])) });
    return reply.type('text/csv; charset=utf-8').send(`${csv}\r\n`);
  }

  /** The earlier response to the request's key; `isOther` if that was to a different request. */
  private answerOf({
    headers,
    url,
    body,
  }: FastifyRequest): { readonly isOther: boolean; readonly answer: object } | undefined {
    const known = this.answers.get(`${url} ${String(headers['idempotency-key'])}`);
    return known === undefined ? undefined : { isOther: known.body !== JSON.stringify(body), answer: known.answer };
  }

  private keepAnswer({ headers, url, body }: FastifyRequest, answer: object): object {
    const key = headers['idempotency-key'];
    if (key !== undefined) this.answers.set(`${url} ${String(key)}`, { body: JSON.stringify(body), answer });
    return answer;
  }
}

const COLUMNS = [
  'transaction_reference',
  'transaction_id',
  'type',
  'amount_received',
  'currency',
  'fee_deduction',
  'settlement_date',
  'line_id',
  'original_transaction_id',
] as const;

function lineOf({ id, payment, refund, gross, fee, date }: SettledLine): Record<(typeof COLUMNS)[number], string> {
  const { currency } = payment;
  return {
    line_id: id,
    transaction_reference: payment.reference,
    transaction_id: refund?.id ?? payment.id,
    type: refund?.kind ?? 'payment',
    amount_received: formatMinor(gross, currency),
    currency,
    fee_deduction: refund === null ? formatMinor(fee, currency) : '',
    settlement_date: date,
    original_transaction_id: refund === null ? '' : payment.id,
  };
}

const EVENTS: Readonly<Record<PaymentEvent['kind'], string>> = {
  pending: 'payment.pending',
  succeeded: 'payment.success',
  failed: 'payment.failed',
  expired: 'payment.expired',
  refunded: 'refund.success',
  reversed: 'payment.reversed',
};

function webhookOf({ kind, payment, refund, at: occurred }: PaymentEvent): WebhookMessage {
  const event = EVENTS[kind];
  const at = formatInstant(occurred);
  const { reference, currency } = payment;
  const ids = {
    request_id: payment.requestId,
    operator_transaction_id: payment.operatorId,
  };
  const data =
    refund === null
      ? {
          ...{ transaction_reference: reference, transaction_id: payment.id, ...ids },
          ...{ amount: formatMinor(payment.minor, currency), currency, status: event.split('.')[1] },
          ...{ operator: payment.operator, msisdn: payment.phone, completed_at: at },
        }
      : {
          ...{ transaction_reference: reference, transaction_id: refund.id, original_transaction_id: payment.id },
          ...{ amount: formatMinor(refund.minor, currency), currency, status: 'success', completed_at: at },
        };
  const id = refund === null ? `ev-${payment.id}-${event}` : `ev-${refund.id}`;
  const headers = { 'content-type': 'application/json' };
  return {
    ...{ method: 'POST', url: null, headers },
    body: JSON.stringify({ id, event, created_at: at, data }),
  };
}

/** Gateways count the written decimals, zeros included. */
function isTooFine(amount: string, { amount_decimals: most }: SandboxOperator): boolean {
  return most !== null && (amount.split('.')[1] ?? '').length > most;
}

function answerAgain(reply: FastifyReply, { isOther, answer }: { isOther: boolean; answer: object }): FastifyReply {
  return isOther
    ? refuse(reply, 409, 'idempotency_reused', 'the key was used for another request')
    : reply.code(202).send(answer);
}

function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).send({ error: { code, message } });
}
