// The gateway `flutterwave` over HTTP, version 3 of the API: charges wallets, verifies transactions, gives payments
// back, and reads settlements and what webhooks missed. Sources: developer.flutterwave.com/v3.0/docs and its reference;
// flutterwave-node-v3, documentation.

import { HesabuError } from '../../domain/errors.ts';
import type { PaymentObserved } from '../../domain/fact.ts';
import { quoted } from '../../domain/quotation.ts';
import { type Instant, parseInstant } from '../../domain/time.ts';
import type { OutgoingAnswer } from '../../outbound/client/client.ts';
import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import type {
  BodyPage,
  Gateway,
  GatewayAnswer,
  PageBody,
  PaymentRequest,
  RefundRequest,
  StatusQuery,
  TimeSpan,
} from '../../producers/gateway.ts';
import type { GatewayContext } from '../../producers/provider.ts';
import { FlutterwaveCalls, type ListPage, rootOf } from './calls.ts';
import { earlierCharge, earlierRefund } from './earlier-calls.ts';
import { CURRENCIES, mobileCharge, plainAmount } from './mobile-charge.ts';
import { CHARGE_ID } from './returns.ts';
import { NAME, type Settings } from './settings.ts';
import { settlementPage } from './settlement-pages.ts';

const DAY_MILLIS = 86_400_000;
/** A refund may take so long, and no webhook of version 3 tells how it ended: 15 working days at most. */
const REFUND_DAYS = 21;
/** So that the key beside it is kept and read whole. */
const REASON_LENGTH_MAX = 100;
const LINK_LENGTH_MAX = 2_048;

export class FlutterwaveGateway implements Gateway {
  readonly provider = NAME;
  readonly account: string;
  /** A reference may be used again, so each payment is asked about by its own id. */
  readonly asksBy = 'payment';
  private readonly calls: FlutterwaveCalls;

  constructor(context: GatewayContext<Settings, OutboundParts>) {
    this.account = context.account;
    this.calls = new FlutterwaveCalls(context);
  }

  /** A reference is taken as often as it is sent, so a repeated call is looked for first. */
  async initiate(request: PaymentRequest): Promise<GatewayAnswer> {
    const { reference, phone, operator } = request;
    const { type, body } = mobileCharge(request, this.email());
    const earlier = await earlierCharge(this.calls, request);
    const answer = earlier ?? (await this.calls.post('/charges', { type }, body, [reference]));
    const about = { transaction_reference: reference, phone, operator };
    const started = this.calls.network.started('POST /charges', answer, about);
    const link = linkIn(answer);
    return link === null ? started : { ...started, link };
  }

  /** A part is given back as often as it is asked for, so a repeated call is looked for first. */
  async refund(request: RefundRequest): Promise<GatewayAnswer> {
    const { reference, paymentId, paymentIds = [], amount, currency, reason, idempotencyKey } = request;
    const id = [paymentId, ...paymentIds].find(isNumber);
    if (id === undefined) {
      const expected = 'a payment whose transaction id, a number, is known';
      throw new HesabuError('HESABU_REQUEST_INVALID', { where: 'payment', expected, found: quoted(paymentId) });
    }
    const path = `/transactions/${id}/refund`;
    const words = [...(reason ?? '')].slice(0, REASON_LENGTH_MAX).join('');
    const comments = words === '' ? idempotencyKey : `${words} (${idempotencyKey})`;
    const body = { amount: plainAmount(amount), comments };
    const earlier = await earlierRefund(this.calls, id, request);
    const answer = earlier ?? (await this.calls.post(path, undefined, body, [reference, paymentId, id]));
    const about = { transaction_reference: reference, original_transaction_id: paymentId, currency };
    const started = this.calls.network.started(`POST ${path}`, answer, about);
    return demandId(started, 'tx_id', id, rootOf(answer)?.within('data').id(CHARGE_ID) ?? id);
  }

  /** By its own id, where that is known: only this is sure to be the one payment. */
  async status({ reference, ids }: StatusQuery): Promise<GatewayAnswer | null> {
    const known = ids.provider_transaction_id;
    const id = known !== null && isNumber(known) ? known : null;
    if (id === null && reference === null) return null;
    const path = id === null ? '/transactions/verify_by_reference' : `/transactions/${id}/verify`;
    const query = id === null ? { tx_ref: reference! } : undefined;
    const names = [reference, id].filter((name) => name !== null);
    const { answer, data } = await this.calls.one(path, query, names, 'poll');
    if (data === null) return { exchange: answer.exchange, facts: [], fault: null };
    const polled = this.calls.network.polled(answer, reference, {});
    const [told] = polled.facts.map(({ body }) => (body as PaymentObserved).provider_transaction_id);
    return id === null || told === undefined ? polled : demandId(polled, 'id', id, told);
  }

