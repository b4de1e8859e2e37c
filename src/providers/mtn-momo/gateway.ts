// The gateway `mtn-momo` over HTTP. Each product, Collection and Disbursement, has a subscription key, a user and a
// token of its own. The id of a request is a UUID that we choose: of the call's key, so that a repeated call has the
// same. Sources: momodeveloper.mtn.com, /docs/services/collection and /docs/services/disbursement.

import { hash } from 'node:crypto';
import { HesabuError } from '../../domain/errors.ts';
import { AccessToken, grantedToken } from '../../outbound/client/access-token.ts';
import type { Purpose } from '../../outbound/client/account-calls.ts';
import type { OutgoingAnswer } from '../../outbound/client/client.ts';
import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import type { Gateway, GatewayAnswer, PaymentRequest, RefundRequest, StatusQuery } from '../../producers/gateway.ts';
import type { GatewayContext } from '../../producers/provider.ts';
import { callbackUrl } from '../calls/callback-url.ts';
import { isTaken, type NetworkCall, NetworkCalls } from '../calls/network-calls.ts';
import { mtnBodies } from './bodies.ts';
import { baseUrlOf, NAME, type ProductKeys, type Settings } from './settings.ts';

type Product = 'collection' | 'disbursement';
type Ask = Pick<NetworkCall, 'method' | 'body' | 'names'> & { readonly requestId?: string };

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ALREADY = 409;

export class MtnMomoGateway implements Gateway {
  readonly provider = NAME;
  readonly account: string;
  readonly asksBy = 'payment';
  private readonly network: NetworkCalls<Settings>;
  private readonly tokens: Readonly<Record<Product, AccessToken>>;

  constructor(context: GatewayContext<Settings, OutboundParts>) {
    this.account = context.account;
    this.network = new NetworkCalls(context, {
      ...{ provider: NAME, bodies: mtnBodies, baseUrl: baseUrlOf(context.initial) },
      words: ['code', 'message', 'error', 'error_description'],
    });
    const tokenOf = (product: Product) => new AccessToken({ clock: context.clock, ask: () => this.askToken(product) });
    this.tokens = { collection: tokenOf('collection'), disbursement: tokenOf('disbursement') };
  }

  async initiate(request: PaymentRequest): Promise<GatewayAnswer> {
    const { reference, amount, currency, phone, operator, idempotencyKey } = request;
    const payer = { partyIdType: 'MSISDN', partyId: phone.replace(/^\+/, '') };
    const texts = { payerMessage: reference, payeeNote: reference };
    const body = JSON.stringify({ amount, currency, externalId: reference, payer, ...texts });
    const requestId = requestIdOf(idempotencyKey);
    const ask = { method: 'POST', body, requestId, names: [reference, requestId] } as const;
    const path = '/collection/v1_0/requesttopay';
    return this.start(path, await this.ask('collection', path, ask, 'money'), {
      ...{ transaction_reference: reference, 'X-Reference-Id': requestId, phone, operator },
    });
  }

  /** Refunds are of the other product, and name the request of the payment. */
  async refund(request: RefundRequest): Promise<GatewayAnswer> {
    const { reference, paymentId, paymentIds = [], amount, currency, reason, idempotencyKey } = request;
    const paid = [paymentId, ...paymentIds].find((id) => UUID.test(id));
    if (paid === undefined) {
      const expected = 'a payment whose request, X-Reference-Id, is known';
      throw new HesabuError('HESABU_REQUEST_INVALID', { where: 'payment', expected, found: paymentId });
    }
    const texts = { payerMessage: reason ?? reference, payeeNote: reference };
    const body = JSON.stringify({ amount, currency, externalId: reference, ...texts, referenceIdToRefund: paid });
    const requestId = requestIdOf(idempotencyKey);
    const ask = { method: 'POST', body, requestId, names: [reference, paymentId, requestId] } as const;
    const path = '/disbursement/v1_0/refund';
    return this.start(path, await this.ask('disbursement', path, ask, 'money'), {
      ...{ transaction_reference: reference, 'X-Reference-Id': requestId, original_transaction_id: paymentId },
    });
  }

