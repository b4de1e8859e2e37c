// Asks a network that is described by configuration alone: what became of a payment, by a URL with its reference or id,
// and for the report of a day, by a URL with the day and, where it has pages, the page.

import { HesabuError } from '../../domain/errors.ts';
import { GatewayLimited } from '../../domain/gateway-errors.ts';
import type { OutgoingAnswer } from '../../outbound/client/client.ts';
import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import type { SecretPlace } from '../../producers/account-settings.ts';
import type { Gateway, GatewayAnswer, SettlementReport, StatusQuery } from '../../producers/gateway.ts';
import type { GatewayContext } from '../../producers/provider.ts';
import { isTaken, type NetworkCall, NetworkCalls } from '../calls/network-calls.ts';
import { genericBodies } from './bodies.ts';
import { joinedPages, pageOf, type ReportFormat, type ReportPage } from './report-pages.ts';
import { fileMapping, NAME, type Settings } from './settings.ts';

type Headers = Readonly<Record<string, SecretPlace>>;

/** A report that never ends is a fault of the other side. */
const PAGES_MAX = 1_000;
const REPORT_LIMITS = { bytesMax: 256 * 2 ** 20, timeoutMillis: 120_000 };
const NOT_THERE: ReadonlySet<number> = new Set([204, 404]);
/** Answers that tell of a key, and not of a payment. */
const KEY_REFUSED: ReadonlySet<number> = new Set([401, 403, 407]);
const UNKNOWN = 'HESABUDOCTOR';

export class GenericGateway implements Gateway {
  readonly provider = NAME;
  readonly account: string;
  readonly asksBy: 'reference' | 'payment';
  /** Absent where the account's settings do not say how to ask. */
  readonly status?: (query: StatusQuery) => Promise<GatewayAnswer | null>;
  readonly settlement?: (date: string) => Promise<SettlementReport | null>;
  readonly check?: () => Promise<string>;
  private readonly network: NetworkCalls<Settings>;
  /** By their dates, reports of which a limit held back the rest. After a stop they begin again. */
  private readonly begun = new Map<string, ReportPage[]>();

  constructor(context: GatewayContext<Settings, OutboundParts>) {
    const { status, settlement, base_url } = context.initial;
    this.account = context.account;
    this.asksBy = status?.path.includes('{id}') === true ? 'payment' : 'reference';
    this.network = new NetworkCalls(context, {
      ...{ provider: NAME, bodies: genericBodies, baseUrl: base_url! },
      words: ['message', 'error.message', 'error', 'detail'],
    });
    if (status !== undefined) {
      this.status = (query) => this.askStatus(status.path, query);
      this.check = () => this.askUnknown(status.path);
    }
    if (settlement !== undefined) this.settlement = (date) => this.askReport(settlement, date);
  }

  private async askStatus(template: string, { reference, ids }: StatusQuery): Promise<GatewayAnswer | null> {
    const { provider_transaction_id: own, request_id, operator_transaction_id } = ids;
    const id = own ?? request_id ?? operator_transaction_id;
    const known: Readonly<Record<string, string | null>> = { '{transaction_reference}': reference, '{id}': id };
    const isKnown = Object.entries(known).every(([name, value]) => value !== null || !template.includes(name));
    if (!isKnown) return null;
    const path = template.replace(/\{[a-z_]+\}/g, (name) => encodeURIComponent(known[name] ?? ''));
    const names = [reference, id].filter((name) => name !== null);
    const answer = await this.get(path, this.network.settings().status!.headers, names);
    if (answer.status === 404) return { exchange: answer.exchange, facts: [], fault: null };
    if (!isTaken(answer)) throw this.network.refused('GET status', answer);
    return this.network.polled(answer, reference, {});
  }

  /**
   * Asks for a payment that does not exist. How a network says so is its own affair; that it refuses the key, or is not
   * there, it says by the status.
   */
  private async askUnknown(template: string): Promise<string> {
    const path = template.replace(/\{[a-z_]+\}/g, UNKNOWN);
    const answer = await this.get(path, this.network.settings().status!.headers, []);
    if (KEY_REFUSED.has(answer.status)) throw this.network.refused('GET status', answer);
    return `GET ${path}: ${answer.status}`;
  }

  private async askReport(terms: NonNullable<Settings['settlement']>, date: string): Promise<SettlementReport | null> {
    try {
      const report = await this.reportOf(terms, date);
      this.begun.delete(date);
      return report;
    } catch (error) {
      if (!(error instanceof GatewayLimited)) this.begun.delete(date);
      throw error;
    }
  }

  /** Pages are asked for until one has no rows, or repeats the one before, since the network does not count them. */
  private async reportOf(
    { path, format, first_page }: NonNullable<Settings['settlement']>,
    date: string,
  ): Promise<SettlementReport | null> {
    const { each } = fileMapping(this.network.settings(), 'settlements') ?? {};
    const pages = this.begun.get(date) ?? [];
    this.begun.set(date, pages);
    while (pages.length < PAGES_MAX) {
      const known: Readonly<Record<string, string>> = { '{date}': date, '{page}': `${first_page + pages.length}` };
      const url = path.replace(/\{[a-z]+\}/g, (name) => known[name] ?? '');
      const answer = await this.get(
        url,
        this.network.settings().settlement!.headers,
        [`report ${date}`],
        REPORT_LIMITS,
      );
      const { exchange, body: bytes } = answer;
      const isThere = !NOT_THERE.has(answer.status);
      if (!isThere && pages.length === 0) return null;
      if (isThere && !isTaken(answer)) throw this.network.refused('GET settlement', answer);
      const page = isThere ? pageOf(bytes, format, each) : NO_ROWS;
      if (page === undefined || (isThere && !path.includes('{page}'))) return { exchange, format, bytes };
      if (page.parts.length > 0 && !isSame(page, pages.at(-1))) pages.push(page);
      else if (pages.length === 0) return { exchange, format, bytes };
      else return { exchange, format, bytes: this.joined(pages, format, each) };
    }
    throw this.failed('the end of the report', `${PAGES_MAX} pages`);
  }

  private joined(pages: readonly ReportPage[], format: ReportFormat, each: string | undefined): Buffer {
    const joined = joinedPages(pages, format, each);
    if (joined !== undefined) return joined;
    throw this.failed('the same columns on each page', 'others');
  }

  private failed(expected: string, found: string): HesabuError {
    const where = `${NAME}/${this.account}: GET settlement`;
    return new HesabuError('HESABU_GATEWAY_FAILED', { where, expected, found });
  }

  private get(
    path: string,
    secrets: Headers,
    names: readonly string[],
    limits: NonNullable<NetworkCall['limits']> = {},
  ): Promise<OutgoingAnswer> {
    const headers = Object.entries(secrets).map(([name, place]) => [name.toLowerCase(), this.network.secret(place)]);
    return this.network.make({ method: 'GET', path, headers: Object.fromEntries(headers), names, limits }, 'poll');
  }
}

const NO_ROWS: ReportPage = { head: '', parts: [] };

function isSame(page: ReportPage, before: ReportPage | undefined): boolean {
  return before !== undefined && JSON.stringify(page.parts) === JSON.stringify(before.parts);
}
