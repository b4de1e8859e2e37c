// Calls of version 3 of the API, and how its answers are understood: `status` of an answer says whether the call was,
// and a transaction that is not known is an error whose message says so. Sources: developer.flutterwave.com/v3.0/docs,
// errors and transaction verification; the message as Flutterwave/Node-v3 issues 32 and 136 have it.

import { HesabuError } from '../../domain/errors.ts';
import type { Purpose } from '../../outbound/client/account-calls.ts';
import type { OutgoingAnswer } from '../../outbound/client/client.ts';
import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import { exactJson, JsonFields } from '../../producers/bodies/json-fields.ts';
import { isObject } from '../../producers/files/json-text.ts';
import type { GatewayContext } from '../../producers/provider.ts';
import { isTaken, NetworkCalls } from '../calls/network-calls.ts';
import { flutterwaveBodies } from './bodies.ts';
import { BASE_URL, NAME, type Settings } from './settings.ts';

export type Query = Readonly<Record<string, string>>;

export interface ListPage {
  readonly answer: OutgoingAnswer;
  readonly rows: readonly JsonFields[];
  readonly isLast: boolean;
}

export interface Answered {
  readonly answer: OutgoingAnswer;
  /** Empty where the answer has none; null where the network knows no such transaction. */
  readonly data: JsonFields | null;
}

const UNKNOWN = /\bno transaction\b.*\bfound\b|\btransaction\b.*\bnot found\b/i;
const LIMITED = /\brate limit/i;

export class FlutterwaveCalls {
  readonly network: NetworkCalls<Settings>;
  private readonly account: string;

  constructor(context: GatewayContext<Settings, OutboundParts>) {
    this.account = context.account;
    const baseUrl = context.initial.base_url ?? BASE_URL;
    this.network = new NetworkCalls(context, {
      ...{ provider: NAME, bodies: flutterwaveBodies, baseUrl, words: ['message'] },
      // Verification said so inside another error in version 2: "Merchant 1 rate limited. try again after 30 min(s)".
      isLimit: (answer) => answer.status === 429 || (answer.status >= 400 && LIMITED.test(messageOf(answer))),
    });
  }

  get(path: string, query: Query | undefined, names: readonly string[], purpose: Purpose): Promise<OutgoingAnswer> {
    const call = { method: 'GET', path, headers: this.headers(), names } as const;
    return this.network.make(query === undefined ? call : { ...call, query }, purpose);
  }

  /** Throws GatewayRefused where the network took nothing. */
  async post(path: string, query: Query | undefined, body: object, names: readonly string[]): Promise<OutgoingAnswer> {
    const headers = { ...this.headers(), 'content-type': 'application/json' };
    const call = { method: 'POST', path, headers, body: JSON.stringify(body), names } as const;
    const answer = await this.network.make(query === undefined ? call : { ...call, query }, 'money');
    if (!isTaken(answer)) throw this.network.refused(`POST ${path}`, answer);
    return answer;
  }

  /** What is answered to a question about one thing; it is null where there is no such transaction. */
  async one(path: string, query: Query | undefined, names: readonly string[], purpose: Purpose): Promise<Answered> {
    const answer = await this.get(path, query, names, purpose);
    if (isUnknown(answer)) return { answer, data: null };
    this.demandSuccess(path, answer);
    return { answer, data: rootOf(answer)?.within('data') ?? new JsonFields({}) };
  }

  /** A page of a list. An answer without a list is a failure: nothing is known to be missing. */
  async list(path: string, query: Query, names: readonly string[], purpose: Purpose = 'poll'): Promise<ListPage> {
    const answer = await this.get(path, query, names, purpose);
    this.demandSuccess(path, answer);
    const root = rootOf(answer);
    if (root === null || !Array.isArray(root.object.data)) throw this.notUnderstood(path, 'a list in data', 'none');
    const rows = root.each('data');
    const [page, pages] = [Number(query.page ?? '1'), root.text('meta.page_info.total_pages')];
    const isLast = rows.length === 0 || (pages !== null && /^\d+$/.test(pages) && page >= Number(pages));
    return { answer, rows, isLast };
  }

  notUnderstood(path: string, expected: string, found: string): HesabuError {
    return new HesabuError('HESABU_GATEWAY_FAILED', { where: `${NAME}/${this.account}: GET ${path}`, expected, found });
  }

  private demandSuccess(path: string, answer: OutgoingAnswer): void {
    const isError = rootOf(answer)?.text('status')?.toLowerCase() === 'error';
    if (!isTaken(answer) || isError) throw this.network.refused(`GET ${path}`, answer);
  }

  private headers(): Readonly<Record<string, string>> {
    return { authorization: `Bearer ${this.network.secret(this.network.settings().api_key!)}` };
  }
}

/** The JSON object of an answer; null if it is none. */
export function rootOf({ body }: OutgoingAnswer): JsonFields | null {
  const json = exactJson(body.toString('utf8'));
  return 'value' in json && isObject(json.value) ? new JsonFields(json.value) : null;
}

function isUnknown(answer: OutgoingAnswer): boolean {
  const isAbout = answer.status === 400 || answer.status === 404 || isTaken(answer);
  return isAbout && rootOf(answer)?.text('status')?.toLowerCase() === 'error' && UNKNOWN.test(messageOf(answer));
}

function messageOf(answer: OutgoingAnswer): string {
  return rootOf(answer)?.text('message') ?? '';
}
