// Asks a shop on WooCommerce for the orders that changed in a time: it sends a webhook once, and stops for good after
// five failures. Source: woocommerce/woocommerce-rest-api-docs, _orders.md and _authentication.md.

import { formatInstant } from '../../domain/time.ts';
import type { OutgoingAnswer } from '../../outbound/client/client.ts';
import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import { exactJson } from '../../producers/bodies/json-fields.ts';
import type { BodyPage, Gateway, TimeSpan } from '../../producers/gateway.ts';
import type { GatewayContext } from '../../producers/provider.ts';
import { isTaken, NetworkCalls } from '../calls/network-calls.ts';
import { woocommerceBodies } from './bodies.ts';
import { NAME, type Settings } from './settings.ts';

const ORDERS = '/wp-json/wc/v3/orders';
const PAGE_LENGTH = 100;

export class WoocommerceGateway implements Gateway {
  readonly provider = NAME;
  readonly account: string;
  private readonly network: NetworkCalls<Settings>;

  constructor(context: GatewayContext<Settings, OutboundParts>) {
    this.account = context.account;
    const baseUrl = context.initial.base_url!;
    const words = ['code', 'message'];
    this.network = new NetworkCalls(context, { provider: NAME, bodies: woocommerceBodies, baseUrl, words });
  }

  /**
   * A cursor is the number of the page. Without an end of the time: an order that changes meanwhile would leave the
   * list, and the first one of the next page would move to the page that was read.
   */
  async gaps({ since }: TimeSpan, cursor: string | null): Promise<BodyPage> {
    const page = Number(cursor ?? '1');
    const times = { modified_after: formatInstant(since), dates_are_gmt: 'true' };
    const query = { ...times, per_page: `${PAGE_LENGTH}`, page: `${page}`, orderby: 'id', order: 'asc' };
    const answer = await this.get(query);
    const text = answer.body.toString('utf8');
    const json = exactJson(text);
    if (!('value' in json) || !Array.isArray(json.value)) throw this.network.noList(`GET ${ORDERS}`, answer);
    const { length } = json.value;
    return {
      exchange: answer.exchange,
      bodies: length === 0 ? [] : [{ kind: 'order', text }],
      next: length >= PAGE_LENGTH ? `${page + 1}` : null,
    };
  }

  async check(): Promise<string> {
    const { status } = await this.get({ per_page: '1' });
    return `GET ${ORDERS}: ${status}`;
  }

  private async get(query: Readonly<Record<string, string>>): Promise<OutgoingAnswer> {
    const { key, secret } = this.network.settings().api!;
    const user = `${this.network.secret(key)}:${this.network.secret(secret)}`;
    const headers = { authorization: `Basic ${Buffer.from(user).toString('base64')}` };
    const answer = await this.network.make({ method: 'GET', path: ORDERS, query, headers, names: [] }, 'poll');
    if (!isTaken(answer)) throw this.network.refused(`GET ${ORDERS}`, answer);
    return answer;
  }
}
