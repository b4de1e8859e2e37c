// The gateway `onafriq` over HTTP: requests collections, asks what became of them, lists networks, and reads the ledger
// and the events. Source: beyonic/api-docs, collecting_funds, methods, _pagination, _ordering and _duplicate_requests.

import { parseInstant } from '../../domain/time.ts';
import type { Purpose } from '../../outbound/client/account-calls.ts';
import type { OutgoingAnswer } from '../../outbound/client/client.ts';
import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import type { BodyKind } from '../../producers/bodies/body.ts';
import { exactJson, JsonFields } from '../../producers/bodies/json-fields.ts';
import { isObject } from '../../producers/files/json-text.ts';
import type {
  BodyPage,
  Gateway,
  GatewayAnswer,
  Operator,
  PaymentRequest,
  StatusQuery,
  TimeSpan,
} from '../../producers/gateway.ts';
import type { GatewayContext } from '../../producers/provider.ts';
import { isTaken, NetworkCalls } from '../calls/network-calls.ts';
import { OperatorLists } from '../calls/operator-lists.ts';
import { onafriqBodies } from './bodies.ts';
import { BASE_URL, NAME, type Settings } from './settings.ts';
import { networkCurrency } from './values.ts';

const REQUESTS = '/collectionrequests';
const METADATA = 'metadata.';
/** Where no setting says how the shop calls it: one of the names that the reader knows. */
const REFERENCE_NAME = 'order_id';
/** The status of a key that came before. */
const DUPLICATE = 409;
const PAGE_LENGTH = 100;
/** No list of networks is so long. */
const PAGES_MAX = 10;

type Query = Readonly<Record<string, string>>;

export class OnafriqGateway implements Gateway {
  readonly provider = NAME;
  readonly account: string;
  readonly asksBy = 'payment';
  private readonly network: NetworkCalls<Settings>;
  private readonly lists: OperatorLists;

  constructor(context: GatewayContext<Settings, OutboundParts>) {
    this.account = context.account;
    this.network = new NetworkCalls(context, {
      ...{ provider: NAME, bodies: onafriqBodies, baseUrl: context.initial.base_url ?? BASE_URL },
      words: ['detail', 'message', 'error_message'],
    });
    this.lists = new OperatorLists(context.clock, (country) => this.askOperators(country));
  }

  operators(country: string): Promise<readonly Operator[]> {
    return this.lists.of(country);
  }

  /**
   * The network follows from the number. A key that came before is refused with 409, whose body does not name the
   * request that it began: it is looked for among the newest ones.
   */
  async initiate(request: PaymentRequest): Promise<GatewayAnswer> {
    const { reference, amount, phone, operator, idempotencyKey } = request;
    const currency = networkCurrency(request.currency, this.network.settings().currencies);
    const metadata = { [this.referenceName()]: reference };
    const body = JSON.stringify({ phonenumber: phone, currency, amount, metadata, send_instructions: true });
    const headers = { ...this.headers(), 'content-type': 'application/json', 'duplicate-check-key': idempotencyKey };
    const call = { method: 'POST', path: REQUESTS, headers, body, names: [reference] } as const;
    const first = await this.network.make(call, 'money');
    const answer = first.status === DUPLICATE ? ((await this.begun(metadata)) ?? first) : first;
    if (!isTaken(answer)) throw this.network.refused(`POST ${REQUESTS}`, answer);
    const about = { endpoint: REQUESTS, transaction_reference: reference, phone, operator };
    return this.network.started(`POST ${REQUESTS}`, answer, about);
  }

  /** The newest request with this metadata, as the answer that began it was; undefined if there is none. */
  private async begun(metadata: Query): Promise<OutgoingAnswer | undefined> {
    const [[name, value]] = Object.entries(metadata) as [[string, string]];
    const query = { ordering: '-created', limit: `${PAGE_LENGTH}` };
    const answer = await this.get(REQUESTS, query, 'money', [value]);
    const rows = isTaken(answer) ? (listIn(answer)?.each('results') ?? []) : [];
    const row = rows.find((one) => one.text(`${METADATA}${name}`) === value);
    return row === undefined ? undefined : { ...answer, body: Buffer.from(JSON.stringify(row.object)) };
  }

