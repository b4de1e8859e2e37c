// The gateway `airtel` over HTTP: starts payments, asks what became of them, and gives whole payments back. Sources:
// copies of the developer portal (Authorization, Collection-APIs: USSD Push, Enquiry, Refund); clients that met its
// refusals.

import { compareDecimal, decimalOf } from '../../domain/decimal.ts';
import { HesabuError } from '../../domain/errors.ts';
import { quoted } from '../../domain/quotation.ts';
import { AccessToken, grantedToken } from '../../outbound/client/access-token.ts';
import type { Purpose } from '../../outbound/client/account-calls.ts';
import type { OutgoingAnswer } from '../../outbound/client/client.ts';
import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import { exactJson, JsonFields } from '../../producers/bodies/json-fields.ts';
import { isObject } from '../../producers/files/json-text.ts';
import {
  type Gateway,
  type GatewayAnswer,
  NO_IDS,
  type PaymentRequest,
  type RefundRequest,
  type StatusQuery,
} from '../../producers/gateway.ts';
import type { GatewayContext } from '../../producers/provider.ts';
import { isTaken, type NetworkCall, NetworkCalls } from '../calls/network-calls.ts';
import { airtelBodies } from './bodies.ts';
import { countryNamed, localNumber } from './countries.ts';
import { baseUrlOf, NAME, type Settings } from './settings.ts';

/** The network takes another reference for an unknown one: a hyphen comes back as DP00800001005. */
const REFERENCE = /^[A-Za-z0-9]{1,64}$/;
const PAYMENTS = '/merchant/v1/payments/';
const REFUND = '/standard/v1/payments/refund';
const UNKNOWN = 'HESABUDOCTOR';
const TOKEN = '/auth/oauth2/token';

/** What a payment is not that may still be paid. */
const ENDED: ReadonlySet<string> = new Set(['failed', 'expired', 'voided']);

type Ask = Omit<NetworkCall, 'headers'> & { readonly country: string; readonly currency: string };

export class AirtelGateway implements Gateway {
  readonly provider = NAME;
  readonly account: string;
  readonly asksBy = 'reference';
  readonly refundsWholeOnly = true;
  private readonly network: NetworkCalls<Settings>;
  private readonly token: AccessToken;

  constructor(context: GatewayContext<Settings, OutboundParts>) {
    this.account = context.account;
    this.network = new NetworkCalls(context, {
      ...{ provider: NAME, bodies: airtelBodies, baseUrl: baseUrlOf(context.initial) },
      words: ['status.response_code', 'status.message', 'error', 'error_description', 'message'],
    });
    this.token = new AccessToken({ clock: context.clock, ask: () => this.askToken() });
  }

  async initiate(request: PaymentRequest): Promise<GatewayAnswer> {
    const { reference, amount, currency, phone, operator, idempotencyKey } = request;
    demandReference(reference);
    const local = localNumber(phone);
    if (local === undefined) {
      const expected = 'a number of a country with Airtel Money';
      throw new HesabuError('HESABU_REQUEST_INVALID', { where: 'phone', expected, found: 'another number' });
    }
    const country = local.country.code;
    const subscriber = { country, currency, msisdn: local.digits };
    const transaction = { amount: exact(amount), country, currency, id: reference };
    const body = JSON.stringify({ reference, subscriber, transaction });
    const ask = { method: 'POST', path: PAYMENTS, body, country, currency, names: [reference] } as const;
    const answer = await this.ask(ask, 'money', { 'x-correlation-id': idempotencyKey });
    if (isTakenBefore(answer)) return this.begunBefore(request, answer);
    if (!isTaken(answer)) throw this.network.refused(`POST ${PAYMENTS}`, answer);
    const about = { endpoint: PAYMENTS, transaction_reference: reference, phone, operator };
    return this.network.started(`POST ${PAYMENTS}`, answer, about);
  }

  /** A reference is taken once: the answer that began this payment was lost, unless it ended or has another amount. */
  private async begunBefore(
    { reference, amount, currency }: PaymentRequest,
    refusal: OutgoingAnswer,
  ): Promise<GatewayAnswer> {
    const known = await this.status({ reference, ids: NO_IDS });
    const [fact] = known?.facts ?? [];
    const body = fact?.body.type === 'PaymentObserved' ? fact.body : undefined;
    const isOther = body?.amount != null && (body.currency !== currency || !isSameSum(body.amount, amount));
    if (known === null || body === undefined || ENDED.has(body.status) || isOther) {
      throw this.network.refused(`POST ${PAYMENTS}`, refusal, quoted(messageOf(refusal)));
    }
    return known;
  }

