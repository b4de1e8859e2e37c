// Handles a webhook between its last byte and its answer: verifies it first, then reads it or stores it for a person to
// check, and acknowledges it only when it is on disk.

import { hash } from 'node:crypto';
import type { Exchange, ExchangeSink } from '../../archive/exchanges/exchange.ts';
import { HesabuError } from '../../domain/errors.ts';
import type { Fact } from '../../domain/fact.ts';
import { quoted } from '../../domain/quotation.ts';
import type { Instant } from '../../domain/time.ts';
import { type BodyReading, unread } from '../../producers/bodies/body.ts';
import { type KnownReferences, placesOrder, withoutTaken } from '../../producers/bodies/shop-bodies.ts';
import type { FactSink } from '../../producers/fact-sink.ts';
import { duplicateName } from '../../producers/files/duplicate-names.ts';
import type { Fault } from '../../producers/formats/row.ts';
import type { WebhookReply } from '../../producers/provider.ts';
import type { UnreadWebhooks } from '../../producers/webhooks/unread-webhooks.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Meter } from '../../runtime/meter.ts';
import type { RateLimits } from '../access/rate-limits.ts';
import type { Admission } from '../admission.ts';
import { cut, Forgeries } from './forgeries.ts';
import { RecentAcks } from './recent-acks.ts';
import {
  headerValues,
  type WebhookAccount,
  type WebhookAnswer,
  type WebhookRequest,
  withoutSecretHeaders,
} from './webhook.ts';

export interface WebhookParts {
  account(provider: string, account: string): WebhookAccount | undefined;
  readonly sink: FactSink;
  readonly exchanges: ExchangeSink;
  readonly unread: Pick<UnreadWebhooks, 'add'>;
  readonly clock: Clock;
  /** The machine's own time, where `clock` may not follow it. */
  readonly machineTime?: () => Instant;
  readonly meter: Meter;
  /** The keyed hash that replaces personal data. */
  readonly pseudonym: (text: string) => string;
  readonly limits: RateLimits;
  /** Whether webhooks are taken now. */
  readonly admission: Admission;
  readonly known: KnownReferences;
  /** Told once facts are on disk that somebody should ask about, because nobody signed them. */
  readonly onHints?: () => void;
}

type Outcome = 'accepted' | 'repeated' | 'ignored' | 'unread' | 'forged' | 'stale';

/** How a webhook ended, for the archive. */
interface Ending extends Partial<Pick<Exchange, 'names' | 'fault' | 'facts'>> {
  readonly status: number;
}

interface UnreadWebhook extends Pick<Exchange, 'names'> {
  readonly digest: string;
  readonly fault: Fault;
  readonly facts: readonly Fact[];
}

export class WebhookReceiver {
  private readonly parts: WebhookParts;
  private readonly recentAcks = new RecentAcks();
  private readonly forgeries = new Forgeries();

  constructor(parts: WebhookParts) {
    this.parts = parts;
  }

  /** Throws the refusal of the admission, and the errors of the log and the archive: then nothing is acknowledged. */
  async receive(account: WebhookAccount, request: WebhookRequest): Promise<WebhookAnswer> {
    const started = performance.now();
    const { meter, admission } = this.parts;
    // Verified before it takes one of the limited places: they are for authentic webhooks.
    const fault = this.verify(account, request);
    if (fault !== null && isPing(account, request)) return this.ignorePing(account, request, started);
    if (fault !== null) return this.refuse(account, request, started, fault);
    try {
      this.parts.limits.take('account', `${account.provider}/${account.account}`);
      admission.enter(request.url);
    } catch (error) {
      this.count(account, 'overloaded');
      throw error;
    }
    try {
      return await this.judge(account, request, started);
    } finally {
      admission.leave();
      const { provider, account: name } = account;
      meter.observe('hesabu_ack_seconds', { provider, account: name }, (performance.now() - started) / 1000);
    }
  }

  /** A webhook is fresh by the trusted time or by the machine's: while the two differ, either may be right. */
  private verify(account: WebhookAccount, request: WebhookRequest): ReturnType<WebhookAccount['verify']> {
    const { rawHeaders, body, address } = request;
    const { addresses } = account.gate;
    if (addresses !== null && !addresses.has(address)) return ELSEWHERE;
    const { clock, machineTime = () => clock.now() } = this.parts;
    const values = (header: string) => headerValues(rawHeaders, header);
    const fault = account.verify(values, body, clock.now());
    return fault?.code === 'HESABU_SIGNATURE_STALE' ? account.verify(values, body, machineTime()) : fault;
  }

  private async judge(account: WebhookAccount, request: WebhookRequest, started: number): Promise<WebhookAnswer> {
    const where = `${account.provider}/${account.account}`;
    const digest = hash('sha256', request.body, 'binary');
    // The same bytes may mean something else at another URL of the account.
    const place = `${where}/${request.endpoint}`;
    const known = this.recentAcks.get(place, digest);
    if (known !== undefined) {
      // The first one may still be on its way to disk: an error for one is an error for all.
      const names = await known;
      await this.archive(account, request, started, { status: 200, names });
      this.count(account, 'repeated');
      const reading = account.port.reply === undefined ? undefined : this.read(account, request);
      return { status: 200, reply: reading && replyOf(account, request, reading) };
    }
    const read = this.read(account, request);
    const reading = placesOrder(read) ? await withoutTaken(read, this.parts.known, account.merchants) : read;
    const { facts, rejects, unread } = reading;
    const fault = unread ?? rejects[0];
    const names = namesOf(facts);
    if (facts.length > 0) await this.recentAcks.add(place, digest, names, this.parts.sink.append(facts));
    if (facts.some(isHint)) this.parts.onHints?.();
    const reply = replyOf(account, request, reading);
    if (fault === undefined) {
      await this.archive(account, request, started, { status: 200, names, facts });
      this.count(account, facts.length > 0 ? 'accepted' : 'ignored');
      return { status: 200, reply, ...(facts.length > 0 ? {} : { isIgnored: true }) };
    }
    // What came beside the facts is shown to a person: nothing of a webhook is dropped in silence.
    await this.keepUnread(account, request, started, { digest, fault, names, facts });
    return { status: 202, reply };
  }