  /** The request tells of its collection; money that nobody requested is asked for as a collection. */
  async status({ reference, ids }: StatusQuery): Promise<GatewayAnswer | null> {
    const { request_id, provider_transaction_id } = ids;
    const id = request_id ?? provider_transaction_id;
    if (id === null || !/^\d+$/.test(id)) return null;
    const path = `${request_id === null ? '/collections' : REQUESTS}/${id}`;
    const names = reference === null ? [id] : [reference, id];
    const answer = await this.get(path, {}, 'poll', names);
    if (answer.status === 404) return { exchange: answer.exchange, facts: [], fault: null };
    if (!isTaken(answer)) throw this.network.refused(`GET ${path}`, answer);
    return this.network.polled(answer, reference, { endpoint: path });
  }

  /** There is no report: the ledger's newest rows, until those of the day are there. */
  settlement(date: string, cursor: string | null): Promise<BodyPage> {
    return this.page('/transactions', 'settlement', cursor, [`report ${date}`], Date.parse(`${date}T00:00:00Z`));
  }

  gaps({ since }: TimeSpan, cursor: string | null): Promise<BodyPage> {
    return this.page('/events', 'poll', cursor, [], since);
  }

  async check(): Promise<string> {
    const answer = await this.get('/accounts', { limit: '1' }, 'poll', []);
    if (!isTaken(answer)) throw this.network.refused('GET /accounts', answer);
    return `GET /accounts: ${answer.status}`;
  }

  /** The newest first, until one is older than `since`. A cursor is the number of rows before it. */
  private async page(
    path: string,
    kind: BodyKind,
    cursor: string | null,
    names: readonly string[],
    since: number,
  ): Promise<BodyPage> {
    const offset = Number(cursor ?? '0');
    const query = { ordering: '-created', limit: `${PAGE_LENGTH}`, offset: `${offset}` };
    const answer = await this.get(path, query, 'poll', names);
    if (!isTaken(answer)) throw this.network.refused(`GET ${path}`, answer);
    const list = listIn(answer);
    if (list === undefined) throw this.network.noList(`GET ${path}`, answer);
    const rows = list.each('results');
    const oldest = parseInstant(rows.at(-1)?.text('created') ?? '');
    const isLast = rows.length === 0 || !list.has('next') || (oldest !== undefined && oldest < since);
    const next = isLast ? null : `${offset + rows.length}`;
    return {
      exchange: answer.exchange,
      bodies: [{ kind, text: answer.body.toString('utf8'), about: { endpoint: path } }],
      next,
    };
  }

  private async askOperators(country: string): Promise<readonly Operator[]> {
    const currencies = (await this.all('/currencies', country, 'list')).flatMap((one) => one.text('code') ?? []);
    return (await this.all('/networks', country, 'money')).flatMap((one) => {
      const [code, name] = [one.id('id'), one.text('name')];
      return code === null || name === null ? [] : [{ code, name, country, currencies, amountDecimals: null }];
    });
  }

  /**
   * All of a list that are of a country. `first` is the purpose of its first call. What has begun is finished, as a
   * customer waits for it: where polls leave two tokens, only the first half would be asked for, again and again.
   */
  private async all(path: string, country: string, first: Purpose): Promise<JsonFields[]> {
    const found: JsonFields[] = [];
    let list: JsonFields | undefined;
    for (let page = 0; page < PAGES_MAX && (list === undefined || list.has('next')); page++) {
      const purpose = page === 0 ? first : 'money';
      const answer = await this.get(path, { limit: `${PAGE_LENGTH}`, offset: `${page * PAGE_LENGTH}` }, purpose, []);
      list = listIn(answer);
      if (!isTaken(answer) || list === undefined) throw this.network.refused(`GET ${path}`, answer);
      found.push(...list.each('results').filter((one) => one.text('country.iso') === country));
    }
    return found;
  }

  private get(path: string, query: Query, purpose: Purpose, names: readonly string[]): Promise<OutgoingAnswer> {
    return this.network.make({ method: 'GET', path, query, headers: this.headers(), names }, purpose);
  }

  private headers(): Record<string, string> {
    const { api_key, version } = this.network.settings();
    const authorization = `Token ${this.network.secret(api_key!)}`;
    return version === undefined
      ? { authorization }
      : { authorization, 'beyonic-version': `v${version.replace(/^v/i, '')}` };
  }

  private referenceName(): string {
    const { reference = '' } = this.network.settings();
    const at = reference.indexOf(METADATA);
    return at < 0 ? REFERENCE_NAME : reference.slice(at + METADATA.length);
  }
}

function listIn({ body }: OutgoingAnswer): JsonFields | undefined {
  const json = exactJson(body.toString('utf8'));
  return 'value' in json && isObject(json.value) && Array.isArray(json.value.results)
    ? new JsonFields(json.value)
    : undefined;
}
