// A gateway for trying the service: the provider's side over HTTP, with the faults that gateways are known for, and the
// truth beside it.

import { timingSafeEqual } from 'node:crypto';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { formatMinor, minorOf, readAmount } from '../../domain/money.ts';
import { formatInstant, isDate } from '../../domain/time.ts';
import { listenAt } from '../../http/listen.ts';
import type { Clock } from '../../runtime/clock.ts';
import { randomFor } from '../random/seeded-random.ts';
import { CallFaults } from './call-faults.ts';
import type { Faults } from './faults.ts';
import { CURRENCIES, OPERATORS, type SandboxOperator } from './operators.ts';
import { changeAt, type Payment, type Refund } from './payment.ts';
import { paymentOutcomeOf } from './payment-outcome.ts';
import { paymentTimeline, refundWebhook } from './payment-timeline.ts';
import { asCsv, linesOf, reportAt } from './settlement.ts';
import { type Truth, truthJson, truthOf } from './truth.ts';
import { type Deliveries, WebhookSender } from './webhook-sender.ts';

export interface SandboxOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly faults: Faults;
  readonly apiKey: string;
  readonly host?: string;
  /** By default 0: any free port. */
  readonly port?: number;
  /** In real milliseconds: the timeout of webhooks, and the delay of a slow response. */
  readonly timeoutMillis?: number;
  readonly slowMillis?: number;
  readonly callsPerMinute?: number;
}

export interface Sandbox {
  readonly url: string;
  /** Starts to send webhooks to a URL. */
  sendWebhooks(url: string, secret: string): void;
  truth(): Truth;
  readonly deliveries: Deliveries;
  /** The number of calls by result. */
  readonly calls: Readonly<CallFaults['counts']>;
  /** Webhooks that wait for their time or their next attempt. */
  readonly waiting: number;
  close(): Promise<void>;
}

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
const NONE: Deliveries = { sent: 0, acknowledged: 0, refused: 0, forged: 0 };

