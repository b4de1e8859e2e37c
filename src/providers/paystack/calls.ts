// Calls of the API of Paystack, and its lists: page by page, with `perPage` and `page`. Sources:
// paystack.com/docs/api/#authentication and #pagination.

import type { Purpose } from '../../outbound/client/account-calls.ts';
import type { OutgoingAnswer } from '../../outbound/client/client.ts';
import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import { exactJson, JsonFields } from '../../producers/bodies/json-fields.ts';
import { isObject } from '../../producers/files/json-text.ts';
import type { Fault } from '../../producers/formats/row.ts';
import type { GatewayContext } from '../../producers/provider.ts';
import { isTaken, NetworkCalls } from '../calls/network-calls.ts';
import { paystackBodies } from './bodies.ts';
import { BASE_URL, NAME, type Settings } from './settings.ts';

export type Query = Readonly<Record<string, string>>;

/** A page of a list, and whether another one comes after it. */
export interface ListPage {
  readonly rows: readonly JsonFields[];
  readonly hasMore: boolean;
}

const PAGE_LENGTH = 100;

export class PaystackCalls {
  readonly network: NetworkCalls<Settings>;

  constructor(context: GatewayContext<Settings, OutboundParts>) {
    const baseUrl = context.initial.base_url ?? BASE_URL;
    this.network = new NetworkCalls(context, { provider: NAME, bodies: paystackBodies, baseUrl, words: ['message'] });
  }

  /** Whatever the status of the answer is. */
  post(path: string, body: object, names: readonly string[]): Promise<OutgoingAnswer> {
    const headers = { ...this.headers(), 'content-type': 'application/json' };
    const call = { method: 'POST', path, headers, body: JSON.stringify(body), names } as const;
    return this.network.make(call, 'money');
  }

  /** Whatever the status of the answer is. */
  get(
    path: string,
    query: Query | undefined,
    names: readonly string[],
    purpose: Purpose = 'poll',
  ): Promise<OutgoingAnswer> {
    const call = { method: 'GET', path, headers: this.headers(), names } as const;
    return this.network.make(query === undefined ? call : { ...call, query }, purpose);
  }

  /** A page of a list, which may be no list at all: see `pageIn`. */
  async page(
    path: string,
    page: number,
    query: Query,
    names: readonly string[],
    purpose: Purpose = 'poll',
  ): Promise<OutgoingAnswer> {
    const paging = { perPage: `${PAGE_LENGTH}`, page: `${page}` };
    const answer = await this.get(path, { ...query, ...paging }, names, purpose);
    if (!isTaken(answer)) throw this.network.refused(`GET ${path}`, answer);
    return answer;
  }

  private headers(): Readonly<Record<string, string>> {
    return { authorization: `Bearer ${this.network.secret(this.network.settings().api_key!)}` };
  }
}

/** The `data` of an answer; undefined where it has none, or is no JSON. */
export function dataIn({ body }: Pick<OutgoingAnswer, 'body'>): JsonFields | undefined {
  const root = rootOf(body);
  return root !== undefined && isObject(root.value('data')) ? root.within('data') : undefined;
}

/** What an answer says in words, and its code. */
export function wordsIn({ body }: Pick<OutgoingAnswer, 'body'>): { readonly message: string; readonly code: string } {
  const root = rootOf(body);
  return { message: root?.text('message') ?? '', code: root?.text('code') ?? '' };
}

/**
 * The page with this number. An answer that is no list says nothing of what there is: it is a fault, and no empty list.
 * A page may be shorter than asked for, so what the list says of its pages counts too.
 */
export function pageIn({ body }: Pick<OutgoingAnswer, 'body'>, page: number): ListPage | Fault {
  const root = rootOf(body);
  const data = root?.value('data');
  if (root !== undefined && isObject(data)) return { rows: [root.within('data')], hasMore: false };
  if (root === undefined || !Array.isArray(data)) {
    return { field: 'data', code: 'HESABU_ROW_SHAPE', expected: 'a list', found: 'another body' };
  }
  const [length, pages] = [countIn(root, 'meta.perPage') ?? PAGE_LENGTH, countIn(root, 'meta.pageCount') ?? 0];
  return { rows: root.each('data'), hasMore: data.length > 0 && (data.length >= length || page < pages) };
}

function rootOf(body: Buffer): JsonFields | undefined {
  const json = exactJson(body.toString('utf8'));
  return 'value' in json && isObject(json.value) ? new JsonFields(json.value) : undefined;
}

function countIn(root: JsonFields, path: string): number | undefined {
  const value = root.value(path);
  return typeof value === 'string' && /^[1-9]\d{0,8}$/.test(value) ? Number(value) : undefined;
}
