// The gateway `paystack` over HTTP: charges a phone, verifies transactions, gives payments back, and reads settlements
// and what webhooks missed. Sources: paystack.com/docs/api, Charge, Transaction, Refund, Settlement; and
// paystack.com/docs/payments/payment-channels, mobile money.

import { currencyExponent } from '../../domain/currency.ts';
import { HesabuError } from '../../domain/errors.ts';
import { minorOf } from '../../domain/money.ts';
import { formatInstant, parseInstant } from '../../domain/time.ts';
import type { Purpose } from '../../outbound/client/account-calls.ts';
import type { OutgoingAnswer } from '../../outbound/client/client.ts';
import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import { exactJson, JsonFields } from '../../producers/bodies/json-fields.ts';
import { isObject } from '../../producers/files/json-text.ts';
import type {
  BodyPage,
  Gateway,
  GatewayAnswer,
  PaymentRequest,
  RefundRequest,
  StatusQuery,
  TimeSpan,
} from '../../producers/gateway.ts';
import type { GatewayContext } from '../../producers/provider.ts';
import { isTaken, NetworkCalls } from '../calls/network-calls.ts';
import { paystackBodies } from './bodies.ts';
import { BASE_URL, NAME, type Settings } from './settings.ts';

type Query = Readonly<Record<string, string>>;

const PAGE_LENGTH = 100;
const DAY_MILLIS = 86_400_000;

export class PaystackGateway implements Gateway {
  readonly provider = NAME;
  readonly account: string;
  readonly asksBy = 'reference';
  private readonly network: NetworkCalls<Settings>;

  constructor(context: GatewayContext<Settings, OutboundParts>) {
    this.account = context.account;
    const baseUrl = context.initial.base_url ?? BASE_URL;
    this.network = new NetworkCalls(context, { provider: NAME, bodies: paystackBodies, baseUrl, words: ['message'] });
  }

  /** A reference is taken once: a repeated call is refused, and the first holds. */
  async initiate(request: PaymentRequest): Promise<GatewayAnswer> {
    const { reference, amount, currency, phone, operator, idempotencyKey } = request;
    const { email } = this.network.settings();
    if (email === undefined) {
      const where = `${NAME}/${this.account}: email`;
      throw new HesabuError('HESABU_CONFIG_INVALID', {
        where,
        expected: 'an address to give for payers, since Paystack wants one',
      });
    }
    const charge = { email, reference, currency, amount: hundredthsOf(amount, currency) };
    const body = {
      ...charge,
      mobile_money: { phone, provider: operator },
      metadata: { idempotency_key: idempotencyKey },
    };
    const answer = await this.post('/charge', body, [reference]);
    return this.network.started('POST /charge', answer, { transaction_reference: reference, phone, operator });
  }

  async refund(request: RefundRequest): Promise<GatewayAnswer> {
    const { reference, paymentId, amount, currency, reason, idempotencyKey } = request;
    const note = { merchant_note: idempotencyKey, ...(reason === null ? {} : { customer_note: reason }) };
    const body = { transaction: paymentId, currency, amount: hundredthsOf(amount, currency), ...note };
    const answer = await this.post('/refund', body, [reference, paymentId]);
    const about = { transaction_reference: reference, original_transaction_id: paymentId };
    return this.network.started('POST /refund', answer, about);
  }

  async status({ reference, ids }: StatusQuery): Promise<GatewayAnswer | null> {
    const id = ids.provider_transaction_id;
    if (reference === null && (id === null || !/^\d+$/.test(id))) return null;
    const path = reference === null ? `/transaction/${id}` : `/transaction/verify/${encodeURIComponent(reference)}`;
    const names = [reference, id].filter((name) => name !== null);
    const answer = await this.get(path, undefined, names);
    // The network says so of a reference that nobody tried to pay.
    if (answer.status === 404 || answer.status === 400) return { exchange: answer.exchange, facts: [], fault: null };
    if (!isTaken(answer)) throw this.network.refused(`GET ${path}`, answer);
    return this.network.polled(answer, reference, {});
  }

