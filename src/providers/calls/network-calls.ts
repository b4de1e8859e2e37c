// Calls of one account to its network's API, whose answers the provider's own readers read. What networks have in
// common is here: the address, the limits, refusals in the network's words, and that an answer is about what was asked.

import { HesabuError } from '../../domain/errors.ts';
import { GatewayRefused } from '../../domain/gateway-errors.ts';
import { quoted } from '../../domain/quotation.ts';
import { AccountCalls, type Purpose } from '../../outbound/client/account-calls.ts';
import type { OutgoingAnswer, OutgoingCall } from '../../outbound/client/client.ts';
import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import { type AccountSettings, bodySettings, type SecretPlace } from '../../producers/account-settings.ts';
import type { BodyContext, BodyKind, BodyReaders, BodyReading } from '../../producers/bodies/body.ts';
import { exactJson } from '../../producers/bodies/json-fields.ts';
import { isObject } from '../../producers/files/json-text.ts';
import type { GatewayAnswer } from '../../producers/gateway.ts';
import { readAnswer } from '../../producers/gateway-answers.ts';
import type { GatewayContext } from '../../producers/provider.ts';

export interface NetworkCall {
  readonly method: 'GET' | 'POST';
  /** Below the base address. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The references and ids that it is about. */
  readonly names: readonly string[];
  /** Where an answer may be longer, or later, than usual. */
  readonly limits?: Pick<OutgoingCall, 'bytesMax' | 'timeoutMillis'>;
}

interface NetworkOptions {
  readonly provider: string;
  readonly baseUrl: string;
  readonly bodies: (context: BodyContext) => BodyReaders;
  /** Where an answer has the network's own words. */
  readonly words: readonly string[];
  /** Whether an answer reports too many calls; absent: a 429. */
  readonly isLimit?: (answer: OutgoingAnswer) => boolean;
  /** Whether an answer of 500 and above is one all the same. */
  readonly isAnswer?: (answer: OutgoingAnswer) => boolean;
}

const WORDS_LENGTH_MAX = 200;

export class NetworkCalls<Settings extends AccountSettings> {
  readonly settings: () => Settings;
  private readonly context: GatewayContext<Settings, OutboundParts>;
  private readonly options: NetworkOptions;
  private readonly calls: AccountCalls;

  constructor(context: GatewayContext<Settings, OutboundParts>, options: NetworkOptions) {
    const { settings, initial, outbound, clock, meter, account } = context;
    this.context = context;
    this.options = options;
    this.settings = () => settings() ?? initial;
    this.calls = new AccountCalls({
      ...{ ...outbound, clock, meter, account: `${options.provider}/${account}` },
      rate: () => this.settings().rate,
      isLimit: options.isLimit ?? (({ status }) => status === 429),
      isAnswer: options.isAnswer,
    });
  }

  /** The secret as it is at this moment. */
  secret(place: SecretPlace): string {
    return this.context.secret(place);
  }

  make(call: NetworkCall, purpose: Purpose): Promise<OutgoingAnswer> {
    const { method, path, query, headers, body, names, limits = {} } = call;
    const text = query === undefined ? '' : `?${new URLSearchParams(query)}`;
    const url = `${this.options.baseUrl.replace(/\/$/, '')}${path}${text}`;
    const sent: Omit<OutgoingCall, 'account'> = {
      method,
      url,
      headers: { accept: 'application/json', ...headers },
      names,
      ...limits,
    };
    return this.calls.call(body === undefined ? sent : { ...sent, body }, purpose);
  }

  /** Read by the reader of this kind, with what is known of the request beside. */
  read(
    kind: BodyKind,
    { body, exchange, status }: OutgoingAnswer,
    about: Readonly<Record<string, string>>,
  ): BodyReading {
    const { account, pseudonym, clock } = this.context;
    const { provider, bodies } = this.options;
    const settings = bodySettings(this.settings());
    const context = { provider, account, pseudonym, settings, own: this.settings(), merchant: account };
    const readers = bodies({ ...context, isUnsigned: false });
    const known = { http_status: `${status}`, ...about };
    const text = body.toString('utf8');
    return readers[kind]!({ text, header: () => null, about: known, readAt: clock.now(), raw: exchange });
  }

  /**
   * What the network began. An answer that says why it began nothing is a refusal; one about another reference is a
   * fault, not a fact.
   */
  started(what: string, answer: OutgoingAnswer, about: Readonly<Record<string, string>>): GatewayAnswer {
    const reading = this.read('initiation', answer, about);
    const [ignored] = reading.ignored;
    if (reading.facts.length === 0 && ignored !== undefined) throw this.refused(what, answer, ignored.why);
    return demandReference(readAnswer(answer.exchange, reading), about.transaction_reference ?? null);
  }

  /** What became of a payment. An answer about another reference is a fault, not a fact. */
  polled(answer: OutgoingAnswer, reference: string | null, about: Readonly<Record<string, string>>): GatewayAnswer {
    const known: Record<string, string> = reference === null ? {} : { transaction_reference: reference };
    const read = readAnswer(answer.exchange, this.read('poll', answer, { ...known, ...about }));
    return demandReference(read, reference);
  }

  /** `isNothingStarted` where the network's words say so, though its status does not. */
  refused(what: string, { status, body }: OutgoingAnswer, why?: string, isNothingStarted = false): GatewayRefused {
    const told = why ?? this.wordsOf(body);
    const where = `${this.options.provider}/${this.context.account}: ${what}`;
    const found = told === undefined ? `${status}` : `${status} ${quoted(told)}`;
    return new GatewayRefused({ where, found }, status, isNothingStarted);
  }

  /** An answer that is no list says nothing of what there is: it is asked for again. */
  noList(what: string, { exchange }: OutgoingAnswer): HesabuError {
    const where = `${this.options.provider}/${this.context.account}: ${what}: ${exchange}`;
    return new HesabuError('HESABU_GATEWAY_FAILED', { where, expected: 'a list', found: 'another body' });
  }

  private wordsOf(body: Buffer): string | undefined {
    const json = exactJson(body.toString('utf8'));
    const root = 'value' in json && isObject(json.value) ? json.value : {};
    const found = this.options.words.flatMap((path) => {
      const value = path.split('.').reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), root);
      return typeof value === 'string' ? [value] : [];
    });
    return found.length === 0 ? undefined : found.join(' ').slice(0, WORDS_LENGTH_MAX);
  }
}

function demandReference(answer: GatewayAnswer, reference: string | null): GatewayAnswer {
  const other = answer.facts.find(({ transaction_reference }) => transaction_reference !== reference);
  if (other === undefined || reference === null) return answer;
  const [expected, found] = [quoted(reference), quoted(other.transaction_reference)];
  const fault = { field: 'transaction_reference', code: 'HESABU_FIELD_INVALID', expected, found } as const;
  return { exchange: answer.exchange, facts: [], fault };
}

/** Any 2xx status means that the network took the call. */
export function isTaken({ status }: OutgoingAnswer): boolean {
  return status >= 200 && status < 300;
}
