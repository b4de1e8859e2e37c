// The same event again, with another proof, in other bytes or at another address of its account: nothing counts twice.

import { expect, test } from 'vitest';
import { readBody } from '../../providers/body-reader.ts';
import type { GivenAccounts, Sending } from './given-accounts.ts';

/** The same JSON with blanks, and with its members in another order. */
function rewritten(body: string): string[] {
  const read = JSON.parse(body) as object;
  if (Array.isArray(read)) return [` ${body}\n`];
  return [` ${body}\n`, JSON.stringify(Object.fromEntries(Object.entries(read).toReversed()))];
}

export function repeatAttacks(sender: Sending, accounts: () => GivenAccounts): void {
  test('an event again, under a new proof, in other bytes or elsewhere, is the same event (S04, S23)', async () => {
    const given = accounts();
    const { loop, reader } = given.service.ledger;
    const settings = sender.provider.account.parse(sender.account);
    const { facts } = readBody(sender.provider, 'webhook', sender.webhook.body, { settings });
    const references = [...new Set(facts.map((fact) => fact.transaction_reference))];
    const claims = async () => {
      await loop.catchUp();
      const found = await Promise.all(references.map((reference) => reader.findKey(reference)));
      // A shop may state an order again: it is one order all the same.
      return [...new Set(found.flatMap((key) => key?.claims.map(({ id }) => id) ?? []))];
    };
    await given.send(sender, 'a');
    const before = await claims();
    expect(before.length).toBeGreaterThan(0);
    const endpoints = ['', ...(sender.provider.webhook!.endpoints ?? []).map((endpoint) => `/${endpoint}`)];
    await given.clock.advance(1_000);
    for (const body of [sender.webhook.body, ...rewritten(sender.webhook.body)]) {
      for (const below of endpoints) {
        // At an address for something else it may not be understood; where the proof is in the body, it is refused.
        expect(await given.send(sender, 'a', { body, below })).toBeOneOf([200, 202, 401]);
      }
    }
    expect(await claims()).toEqual(before);
  });
}