  /** First the settlements of the day, then the transactions of each. A cursor says what is left to ask for. */
  async settlement(date: string, cursor: string | null): Promise<BodyPage | null> {
    if (cursor !== null) return this.settled(date, cursor.split(' '));
    const end = formatInstant(parseInstant(`${date}T00:00:00Z`)! + DAY_MILLIS - 1);
    const query = { from: `${date}T00:00:00.000Z`, to: end, perPage: `${PAGE_LENGTH}` };
    const answer = await this.get('/settlement', query, [`report ${date}`]);
    if (!isTaken(answer)) throw this.network.refused('GET /settlement', answer);
    const heads = listIn(answer);
    if (heads.length === 0) return null;
    const left = heads.flatMap((head) => (head.text('status') === 'success' ? (head.id('id') ?? []) : []));
    const next = left.length === 0 ? null : ['1', ...left].join(' ');
    return { exchange: answer.exchange, bodies: [{ kind: 'settlement', text: answer.body.toString('utf8') }], next };
  }

  private async settled(date: string, [page = '1', id = '', ...left]: readonly string[]): Promise<BodyPage> {
    const path = `/settlement/${encodeURIComponent(id)}/transactions`;
    const answer = await this.get(path, { perPage: `${PAGE_LENGTH}`, page }, [`report ${date}`]);
    if (!isTaken(answer)) throw this.network.refused(`GET ${path}`, answer);
    const isFull = listIn(answer).length >= PAGE_LENGTH;
    const next = isFull ? [`${Number(page) + 1}`, id, ...left] : ['1', ...left];
    const about = { settlement_id: id, settlement_date: date };
    return {
      exchange: answer.exchange,
      bodies: [{ kind: 'settlement', text: answer.body.toString('utf8'), about }],
      next: next.length < 2 ? null : next.join(' '),
    };
  }

  /** Transactions of every status: of those that failed no webhook ever comes. */
  async gaps({ since, until }: TimeSpan, cursor: string | null): Promise<BodyPage> {
    const page = Number(cursor ?? '1');
    const times = { from: formatInstant(since), to: formatInstant(until) };
    const answer = await this.get('/transaction', { ...times, perPage: `${PAGE_LENGTH}`, page: `${page}` }, []);
    if (!isTaken(answer)) throw this.network.refused('GET /transaction', answer);
    const { length } = listIn(answer);
    return {
      exchange: answer.exchange,
      bodies: length === 0 ? [] : [{ kind: 'poll', text: answer.body.toString('utf8') }],
      next: length >= PAGE_LENGTH ? `${page + 1}` : null,
    };
  }

  async check(): Promise<string> {
    const answer = await this.get('/balance', undefined, []);
    if (!isTaken(answer)) throw this.network.refused('GET /balance', answer);
    return `GET /balance: ${answer.status}`;
  }

  private async post(path: string, body: object, names: readonly string[]): Promise<OutgoingAnswer> {
    const headers = { ...this.headers(), 'content-type': 'application/json' };
    const call = { method: 'POST', path, headers, body: JSON.stringify(body), names } as const;
    const answer = await this.network.make(call, 'money');
    if (!isTaken(answer)) throw this.network.refused(`POST ${path}`, answer);
    return answer;
  }

  private get(
    path: string,
    query: Query | undefined,
    names: readonly string[],
    purpose: Purpose = 'poll',
  ): Promise<OutgoingAnswer> {
    const call = { method: 'GET', path, headers: this.headers(), names } as const;
    return this.network.make(query === undefined ? call : { ...call, query }, purpose);
  }

  private headers(): Readonly<Record<string, string>> {
    return { authorization: `Bearer ${this.network.secret(this.network.settings().api_key!)}` };
  }
}

/** Hundredths of the main unit as a text, whatever the currency's own decimals. */
function hundredthsOf(amount: string, currency: string): string {
  const exponent = currencyExponent(currency) ?? 2;
  const minor = minorOf(amount, currency);
  return String(exponent <= 2 ? minor * 10n ** BigInt(2 - exponent) : minor / 10n ** BigInt(exponent - 2));
}

function listIn({ body }: OutgoingAnswer): readonly JsonFields[] {
  const json = exactJson(body.toString('utf8'));
  return 'value' in json && isObject(json.value) ? new JsonFields(json.value).each('data') : [];
}