  /** By the network's own id of the payment. It has no amount: all of it goes back. */
  async refund({ reference, paymentId, currency, idempotencyKey }: RefundRequest): Promise<GatewayAnswer> {
    const body = JSON.stringify({ transaction: { airtel_money_id: paymentId } });
    const { country } = this.home();
    const ask = { method: 'POST', path: REFUND, body, country, currency, names: [reference, paymentId] } as const;
    const answer = await this.ask(ask, 'money', { 'x-correlation-id': idempotencyKey });
    if (!isTaken(answer)) throw this.network.refused(`POST ${REFUND}`, answer);
    const about = { endpoint: REFUND, transaction_reference: reference, original_transaction_id: paymentId };
    return this.network.started(`POST ${REFUND}`, answer, about);
  }

  async status({ reference }: StatusQuery): Promise<GatewayAnswer | null> {
    if (reference === null || !REFERENCE.test(reference)) return null;
    const path = `/standard/v1/payments/${reference}`;
    const answer = await this.ask({ method: 'GET', path, names: [reference], ...this.home() }, 'poll');
    if (answer.status === 404) return { exchange: answer.exchange, facts: [], fault: null };
    if (!isTaken(answer)) throw this.network.refused(`GET ${path}`, answer);
    return this.network.polled(answer, reference, { endpoint: path });
  }

  /** Asks for a payment that does not exist: the network answers that with a valid key only. */
  async check(): Promise<string> {
    const path = `/standard/v1/payments/${UNKNOWN}`;
    const answer = await this.ask({ method: 'GET', path, names: [], ...this.home() }, 'poll');
    if (!isTaken(answer) && answer.status !== 404) throw this.network.refused(`GET ${path}`, answer);
    return `GET ${path}: ${answer.status}`;
  }

  private ask(
    { country, currency, ...call }: Ask,
    purpose: Purpose,
    more: Readonly<Record<string, string>> = {},
  ): Promise<OutgoingAnswer> {
    const type: Record<string, string> = call.body === undefined ? {} : { 'content-type': 'application/json' };
    return this.token.use((token) => {
      const own = { authorization: `Bearer ${token}`, 'x-country': country, 'x-currency': currency };
      return this.network.make({ ...call, headers: { ...own, ...type, ...more } }, purpose);
    });
  }

  private home(): { readonly country: string; readonly currency: string } {
    const { client, currency } = this.network.settings();
    const { code, currency: own } = countryNamed(client!.country)!;
    return { country: code, currency: currency ?? own };
  }

  private async askToken() {
    const client = this.network.settings().client!;
    const [client_id, client_secret] = [this.network.secret(client.id), this.network.secret(client.secret)];
    const body = JSON.stringify({ client_id, client_secret, grant_type: 'client_credentials' });
    const headers = { 'content-type': 'application/json' };
    const answer = await this.network.make({ method: 'POST', path: TOKEN, headers, body, names: [] }, 'money');
    if (answer.status >= 400) throw this.network.refused(`POST ${TOKEN}`, answer);
    return grantedToken(answer, `${NAME}/${this.account}: POST ${TOKEN}`);
  }
}

function demandReference(reference: string): void {
  if (REFERENCE.test(reference)) return;
  const expected = 'a reference of at most 64 letters and figures, since Airtel Money takes no other';
  throw new HesabuError('HESABU_REFERENCE_INVALID', {
    where: 'transaction_reference',
    expected,
    found: quoted(reference),
  });
}

/** Inside HTTP 200 and 400 alike, as its clients met it. */
function isTakenBefore(answer: OutgoingAnswer): boolean {
  return /\btransaction id already exists\b/i.test(messageOf(answer));
}

function messageOf({ body }: OutgoingAnswer): string {
  const json = exactJson(body.toString('utf8'));
  return 'value' in json && isObject(json.value) ? (new JsonFields(json.value).text('status.message') ?? '') : '';
}

function isSameSum(left: string, right: string): boolean {
  return compareDecimal(decimalOf(left), decimalOf(right)) === 0;
}

/** A number in JSON with these very digits. */
function exact(decimal: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(decimal);
}