  private read({ read }: WebhookAccount, request: WebhookRequest): BodyReading {
    const { body, id, at, rawHeaders, method, endpoint } = request;
    const text = decode(body);
    if (text === undefined) return unread('UTF-8 text', 'other bytes', 'HESABU_ROW_ENCODING');
    const header = (name: string) => headerValues(rawHeaders, name)[0] ?? null;
    const about = { http_method: method, ...(endpoint === '' ? {} : { endpoint }) };
    const reading = read({ text, header, about, readAt: at, raw: id });
    if (reading.facts.length === 0) return reading;
    const twice = duplicateName(text);
    return twice === undefined ? reading : unread('each name once', quoted(twice), 'HESABU_JSON_INVALID');
  }

  private async refuse(
    account: WebhookAccount,
    request: WebhookRequest,
    started: number,
    { code, expected, found }: { code: HesabuError['code']; expected: string; found: string },
  ): Promise<WebhookAnswer> {
    const outcome = code === 'HESABU_SIGNATURE_STALE' ? 'stale' : 'forged';
    const fault = new HesabuError(code, { where: `${account.provider}/${account.account}`, expected, found });
    this.count(account, outcome);
    await this.forgeries.keep(`${account.provider}/${account.account}`, request.at, () =>
      this.archive(account, cut(request, account.port.headers), started, { status: 401, fault: fault.code }),
    );
    return { status: 401, fault };
  }

  private async keepUnread(
    account: WebhookAccount,
    request: WebhookRequest,
    started: number,
    { digest, fault: { code, field, expected, found }, names, facts }: UnreadWebhook,
  ): Promise<void> {
    const { provider, account: name } = account;
    const sha256 = Buffer.from(digest, 'latin1').toString('base64');
    const fault = `${code}: ${field === '' ? '' : `${field}: `}expected ${expected}, found ${found}`;
    // The whole webhook is archived before the list names it.
    await this.archive(account, request, started, { status: 202, names, fault, facts });
    this.parts.unread.add({ exchange: request.id, provider, account: name, received_at: request.at, fault, sha256 });
    this.count(account, 'unread');
  }

  /** Anybody can send one: the archive holds as few of them as of forgeries. */
  private async ignorePing(account: WebhookAccount, request: WebhookRequest, started: number): Promise<WebhookAnswer> {
    const where = `${account.provider}/${account.account}`;
    const archived = cut(request, account.port.headers);
    await this.forgeries.keep(where, request.at, () => this.archive(account, archived, started, { status: 200 }));
    this.count(account, 'ignored');
    return { status: 200, isIgnored: true };
  }

  private async archive(
    account: WebhookAccount,
    { id, at, method, url, headers, body }: WebhookRequest,
    started: number,
    { status, names = [], fault = null, facts = [] }: Ending,
  ): Promise<void> {
    const exchange: Exchange = {
      id,
      direction: 'in',
      at,
      elapsed_ms: Math.round(performance.now() - started),
      account: `${account.provider}/${account.account}`,
      method,
      url,
      request: { headers: withoutSecretHeaders(headers, account.port.secretHeaders), body },
      status,
      response: null,
      fault,
      names,
      facts,
    };
    await this.parts.exchanges.add(exchange);
  }

  private count({ provider, account }: WebhookAccount, outcome: Outcome | 'overloaded'): void {
    this.parts.meter.add('hesabu_webhooks_total', { provider, account, outcome });
  }
}

const ELSEWHERE = {
  code: 'HESABU_SIGNATURE_INVALID',
  expected: 'an address of webhook.addresses',
  found: 'another',
} as const;
const PING_BYTES_MAX = 1024;

function isPing({ port, gate }: WebhookAccount, { body, rawHeaders, address }: WebhookRequest): boolean {
  if (port.isPing === undefined || body.length > PING_BYTES_MAX) return false;
  if (gate.addresses !== null && !gate.addresses.has(address)) return false;
  const text = decode(body);
  return text !== undefined && port.isPing(text, (header) => headerValues(rawHeaders, header));
}

function replyOf(
  { port }: WebhookAccount,
  { method, endpoint, body }: WebhookRequest,
  reading: BodyReading,
): WebhookReply | undefined {
  return port.reply?.({ method, endpoint, text: decode(body) ?? '', reading });
}

function isHint({ body }: Fact): boolean {
  return body.type === 'PaymentObserved' && body.hint === true;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The names by which the exchange is found, the operator's id before the request's. */
function namesOf(facts: readonly Fact[]): string[] {
  const names: string[] = [];
  const add = (name: string | null) => {
    if (name !== null && !names.includes(name)) names.push(name);
  };
  for (const { transaction_reference, body } of facts) {
    add(transaction_reference);
    if (body.type !== 'PaymentObserved') continue;
    for (const id of [body.provider_transaction_id, body.operator_transaction_id, body.request_id]) add(id);
    if (body.aliases !== undefined) Object.values(body.aliases).forEach(add);
  }
  return names;
}
