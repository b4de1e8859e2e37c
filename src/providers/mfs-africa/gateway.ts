// The gateway `mfs-africa` over HTTP: starts payments and refunds, polls their status, lists operators, and fetches
// settlement reports.

import type { Fact } from '../../domain/fact.ts';
import { GatewayRefused } from '../../domain/gateway-errors.ts';
import { quoted } from '../../domain/quotation.ts';
import { AccountCalls, type Purpose } from '../../outbound/client/account-calls.ts';
import type { OutgoingAnswer, OutgoingCall, OutgoingClient } from '../../outbound/client/client.ts';
import type { BucketMemory, Rate } from '../../outbound/client/token-bucket.ts';
import { OneRow } from '../../producers/files/one-row.ts';
import { CANONICAL_FORMATS } from '../../producers/formats/formats.ts';
import type { Fault } from '../../producers/formats/row.ts';
import type {
  Gateway,
  GatewayAnswer,
  Operator,
  PaymentRequest,
  RefundRequest,
  SettlementReport,
  StatusQuery,
} from '../../producers/gateway.ts';
import { type Asked, payerPseudonym, statusAnswer } from '../../producers/gateway-answers.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Meter } from '../../runtime/meter.ts';
import { OperatorLists } from '../calls/operator-lists.ts';
import { faultIn, readInitiation, readOperators, readRefund } from './answers.ts';

export interface MfsAfricaOptions {
  readonly account: string;
  readonly baseUrl: string;
  /** These two are read at each call, so that a reload can change them. */
  readonly apiKey: () => string;
  readonly rate: () => Rate;
  /** Stores its limits over a restart; not stored if absent. */
  readonly memory?: BucketMemory;
  readonly reportFormat: 'csv' | 'json';
  readonly client: Pick<OutgoingClient, 'call'>;
  readonly clock: Clock;
  readonly meter: Meter;
  /** The keyed hash of a phone number. */
  readonly pseudonym: (text: string) => string;
}

const PROVIDER = 'mfs-africa';
const REPORT_BYTES_MAX = 256 * 1024 * 1024;
const REPORT_TIMEOUT_MILLIS = 120_000;
/** Limits that the server reports as a fault, such as spike arrests and quotas. */
const LIMIT_CODES: ReadonlySet<string> = new Set(['500.003.02', '500.003.03']);

export class MfsAfricaGateway implements Gateway {
  readonly provider = PROVIDER;
  readonly account: string;
  private readonly options: MfsAfricaOptions;
  private readonly calls: AccountCalls;
  private readonly polls: OneRow;
  private readonly lists: OperatorLists;

  constructor(options: MfsAfricaOptions) {
    const { account, clock, pseudonym } = options;
    this.account = account;
    this.options = options;
    this.calls = new AccountCalls({ ...options, account: `${PROVIDER}/${account}`, isLimit });
    this.polls = new OneRow(CANONICAL_FORMATS.polls, { provider: PROVIDER, account, pseudonym });
    this.lists = new OperatorLists(clock, (country) => this.askOperators(country));
  }

  operators(country: string): Promise<readonly Operator[]> {
    return this.lists.of(country);
  }

  async initiate(request: PaymentRequest): Promise<GatewayAnswer> {
    const { reference, orderNumber, amount, currency, phone, operator: code } = request;
    const asked = { order_number: orderNumber, transaction_reference: reference, amount, currency, phone };
    const answer = await this.post('/payments/initiate', { ...asked, operator_code: code }, request.idempotencyKey, [
      reference,
    ]);
    if (!isTaken(answer)) throw this.refused('POST /payments/initiate', answer);
    const about = this.asked(reference, answer, payerPseudonym(this.options.pseudonym, phone), code);
    return toAnswer(answer, readInitiation(answer.body, about));
  }