/** Throws HESABU_LISTEN_FAILED. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const gateway = new SandboxGateway(options);
  const app = fastify({ forceCloseConnections: true });
  gateway.register(app);
  const at = await listenAt(app, options.host ?? '127.0.0.1', options.port ?? 0);
  return {
    url: `http://${at}`,
    sendWebhooks: (url, secret) => gateway.sendWebhooks(url, secret),
    truth: () => gateway.truth(),
    get deliveries() {
      return gateway.webhookSender?.deliveries ?? NONE;
    },
    calls: gateway.callFaults.counts,
    get waiting() {
      return gateway.webhookSender?.waiting ?? 0;
    },
    close: async () => {
      await gateway.webhookSender?.stop();
      await app.close();
    },
  };
}

class SandboxGateway {
  readonly callFaults: CallFaults;
  webhookSender: WebhookSender | undefined;
  private readonly options: SandboxOptions;
  private readonly references = new Map<string, Payment[]>();
  /** The response by idempotency key: a repeated request gets it again. */
  private readonly answers = new Map<string, { readonly body: string; readonly answer: object }>();

  constructor(options: SandboxOptions) {
    this.options = options;
    this.callFaults = new CallFaults({ slowMillis: 12_000, callsPerMinute: 120, ...options });
  }

  sendWebhooks(url: string, secret: string): void {
    const { clock, timeoutMillis = 5_000 } = this.options;
    this.webhookSender = new WebhookSender({ clock, url, secret, timeoutMillis });
    this.webhookSender.start();
  }

  truth(): Truth {
    const { seed, faults, clock } = this.options;
    return truthOf(this.references, { seed, faults, currencies: CURRENCIES, now: clock.now() });
  }

  register(app: FastifyInstance): void {
    app.get('/truth', async () => truthJson(this.truth()));
    app.register(async (scope) => {
      scope.addHook('preHandler', async (request, reply) => {
        if (!this.isKnown(request)) return refuse(reply, 401, 'unauthorised', 'no valid key');
        if (await this.callFaults.intercept(request, reply)) return reply;
        return undefined;
      });
      scope.post('/payments/initiate', async (request, reply) => this.initiate(request, reply));
      scope.post('/payments/refund', async (request, reply) => this.refund(request, reply));
      scope.get('/payments/status', async (request, reply) => this.status(request, reply));
      scope.get('/operators', async (request) => {
        const { country } = request.query as { country?: string };
        return { operators: OPERATORS.filter((one) => country === undefined || one.country === country) };
      });
      scope.get('/settlements/report', async (request, reply) => this.report(request, reply));
    });
  }

  private isKnown({ headers }: FastifyRequest): boolean {
    const given = Buffer.from(headers.authorization ?? '');
    const wanted = Buffer.from(`Bearer ${this.options.apiKey}`);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
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
    const written = readAmount(amount, currency);
    if (typeof written !== 'string' || isTooFine(amount, operator)) {
      return refuse(reply, 400, 'amount_precision', amount);
    }
    const minor = minorOf(written, currency);
    if (minor <= 0n) return refuse(reply, 400, 'amount_range', amount);
    const { seed, faults, clock } = this.options;
    const now = clock.now();
    const timeline = paymentTimeline(
      seed,
      { reference, minor, currency, operator: operator_code, phone },
      paymentOutcomeOf(seed, reference, faults),
      now,
    );
    const [payment] = timeline.payments as [Payment];
    this.references.set(reference, [...(this.references.get(reference) ?? []), ...timeline.payments]);
    this.webhookSender?.add(timeline.webhooks);
    const answer = {
      transaction_reference: reference,
      transaction_id: payment.id,
      request_id: payment.requestId,
      status: 'pending',
      created_at: formatInstant(now),
    };
    return reply.code(202).send(this.keepAnswer(request, answer));
  }

  private refund(request: FastifyRequest, reply: FastifyReply) {
    const read = REFUND.safeParse(request.body);
    if (!read.success) return refuse(reply, 400, 'invalid', read.error.issues[0]!.path.join('.'));
    const known = this.answerOf(request);
    if (known !== undefined) return answerAgain(reply, known);
    const { transaction_reference: reference, transaction_id: id, amount, currency } = read.data;
    const payment = this.references.get(reference)?.find((one) => one.id === id);
    const now = this.options.clock.now();
    const written = readAmount(amount, currency);
    if (
      payment?.paidAt == null ||
      payment.paidAt > now ||
      payment.currency !== currency ||
      typeof written !== 'string'
    ) {
      return refuse(reply, 409, 'not_refundable', id);
    }
    const operator = OPERATORS.find(({ code }) => code === payment.operator);
    if (operator !== undefined && isTooFine(amount, operator)) return refuse(reply, 400, 'amount_precision', amount);
    const minor = minorOf(written, currency);
    const returned = payment.refunds.reduce((sum, one) => sum + one.minor, 0n);
    if (minor <= 0n || returned + minor > payment.minor) {
      const left = formatMinor(payment.minor - returned, currency);
      return refuse(reply, 409, 'not_refundable', `at most ${left} is left`);
    }
    const at = now + randomFor(this.options.seed, 'refund', id, payment.refunds.length).between(5, 60) * 60_000;
    const made: Refund = { id: `RF${payment.refunds.length + 1}-${id}`, kind: 'refund', minor, at };
    payment.refunds.push(made);
    this.webhookSender?.add([refundWebhook(payment, made)]);
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
    const now = this.options.clock.now();
    const payment = this.references.get(reference)?.findLast(({ createdAt }) => createdAt <= now);
    if (payment === undefined) return refuse(reply, 404, 'not_found', reference);
    const { status, at } = changeAt(payment, now);
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
    const { seed, faults, clock } = this.options;
    const all = linesOf([...this.references.values()].flat(), date, seed, faults);
    const lines = reportAt(all, date, clock.now(), seed, faults);
    if (lines === undefined) return refuse(reply, 404, 'report_not_ready', date);
    if (format === 'json') return reply.send({ report_id: `SR-${date}`, settlement_date: date, lines });
    return reply.type('text/csv; charset=utf-8').send(asCsv(lines));
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
