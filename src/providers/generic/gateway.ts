// Asks a network that is described by configuration alone what became of a payment, by a URL with its reference or id.

import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import type { Gateway, GatewayAnswer, StatusQuery } from '../../producers/gateway.ts';
import type { GatewayContext } from '../../producers/provider.ts';
import { isTaken, NetworkCalls } from '../calls/network-calls.ts';
import { genericBodies } from './bodies.ts';
import { NAME, type Settings } from './settings.ts';

export class GenericGateway implements Gateway {
  readonly provider = NAME;
  readonly account: string;
  readonly asksBy: 'reference' | 'payment';
  private readonly network: NetworkCalls<Settings>;
  private readonly template: string;

  constructor(context: GatewayContext<Settings, OutboundParts>) {
    this.account = context.account;
    this.template = context.initial.status!.path;
    this.asksBy = this.template.includes('{id}') ? 'payment' : 'reference';
    this.network = new NetworkCalls(context, {
      ...{ provider: NAME, bodies: genericBodies, baseUrl: context.initial.base_url! },
      words: ['message', 'error.message', 'error', 'detail'],
    });
  }

  async status({ reference, ids }: StatusQuery): Promise<GatewayAnswer | null> {
    const { provider_transaction_id: own, request_id, operator_transaction_id } = ids;
    const id = own ?? request_id ?? operator_transaction_id;
    const known: Readonly<Record<string, string | null>> = { '{transaction_reference}': reference, '{id}': id };
    const isKnown = Object.entries(known).every(([name, value]) => value !== null || !this.template.includes(name));
    if (!isKnown) return null;
    const path = this.template.replace(/\{[a-z_]+\}/g, (name) => encodeURIComponent(known[name] ?? ''));
    const { headers } = this.network.settings().status!;
    const secrets = Object.entries(headers).map(([name, place]) => [name.toLowerCase(), this.network.secret(place)]);
    const names = [reference, id].filter((name) => name !== null);
    const call = { method: 'GET', path, headers: Object.fromEntries(secrets), names } as const;
    const answer = await this.network.make(call, 'poll');
    if (answer.status === 404) return { exchange: answer.exchange, facts: [], fault: null };
    if (!isTaken(answer)) throw this.network.refused('GET status', answer);
    return this.network.polled(answer, reference, {});
  }
}