  settlement(date: string, cursor: string | null): Promise<BodyPage | null> {
    return settlementPage(this.calls, date, cursor);
  }

  /**
   * Transactions of every status, the newest first, until one is older; then refunds, one currency after the other: a
   * refund does not say its own.
   */
  async gaps(span: TimeSpan, cursor: string | null): Promise<BodyPage> {
    const [list = '', page = '1'] = cursor?.split(' ') ?? [];
    const isOfRefunds = this.currencies().includes(list);
    return isOfRefunds ? this.missedRefunds(span, list, Number(page)) : this.missedCharges(span, Number(page));
  }

  async check(): Promise<string> {
    const { answer } = await this.calls.one('/balances', undefined, [], 'poll');
    return `GET /balances: ${answer.status}`;
  }

  private async missedCharges({ since, until }: TimeSpan, page: number): Promise<BodyPage> {
    const query = { ...datesOf(since, until), page: `${page}` };
    const found = await this.calls.list('/transactions', query, []);
    const isEnd = found.isLast || areOlder(found, since);
    return pageOf(found, isEnd ? `${this.currencies()[0]} 1` : `transactions ${page + 1}`);
  }

  private async missedRefunds({ since, until }: TimeSpan, currency: string, page: number): Promise<BodyPage> {
    const dates = datesOf(since - REFUND_DAYS * DAY_MILLIS, until);
    const found = await this.calls.list('/refunds', { ...dates, currency, page: `${page}` }, []);
    const following = this.currencies()[this.currencies().indexOf(currency) + 1];
    const after = following === undefined ? null : `${following} 1`;
    return pageOf(found, found.isLast ? after : `${currency} ${page + 1}`, { currency });
  }

  /** An account that names its currency has no other. */
  private currencies(): readonly string[] {
    const { currency } = this.calls.network.settings();
    return currency === undefined ? CURRENCIES : [currency];
  }

  private email(): string {
    const { email } = this.calls.network.settings();
    if (email !== undefined) return email;
    const where = `${NAME}/${this.account}: email`;
    const expected = 'an address to give for payers, since Flutterwave wants one';
    throw new HesabuError('HESABU_CONFIG_INVALID', { where, expected });
  }
}

/** An answer about another object than the one that was asked about is a fault, not a fact. */
function demandId(answer: GatewayAnswer, field: string, asked: string, told: string | null): GatewayAnswer {
  if (told === asked || answer.facts.length === 0) return answer;
  const [expected, found] = [quoted(asked), quoted(told)];
  return { exchange: answer.exchange, facts: [], fault: { field, code: 'HESABU_FIELD_INVALID', expected, found } };
}

/** Some wallets are not asked on the phone: their payers go on at this address. */
function linkIn(answer: OutgoingAnswer): string | null {
  const root = rootOf(answer);
  const paths = ['meta.authorization', 'data.meta.authorization'];
  const found = paths.map((path) => root?.within(path)).find((one) => one?.value('mode') === 'redirect');
  const link = found?.value(['redirect', 'redirect_url']);
  if (typeof link !== 'string' || link.length > LINK_LENGTH_MAX) return null;
  return URL.parse(link)?.protocol === 'https:' ? link : null;
}

/** The dates are the network's own, of a zone that nobody names: a day more is asked for at the end. */
function datesOf(since: Instant, until: Instant): { readonly from: string; readonly to: string } {
  const date = (at: Instant) => new Date(at).toISOString().slice(0, 10);
  return { from: date(since), to: date(until + DAY_MILLIS) };
}

/** Whether the list, with the newest first, is past a time. In another order it goes on. */
function areOlder({ rows }: ListPage, since: Instant): boolean {
  const times = rows.map((row) => parseInstant(row.text('created_at') ?? ''));
  if (times.length === 0 || times.some((time) => time === undefined)) return false;
  return times.every((time, at) => at === 0 || time! <= times[at - 1]!) && times.at(-1)! < since;
}

function pageOf({ answer, rows }: ListPage, next: string | null, about: PageBody['about'] = {}): BodyPage {
  const bodies = rows.length === 0 ? [] : [{ kind: 'poll', text: answer.body.toString('utf8'), about } as const];
  return { exchange: answer.exchange, bodies, next };
}

function isNumber(id: string): boolean {
  return /^\d{1,20}$/.test(id);
}
