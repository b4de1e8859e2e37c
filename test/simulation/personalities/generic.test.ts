// The network that is known by configuration alone speaks as the example of such a network supposes.

import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { bodySettings } from '../../../src/producers/account-settings.ts';
import { providerNamed } from '../../../src/providers/registry.ts';
import { HOUR, namesWith } from './given.ts';
import { begin, pass, read, readersOf } from './starts.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** The readers of the shipped example, which differs from the sandbox's own account in its secrets. */
function exampleReaders() {
  const text = readFileSync(new URL('../../../examples/networks/helium-money.yaml', import.meta.url), 'utf8');
  const [account] = (parse(text) as { accounts: Record<string, unknown>[] }).accounts;
  const provider = providerNamed('generic')!;
  const own = provider.account.parse(account);
  const common = { provider: 'generic', account: 'helium-money', merchant: 'shop-a', pseudonym: (one: string) => one };
  return provider.bodies({ ...common, own, settings: bodySettings(own), isUnsigned: false });
}

test('its webhooks are read by the example as by the account that the sandbox writes', async () => {
  const network = await begin('generic');
  closers.push(() => network.close());
  await pass(network, 9);
  const { readers } = readersOf('generic', network);
  const example = exampleReaders();
  const words = new Set<unknown>();
  for (const { text } of network.came) {
    const [own] = read(readers, 'webhook', text);
    const [shipped] = read(example, 'webhook', text);
    expect(shipped!.body).toEqual(own!.body);
    words.add(own!.body.type === 'PaymentObserved' && `${own!.body.kind} ${own!.body.status}`);
  }
  expect([...words].sort()).toEqual(['payment failed', 'payment succeeded', 'reversal succeeded']);
});

test('its status is what happened', async () => {
  const network = await begin('generic');
  closers.push(() => network.close());
  network.clock.skip(9 * HOUR);
  const { readers } = readersOf('generic', network);
  const ask = async (reference: string) => {
    const answer = await fetch(`${network.sandbox.url}/v1/payments/${reference}`, { headers: network.headers });
    return answer.text();
  };
  const ends = { paid: 'succeeded', failed: 'failed', abandoned: 'failed', reversed: 'reversed' };
  for (const [outcome, status] of Object.entries(ends)) {
    const [reference] = namesWith(network.sandbox, outcome);
    const [fact] = read(readers, 'poll', await ask(reference!));
    expect([outcome, fact]).toMatchObject([outcome, { transaction_reference: reference, body: { status } }]);
  }
});
