// Webhooks with a proof that is not the account's: another account's, another provider's, a weaker algorithm's; and
// addresses that are not its own. None is taken, and none becomes a fact.

import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { isUnsigned } from '../../../src/producers/provider.ts';
import { type GivenAccounts, pathOf, type Sending } from './given-accounts.ts';

const ALGORITHMS = ['sha1', 'sha256', 'sha512'] as const;
const ENCODINGS = ['hex', 'base64'] as const;
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'] as const;

/** What somebody without the secret can compute of a body, by several algorithms, also with what stands before it. */
function guesses(body: string, own: string): string[] {
  const digests = ALGORITHMS.flatMap((name) =>
    ENCODINGS.flatMap((encoding) => [
      createHash(name).update(body).digest(encoding),
      createHmac(name, '').update(body).digest(encoding),
      createHmac(name, 'secret').update(body).digest(encoding),
    ]),
  );
  const [before = ''] = /^\w+[ =,]/.exec(own) ?? [];
  return ['', ...digests.map((text) => `${before}${text}`)];
}

export function foreignProofAttacks(sender: Sending, senders: readonly Sending[], accounts: () => GivenAccounts): void {
  const { provider, webhook } = sender;
  const { body } = webhook;
  const settings = provider.account.parse(sender.account);
  const isOpen = isUnsigned(provider, settings.webhook);

  test.skipIf(isOpen)('the proof of another account or of another provider is none (S06)', async () => {
    const given = accounts();
    const before = given.facts();
    const own = given.signed(sender, 'b', body);
    for (const other of senders) {
      for (const account of ['a', 'b'] as const) {
        const headers = given.signed(other, account, body);
        if (other === sender && account === 'b') continue;
        expect([other.provider.name, account, await given.send(sender, 'b', { headers })]).toEqual([
          ...[other.provider.name, account],
          401,
        ]);
        // The same values under the names that are expected here.
        const values = Object.values(headers);
        if (values.length === 0) continue;
        const named = Object.fromEntries(Object.keys(own).map((name, at) => [name, values[at % values.length]!]));
        if (JSON.stringify(named) === JSON.stringify(own)) continue;
        expect(await given.send(sender, 'b', { headers: named })).toBe(401);
      }
    }
    expect(given.facts()).toBe(before);
  });

  test.skipIf(isOpen)('what anybody can compute is no proof, by any algorithm (S06)', async () => {
    const given = accounts();
    const before = given.facts();
    const own = given.signed(sender, 'b', body);
    for (const [name, value] of Object.entries(own)) {
      for (const text of guesses(body, value)) {
        expect(await given.send(sender, 'b', { headers: { ...own, [name]: text } })).toBe(401);
      }
      const { [name]: _, ...without } = own;
      expect(await given.send(sender, 'b', { headers: without })).toBe(401);
    }
    expect(given.facts()).toBe(before);
  });

  test('a secret path is the only way, and no line of the log has it', async () => {
    const given = accounts();
    const before = given.facts();
    const own = `/${pathOf(sender)}`;
    const others = senders.filter((one) => one !== sender).map((one) => `/${pathOf(one)}`);
    const wrong = [own.slice(0, -1), `${own}x`, own.toUpperCase(), `${own}/nothing`, `${own}/../a`, `/x${own}`];
    for (const below of ['', '/', ...wrong, ...others]) {
      expect([below, await given.send(sender, 'p', { below })]).toEqual([below, 404]);
    }
    for (const method of METHODS) {
      if ((provider.webhook!.methods ?? ['POST']).some((one) => one === method)) continue;
      expect([method, await given.send(sender, 'p', { method })]).toEqual([method, expect.toBeOneOf([404, 405])]);
    }
    expect(given.facts()).toBe(before);
    if (!isOpen) expect(await given.send(sender, 'p', { headers: given.signed(sender, 'a', body) })).toBe(401);
    expect(given.facts()).toBe(before);
    for (const endpoint of provider.webhook!.endpoints ?? []) {
      expect([endpoint, await given.send(sender, 'p', { below: `${own}/${endpoint}` })]).not.toContain(404);
    }
    expect(given.lines.filter((line) => line.includes(pathOf(sender)))).toEqual([]);
  });
}
