// The gateway `paga` over HTTP: asks for payments, asks what became of them, and gives them back. Each call has HTTP
// Basic and a hash over some of its values. Source: developer-docs.paga.com, Collect API operations; Paga's own
// clients.

import type { Purpose } from '../../outbound/client/account-calls.ts';
import type { OutgoingAnswer } from '../../outbound/client/client.ts';
import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import type { SecretPlace } from '../../producers/account-settings.ts';
import type { Gateway, GatewayAnswer, PaymentRequest, RefundRequest, StatusQuery } from '../../producers/gateway.ts';
import type { GatewayContext } from '../../producers/provider.ts';
import { callbackUrl } from '../calls/callback-url.ts';
import { isTaken, NetworkCalls } from '../calls/network-calls.ts';
import { pagaBodies } from './bodies.ts';
import { pagaHash } from './hash.ts';
import { baseUrlOf, NAME, type Settings } from './settings.ts';

const REQUEST = '/paymentRequest';
const STATUS = '/status';
const REFUND = '/refund';
const BANKS = '/banks';

export class PagaGateway implements Gateway {
  readonly provider = NAME;
  readonly account: string;
  readonly asksBy = 'reference';
  readonly knowsNoRefundKey = true;
  private readonly network: NetworkCalls<Settings>;

  constructor(context: GatewayContext<Settings, OutboundParts>) {
    this.account = context.account;
    this.network = new NetworkCalls(context, {
      ...{ provider: NAME, bodies: pagaBodies, baseUrl: baseUrlOf(context.initial) },
      words: ['statusMessage', 'message', 'error'],
    });
  }

  /** The network takes each reference once. */
  async initiate(request: PaymentRequest): Promise<GatewayAnswer> {
    const { reference, amount, currency, phone, operator, idempotencyKey } = request;
    const { name, account_number, callback_url } = this.app();
    const { webhook } = this.network.settings();
    const secret = (place: SecretPlace) => this.network.secret(place);
    const body = {
      ...{ referenceNumber: reference, amount, currency, isSuppressMessages: false },
      payer: { name: phone, phoneNumber: phone },
      payee: account_number === undefined ? { name } : { name, accountNumber: account_number },
      ...(callback_url === undefined ? {} : { callBackUrl: callbackUrl(callback_url, webhook, secret) }),
    };
    const hashed = [reference, amount, currency, phone, account_number ?? ''];
    const answer = await this.post(REQUEST, body, hashed, 'money', [reference], { 'x-correlation-id': idempotencyKey });
    if (!isTaken(answer)) throw this.network.refused(`POST ${REQUEST}`, answer);
    const about = { endpoint: REQUEST, transaction_reference: reference, phone, operator };
    return this.network.started(`POST ${REQUEST}`, answer, about);
  }

  /** Of all that was paid under the reference. */
  async refund({ reference, paymentId, amount, currency, reason }: RefundRequest): Promise<GatewayAnswer> {
    const body = { referenceNumber: reference, refundAmount: amount, currency, reason: reason ?? undefined };
    const answer = await this.post(REFUND, body, [reference, amount], 'money', [reference, paymentId]);
    if (!isTaken(answer)) throw this.network.refused(`POST ${REFUND}`, answer);
    const about = { endpoint: REFUND, transaction_reference: reference, original_transaction_id: paymentId };
    return this.network.started(`POST ${REFUND}`, answer, about);
  }

  async status({ reference }: StatusQuery): Promise<GatewayAnswer | null> {
    if (reference === null) return null;
    const answer = await this.post(STATUS, { referenceNumber: reference }, [reference], 'poll', [reference]);
    if (!isTaken(answer)) throw this.network.refused(`POST ${STATUS}`, answer);
    return this.network.polled(answer, reference, { endpoint: STATUS });
  }

  /** The list of banks changes nothing. */
  async check(): Promise<string> {
    const reference = 'HESABUDOCTOR';
    const answer = await this.post(BANKS, { referenceNumber: reference }, [reference], 'poll', []);
    if (!isTaken(answer)) throw this.network.refused(`POST ${BANKS}`, answer);
    return `POST ${BANKS}: ${answer.status}`;
  }

  private post(
    path: string,
    body: object,
    hashed: readonly string[],
    purpose: Purpose,
    names: readonly string[],
    more: Readonly<Record<string, string>> = {},
  ): Promise<OutgoingAnswer> {
    const { public_key, secret_key, hash_key } = this.app();
    const pair = `${this.network.secret(public_key)}:${this.network.secret(secret_key)}`;
    const headers = {
      authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
      hash: pagaHash(hashed, this.network.secret(hash_key)),
      'content-type': 'application/json',
      ...more,
    };
    return this.network.make({ method: 'POST', path, headers, body: JSON.stringify(body), names }, purpose);
  }

  private app() {
    return this.network.settings().app!;
  }
}
