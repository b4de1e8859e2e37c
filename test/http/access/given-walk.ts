// For tests that call every route of the table: a request for each, with a body that it takes.
import { caseId } from '../../../src/domain/case-id.ts';
import type { Route } from '../../../src/http/api/route.ts';
import type { Given } from '../api/given-api.ts';

/** Of an order that was paid too little. */
const CASE = caseId({ key: 'A-1', stage: 'payment', reason: 'AMOUNT_UNDER', subject: 'P-A-1' });

const BATCH = `b-${'ab'.repeat(12)}`;

export const nameOf = ({ method, url }: Route) => `${method} ${url}`;

export function urlOf({ url, query }: Route): string {
  const path = url
    .replace(':ref', 'A-1')
    .replace(':entry', '0-0-0')
    .replace(':day', '2026-06-01')
    .replace(':file', 'breaks.csv')
    .replace('imports/:id', 'imports/1')
    .replace('batches/:id', `batches/${BATCH}`)
    .replace(':sha256', 'ab'.repeat(32))
    .replace('cases/:id', `cases/${CASE}`)
    .replace(/(proposals)\/:id/, `$1/${CASE}.${'ab'.repeat(32)}`)
    .replace(':id', 'A-1');
  const needed = { country: 'KE', kind: 'orders', name: 'a.csv', merchant: 'shop-1', line: 'received' };
  const names = Object.keys(needed).filter((name) => query !== undefined && name in query.shape);
  const given = names.map((name) => `${name}=${needed[name as keyof typeof needed]}`);
  return given.length === 0 ? path : `${path}?${given.join('&')}`;
}

let requests = 0;
/** An idempotency key that no request has had. */
export const nextKey = () => `i${requests++}`;

export function ask({ ask: send }: Given, route: Route, key: string | undefined, browser: Record<string, string> = {}) {
  const json = route.body === undefined ? {} : { json: bodyOf(route) };
  const file = route.upload === true ? { 'content-type': 'text/csv' } : {};
  const headers = { headers: { ...file, ...browser }, ...(route.upload === true ? { payload: 'x' } : {}) };
  const asked = { method: route.method, url: urlOf(route), idempotencyKey: nextKey(), ...json, ...headers };
  return send(key === undefined ? asked : { ...asked, key });
}

export function bodyOf({ example, url }: Route): object {
  if (url.startsWith('/v1/periods/')) return { merchant: 'shop-1' };
  if (url !== '/v1/orders') return example as object;
  return { ...(example as object), merchant: 'shop-1', transaction_reference: `N-${requests}` };
}
