// Whose webhook a request is, by its method and its URL. The secret part of a URL is compared here and goes no further:
// no error, log line or archive has it.

import type { FastifyRequest } from 'fastify';
import { REDACTED } from '../../runtime/known-secrets.ts';
import type { WebhookAccount, WebhookMethod } from './webhook.ts';

interface Params {
  readonly provider: string;
  readonly account: string;
  /** What follows the account. */
  readonly '*'?: string;
}

export interface WebhookTarget {
  readonly account: WebhookAccount;
  readonly method: WebhookMethod;
  readonly endpoint: string;
  /** As it may be shown. */
  readonly url: string;
  /** Without the question mark; '' where there is none. */
  readonly query: string;
}

const METHODS: readonly WebhookMethod[] = ['POST'];

/** `where` alone if there is nothing under this URL, whatever part of it is wrong. */
export function targetOf(
  request: Pick<FastifyRequest, 'method' | 'params' | 'url'>,
  accountNamed: (provider: string, account: string) => WebhookAccount | undefined,
): WebhookTarget | { readonly where: string } {
  const { provider, account: name, '*': below = '' } = request.params as Params;
  const where = `/webhooks/${provider}/${name}`;
  const account = accountNamed(provider, name);
  if (account === undefined) return { where };
  const { port, gate } = account;
  const method = (port.methods ?? METHODS).find((one) => one === request.method);
  const parts = below === '' ? [] : below.split('/');
  const isKnown = gate.isPath === null || gate.isPath(parts.shift() ?? '');
  const [endpoint = '', ...more] = parts;
  const isNamed = endpoint === '' ? parts.length === 0 : port.endpoints?.includes(endpoint) === true;
  if (method === undefined || !isKnown || !isNamed || more.length > 0) return { where };
  const mark = request.url.indexOf('?');
  const query = mark < 0 ? '' : request.url.slice(mark + 1);
  const shown = [where, ...(gate.isPath === null ? [] : [REDACTED]), ...parts].join('/');
  // The query of a GET is its body, which is archived as one.
  return { account, method, endpoint, query, url: mark < 0 || method === 'GET' ? shown : `${shown}?${query}` };
}