  /** Only the request's id can be asked for. */
  async status({ reference, ids }: StatusQuery): Promise<GatewayAnswer | null> {
    const { request_id: id } = ids;
    if (id === null || !UUID.test(id)) return null;
    const path = `/collection/v1_0/requesttopay/${id}`;
    const names = reference === null ? [id] : [reference, id];
    const answer = await this.ask('collection', path, { method: 'GET', names }, 'poll');
    if (answer.status === 404) return { exchange: answer.exchange, facts: [], fault: null };
    if (!isTaken(answer)) throw this.network.refused(`GET ${path}`, answer);
    return this.network.polled(answer, reference, { endpoint: path, 'X-Reference-Id': id });
  }

  async check(): Promise<string> {
    const path = '/collection/v1_0/account/balance';
    const answer = await this.ask('collection', path, { method: 'GET', names: [] }, 'poll');
    if (!isTaken(answer)) throw this.network.refused(`GET ${path}`, answer);
    return `GET ${path}: ${answer.status}`;
  }

  private start(path: string, answer: OutgoingAnswer, about: Readonly<Record<string, string>>): GatewayAnswer {
    // The id is of this very call: the network has it already.
    const taken = answer.status === ALREADY ? { ...answer, status: 202, body: Buffer.alloc(0) } : answer;
    if (!isTaken(taken)) throw this.network.refused(`POST ${path}`, answer);
    return this.network.started(`POST ${path}`, taken, { endpoint: path, ...about });
  }

  private ask(product: Product, path: string, { requestId, ...call }: Ask, purpose: Purpose): Promise<OutgoingAnswer> {
    const { target_environment, callback_url, webhook } = this.network.settings();
    const own: Record<string, string> = requestId === undefined ? {} : { 'x-reference-id': requestId };
    // A refund's callback would look like any other money that goes out.
    if (callback_url !== undefined && path.endsWith('/requesttopay')) {
      own['x-callback-url'] = callbackUrl(callback_url, webhook, (place) => this.network.secret(place));
    }
    if (call.body !== undefined) own['content-type'] = 'application/json';
    return this.tokens[product].use((token) => {
      const headers = { ...this.subscription(product), ...own, authorization: `Bearer ${token}` };
      return this.network.make(
        { ...call, path, headers: { ...headers, 'x-target-environment': target_environment } },
        purpose,
      );
    });
  }

  private async askToken(product: Product) {
    const { api_user, api_key } = this.keys(product);
    const [user, key] = [this.network.secret(api_user), this.network.secret(api_key)];
    const authorization = `Basic ${Buffer.from(`${user}:${key}`).toString('base64')}`;
    const path = `/${product}/token/`;
    const headers = { ...this.subscription(product), authorization };
    const answer = await this.network.make({ method: 'POST', path, headers, names: [] }, 'money');
    if (answer.status >= 400) throw this.network.refused(`POST ${path}`, answer);
    return grantedToken(answer, `${NAME}/${this.account}: POST ${path}`);
  }

  private subscription(product: Product): Record<string, string> {
    return { 'ocp-apim-subscription-key': this.network.secret(this.keys(product).subscription_key) };
  }

  private keys(product: Product): ProductKeys {
    const keys = this.network.settings()[product];
    if (keys !== undefined) return keys;
    throw new HesabuError('HESABU_PROVIDER_CANNOT', {
      ...{ where: `${NAME}/${this.account}`, expected: `an account with the keys of the product ${product}` },
    });
  }
}

/** A UUID of version 4 by its form, as the network demands it. */
function requestIdOf(key: string): string {
  const hex = hash('sha256', key, 'hex');
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16);
  const rest = `${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${rest}`;
}
