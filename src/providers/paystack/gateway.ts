// The gateway `paystack` over HTTP: charges a phone, verifies transactions, gives payments back, and reads settlements
// and what webhooks missed. Sources: paystack.com/docs/api, Charge, Transaction, Refund, Dispute, Settlement.

import { quoted } from '../../domain/quotation.ts';
import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
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
import { isTaken } from '../calls/network-calls.ts';
import { dataIn, PaystackCalls } from './calls.ts';
import { charge, verifyPath } from './charges.ts';
import { isNotFound } from './contradictions.ts';
import { refund } from './refunds.ts';
import { NAME, ownPath, type Settings } from './settings.ts';
import { demandList, SettlementPages, spanOf } from './settlement-pages.ts';

const DAY_MILLIS = 86_400_000;
/** A refund or a dispute that began before comes to its end within this time. */
const RETURN_DAYS = 30;

/** What happened in a time: transactions of every status, since no webhook tells of one that failed; then returns. */
const LISTS = ['/transaction', '/refund', '/dispute'] as const;

export class PaystackGateway implements Gateway {
  readonly provider = NAME;
  readonly account: string;
  readonly asksBy = 'reference';
  private readonly calls: PaystackCalls;
  private readonly settlements: SettlementPages;

  constructor(context: GatewayContext<Settings, OutboundParts>) {
    this.account = context.account;
    this.calls = new PaystackCalls(context);
    this.settlements = new SettlementPages(this.calls);
  }

  initiate(request: PaymentRequest): Promise<GatewayAnswer> {
    return charge(this.calls, request, this.account);
  }

  refund(request: RefundRequest): Promise<GatewayAnswer> {
    return refund(this.calls, request);
  }

  async status({ reference, ids }: StatusQuery): Promise<GatewayAnswer | null> {
    const { network } = this.calls;
    const known = ids.provider_transaction_id;
    const id = this.idOf(reference, known);
    if (reference === null && id === null) return null;
    const path = id === null ? verifyPath(reference!) : `/transaction/${id}`;
    const names = [reference, known].filter((name) => name !== null);
    const answer = await this.calls.get(path, undefined, names);
    // The network says so of a reference that nobody tried to pay.
    if (isNotFound(answer)) return { exchange: answer.exchange, facts: [], fault: null };
    if (!isTaken(answer)) throw network.refused(`GET ${path}`, answer);
    const found = dataIn(answer)?.text('id') ?? null;
    if (id === null || found === null || found === id) return network.polled(answer, reference, {});
    const fault = {
      field: 'data.id',
      code: 'HESABU_FIELD_INVALID',
      expected: quoted(id),
      found: quoted(found),
    } as const;
    return { exchange: answer.exchange, facts: [], fault };
  }

  /** The id to ask by: where references are not those of Paystack, or none is known. */
  private idOf(reference: string | null, known: string | null): string | null {
    const path = ownPath(this.calls.network.settings());
    if (reference !== null && path === null) return null;
    const id = path === 'id' ? (reference ?? known) : known;
    return id !== null && /^\d+$/.test(id) ? id : null;
  }

  settlement(date: string, cursor: string | null): Promise<BodyPage | null> {
    return this.settlements.page(date, cursor);
  }

  /** A cursor names the list and its page. Lists are by the time at which something began. */
  async gaps({ since, until }: TimeSpan, cursor: string | null): Promise<BodyPage> {
    const [, path = LISTS[0], number = '1'] = /^(\/\w+) (\d{1,6})$/.exec(cursor ?? '') ?? [];
    const nth = Number(number);
    const from = path === LISTS[0] ? since : since - RETURN_DAYS * DAY_MILLIS;
    const answer = await this.calls.page(path, nth, spanOf(from, until), []);
    const { rows, hasMore } = demandList(`GET ${path}`, answer, nth);
    const following = LISTS[(LISTS as readonly string[]).indexOf(path) + 1];
    return {
      exchange: answer.exchange,
      bodies: rows.length === 0 ? [] : [{ kind: 'poll', text: answer.body.toString('utf8') }],
      next: hasMore ? `${path} ${nth + 1}` : following === undefined ? null : `${following} 1`,
    };
  }

  async check(): Promise<string> {
    const answer = await this.calls.get('/balance', undefined, []);
    if (!isTaken(answer)) throw this.calls.network.refused('GET /balance', answer);
    return `GET /balance: ${answer.status}`;
  }
}
