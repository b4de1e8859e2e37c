// What is particular to version 4 of Flutterwave: tokens, a reference that is taken once, times and ids of events in
// two forms, and a signature that the scheme of version 3 does not take.

import { afterEach, expect, test } from 'vitest';
import { providerNamed } from '../../../src/providers/registry.ts';
import { HOUR, namesWith } from './given.ts';
import { begin, pass, read, readersOf, STARTS } from './starts.ts';

const NAME = 'flutterwave-v4';
const { path, body, login } = STARTS[NAME]!;

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function given(...args: [Parameters<typeof begin>[1]?, number?]) {
  const network = await begin(NAME, ...args);
  closers.push(() => network.close());
  const ask = async (to: string, more: RequestInit = {}) => {
    const headers = { ...(await login!(network.sandbox.url)), 'content-type': 'application/json' };
    return fetch(`${network.sandbox.url}${to}`, { headers, ...more });
  };
  return { ...network, ask };
}

test('a charge is asked for once by its reference, with a token, and found by its id', async () => {
  const { ask, sandbox, clock } = await given([], 20);
  const again = await ask(path, { method: 'POST', body: JSON.stringify(body('A0', '')) });
  expect(again.status).toBe(409);
  expect((await ask(path, { method: 'POST', body: '{}' })).status).toBe(400);
  expect((await fetch(`${sandbox.url}/charges/chg_1`)).status).toBe(401);
  const made = await ask(path, { method: 'POST', body: JSON.stringify(body('new', '')) });
  const { data } = (await made.json()) as { data: { id: string } };
  clock.skip(9 * HOUR);
  const found = (await (await ask(`/charges/${data.id}`)).json()) as { data: { status: string; reference: string } };
  const { outcome } = sandbox.truth().references['order-new']!;
  const status = outcome === 'failed' || outcome === 'abandoned' ? 'failed' : 'succeeded';
  expect(found.data).toMatchObject({ reference: 'order-new', status });
  expect((await ask('/charges/chg_none')).status).toBe(404);
});

test('webhooks have either name of their id, and times in either form, and are read alike', async () => {
  const network = await given();
  await pass(network, 9);
  const { readers } = readersOf(NAME, network);
  const forms = new Set<string>();
  for (const { text, body: told } of network.came) {
    forms.add('webhook_id' in told ? 'webhook_id' : 'id').add(typeof told.data.created_datetime);
    const [fact] = read(readers, 'webhook', text);
    const at = Date.parse(told.data.created_datetime);
    const seconds = Number.isNaN(at) ? told.data.created_datetime * 1_000 : at;
    expect([fact!.transaction_reference, fact!.occurred_at]).toEqual([told.data.reference, Math.round(seconds)]);
  }
  expect([...forms].sort()).toEqual(['id', 'number', 'string', 'webhook_id']);
});

test('they are forged, lost and repeated where these faults are on, and version 3 takes none of them', async () => {
  const network = await given(['forged', 'lost', 'repeated'], 120);
  await pass(network, 9);
  const { check } = readersOf(NAME, network);
  const valuesOf = (headers: (typeof network.came)[0]['headers']) => (one: string) => [headers[one] ?? []].flat();
  const token = providerNamed('flutterwave')!.webhook!.check!(Buffer.from('the-secret_hash_4'), 'token')!;
  let refused = 0;
  for (const { headers, text } of network.came) {
    if (check('the-secret_hash_4')!(valuesOf(headers), Buffer.from(text), 0) !== null) refused++;
    expect(token(valuesOf(headers), Buffer.from(text), 0)?.code).toMatch(/^HESABU_SIGNATURE_/);
  }
  expect(refused).toBe(network.sandbox.deliveries.forged);
  expect(refused).toBeGreaterThan(0);
  const told = (reference: string) => network.came.filter(({ text }) => text.includes(`"${reference}"`)).length;
  const paid = namesWith(network.sandbox, 'paid').map(told);
  expect([paid.some((count) => count === 0), paid.some((count) => count > 1)]).toEqual([true, true]);
});
