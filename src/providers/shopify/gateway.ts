// Asks a shop on Shopify for the orders that changed in a time: webhooks are lost, and a subscription is removed after
// eight failures. Source: shopify.dev/docs/api/admin-rest, Order, and /usage/pagination-rest.

import { formatInstant } from '../../domain/time.ts';
import type { OutgoingAnswer } from '../../outbound/client/client.ts';
import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import { exactJson } from '../../producers/bodies/json-fields.ts';
import { isObject } from '../../producers/files/json-text.ts';
import type { BodyPage, Gateway, TimeSpan } from '../../producers/gateway.ts';
import type { GatewayContext } from '../../producers/provider.ts';
import { isTaken, NetworkCalls } from '../calls/network-calls.ts';
import { shopifyBodies } from './bodies.ts';
import { NAME, type Settings } from './settings.ts';

const ORDERS = '/admin/api/2025-01/orders.json';
const SHOP = '/admin/api/2025-01/shop.json';
const PAGE_LENGTH = 100;
/** The only part of the address of the next page that differs. */
const NEXT = /<[^>]*[?&]page_info=([\w%=+/-]+)[^>]*>;\s*rel="?next"?/;

export class ShopifyGateway implements Gateway {
  readonly provider = NAME;
  readonly account: string;
  private readonly network: NetworkCalls<Settings>;

  constructor(context: GatewayContext<Settings, OutboundParts>) {
    this.account = context.account;
    const baseUrl = context.initial.base_url!;
    this.network = new NetworkCalls(context, { provider: NAME, bodies: shopifyBodies, baseUrl, words: ['errors'] });
  }

  /** A later page is asked for by its cursor alone: the network refuses any filter beside it. */
  async gaps({ since, until }: TimeSpan, cursor: string | null): Promise<BodyPage> {
    const times = { updated_at_min: formatInstant(since), updated_at_max: formatInstant(until) };
    const first = { status: 'any', ...times };
    const more: Readonly<Record<string, string>> = cursor === null ? first : { page_info: cursor };
    const answer = await this.get(ORDERS, { limit: `${PAGE_LENGTH}`, ...more });
    const text = answer.body.toString('utf8');
    const json = exactJson(text);
    const isList = 'value' in json && isObject(json.value) && Array.isArray(json.value.orders);
    if (!isList) throw this.network.noList(`GET ${ORDERS}`, answer);
    const next = NEXT.exec(answer.headers.link ?? '')?.[1];
    return {
      exchange: answer.exchange,
      bodies: [{ kind: 'order', text }],
      next: next === undefined ? null : decodeURIComponent(next),
    };
  }

  async check(): Promise<string> {
    const { status } = await this.get(SHOP);
    return `GET ${SHOP}: ${status}`;
  }

  private async get(path: string, query?: Readonly<Record<string, string>>): Promise<OutgoingAnswer> {
    const headers = { 'x-shopify-access-token': this.network.secret(this.network.settings().api_key!) };
    const call = { method: 'GET', path, headers, names: [] } as const;
    const answer = await this.network.make(query === undefined ? call : { ...call, query }, 'poll');
    if (!isTaken(answer)) throw this.network.refused(`GET ${path}`, answer);
    return answer;
  }
}