  async refund(request: RefundRequest): Promise<GatewayAnswer> {
    const { reference, paymentId, amount, currency, reason } = request;
    const asked = { transaction_reference: reference, transaction_id: paymentId, amount, currency, reason };
    const answer = await this.post('/payments/refund', asked, request.idempotencyKey, [reference, paymentId]);
    if (!isTaken(answer)) throw this.refused('POST /payments/refund', answer);
    return toAnswer(answer, readRefund(answer.body, this.asked(reference, answer, null, null), paymentId));
  }

  async status({ reference }: StatusQuery): Promise<GatewayAnswer | null> {
    if (reference === null) return null;
    const answer = await this.get('poll', '/payments/status', { transaction_reference: reference }, [reference]);
    if (answer.status === 404) return { exchange: answer.exchange, facts: [], fault: null };
    if (answer.status !== 200) throw this.refused('GET /payments/status', answer);
    const reading = this.polls.read(answer.body.toString('utf8'), answer.exchange, this.options.clock.now());
    return statusAnswer(reference, answer.exchange, reading);
  }

  async settlement(date: string): Promise<SettlementReport | null> {
    const format = this.options.reportFormat;
    const limits = { bytesMax: REPORT_BYTES_MAX, timeoutMillis: REPORT_TIMEOUT_MILLIS };
    const answer = await this.get('poll', '/settlements/report', { date, format }, [`report ${date}`], limits);
    if (answer.status === 404) return null;
    if (answer.status !== 200) throw this.refused('GET /settlements/report', answer);
    return { exchange: answer.exchange, format, bytes: answer.body };
  }

  private async askOperators(country: string): Promise<readonly Operator[]> {
    const answer = await this.get('list', '/operators', { country }, []);
    const operators = readOperators(answer.body);
    if (answer.status !== 200 || operators === undefined) throw this.refused('GET /operators', answer);
    return operators;
  }

  private asked(
    reference: string,
    { exchange }: OutgoingAnswer,
    msisdn: string | null,
    operator: string | null,
  ): Asked {
    const { account } = this;
    const receivedAt = this.options.clock.now();
    return { provider: PROVIDER, account, reference, raw: exchange, receivedAt, msisdn, operator };
  }

  private get(
    purpose: Purpose,
    path: string,
    query: Readonly<Record<string, string>>,
    names: readonly string[],
    limits: Pick<OutgoingCall, 'bytesMax' | 'timeoutMillis'> = {},
  ): Promise<OutgoingAnswer> {
    const url = `${this.options.baseUrl.replace(/\/$/, '')}${path}?${new URLSearchParams(query)}`;
    return this.calls.call({ method: 'GET', url, headers: this.headers(), names, ...limits }, purpose);
  }

  private post(path: string, body: object, key: string, names: readonly string[]): Promise<OutgoingAnswer> {
    const url = `${this.options.baseUrl.replace(/\/$/, '')}${path}`;
    const headers = { ...this.headers(), 'content-type': 'application/json', 'idempotency-key': key };
    return this.calls.call({ method: 'POST', url, headers, body: JSON.stringify(body), names }, 'money');
  }

  private headers(): Record<string, string> {
    return { authorization: `Bearer ${this.options.apiKey()}`, accept: 'application/json, text/csv' };
  }

  private refused(what: string, { status, body }: OutgoingAnswer): GatewayRefused {
    const told = faultIn(body);
    const found = told === undefined ? `${status}` : `${status} ${quoted(told.code)} ${quoted(told.message)}`;
    return new GatewayRefused({ where: `${PROVIDER}/${this.account}: ${what}`, found }, status);
  }
}

/** Any 2xx status means that the request was accepted. */
function isTaken({ status }: OutgoingAnswer): boolean {
  return status >= 200 && status < 300;
}

/** A 429, or a fault whose code means a limit, with or without Retry-After. */
function isLimit({ status, body }: OutgoingAnswer): boolean {
  return status === 429 || (status === 500 && LIMIT_CODES.has(faultIn(body)?.code ?? ''));
}

function toAnswer({ exchange }: OutgoingAnswer, read: Fact | Fault): GatewayAnswer {
  return 'body' in read ? { exchange, facts: [read], fault: null } : { exchange, facts: [], fault: read };
}
