// What one account says about another merchant's orders, in everything that its network or shop sends: it changes
// nothing that the other merchant sees, except that it is told. The victim's own account, as a control, does change it.

import { expect, test } from 'vitest';
import type { Fact } from '../../../src/domain/fact.ts';
import { initiatedFact } from '../../../src/producers/gateway-answers.ts';
import { readBody } from '../../providers/body-reader.ts';
import { order } from '../../service/ledger/given-live-ledger.ts';
import type { AccountName, GivenAccounts, Sending } from './given-accounts.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are compared as they are.
type Json = any;

/** Every body of the sample that its network may push. */
function bodiesOf({ webhook, files, provider }: Sending): string[] {
  const lines = files.flatMap(({ kind, text }) => (kind === 'callbacks' ? text.split('\n').filter(Boolean) : []));
  const pushed = lines.filter((line) => readBody(provider, 'webhook', line).facts.length > 0);
  return [webhook.body, ...(webhook.unknownEvent === undefined ? [] : [webhook.unknownEvent]), ...pushed];
}

/** The same body as an order, or its status, of another merchant: for shops whose bodies name one. */
function inNameOf(body: string, merchant: string): string[] {
  const read = JSON.parse(body) as Record<string, Json>;
  const named = { ...read, merchant, ...(read.data === undefined ? {} : { data: { ...read.data, merchant } }) };
  const types = ['order.placed', 'order.cancelled', 'order.status', 'refund.requested'];
  const told = types.map((type) => ({
    ...named,
    type,
    data: { ...named.data, amount: '1.00', status: 'cancelled', refund_id: 'R-9', updated_at: '2026-06-01T11:59:00Z' },
  }));
  return [named, ...(read.type === undefined ? [] : told)].map((one) => JSON.stringify(one));
}

/** What the sample says of payments, and the ids by which it does. */
function factsOf(sender: Sending): Fact[] {
  const settings = sender.provider.account.parse(sender.account);
  return bodiesOf(sender).flatMap((body) => readBody(sender.provider, 'webhook', body, { settings }).facts);
}

/** The victim's orders under all references of the sample; where it names ids only, its own initiation links them. */
async function placeVictims(given: GivenAccounts, sender: Sending): Promise<string[]> {
  const { provider } = sender;
  const merchant = given.merchantOf(sender, 'b');
  const facts: Fact[] = [];
  const references = new Set<string>();
  for (const { transaction_reference: key, body } of factsOf(sender)) {
    const isPayment = body.type === 'PaymentObserved';
    const reference = key.startsWith('?') ? `B-${provider.name}-${key.slice(1).replace(/\W/g, '')}` : key;
    if (key.startsWith('!') || references.has(reference)) continue;
    references.add(reference);
    const money = isPayment ? body : null;
    const amount = { amount: money?.amount ?? '1500.00', currency: money?.currency ?? 'KES' };
    if (isPayment) facts.push(order(reference, { merchant, ...amount }));
    if (isPayment && key.startsWith('?')) {
      const asked = { provider: provider.name, account: 'b', reference, raw: 'x1', receivedAt: given.clock.now() };
      const { provider_transaction_id, request_id, original_transaction_id } = body;
      const ids = { provider_transaction_id, request_id, original_transaction_id: null };
      if (original_transaction_id !== null) ids.provider_transaction_id ??= original_transaction_id;
      const made = initiatedFact(
        { ...asked, msisdn: null, operator: null },
        { kind: 'payment', name: `${reference}`, at: given.clock.now(), ids },
      );
      facts.push(made);
    }
  }
  if (facts.length > 0) await given.service.ledger.writer.append(facts);
  // A shop places its own.
  if (factsOf(sender).some(({ body }) => body.type === 'OrderPlaced')) expect(await given.send(sender, 'b')).toBe(200);
  return [...references];
}

const isOwn = ({ reason }: { reason: string | null }) => reason !== 'FOREIGN_ACCOUNT';

/** All that the victim sees of its orders, without what it is told of other accounts. */
async function seenBy(given: GivenAccounts, key: string, references: readonly string[]): Promise<Json> {
  await given.service.ledger.loop.catchUp();
  const ask = async (path: string) => {
    const answer = await fetch(`${given.service.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
    return { status: answer.status, json: (await answer.json()) as Json };
  };
  const seen = [];
  for (const reference of references) {
    const { status, json } = await ask(`/v1/transactions/${encodeURIComponent(reference)}`);
    const { findings, counts, as_of: _, ...rest } = json;
    expect([reference, status]).toEqual([reference, 200]);
    seen.push({ ...rest, findings: findings.filter(isOwn) });
  }
  const { json } = await ask('/v1/entries?limit=1000');
  return { seen, entries: json.entries.filter(isOwn) };
}

function keyOf({ service, clock }: GivenAccounts, merchant: string): string {
  const wanted = { role: 'shop', merchants: [merchant], label: '', expiresAt: null } as const;
  return service.keys.create(wanted, clock.now()).text;
}

/** Part of the attacks on a provider that sends webhooks. */
export function crossAccountAttacks(sender: Sending, accounts: () => GivenAccounts): void {
  test('what one account says changes nothing at another merchant (S06, S11)', async () => {
    const given = accounts();
    const references = await placeVictims(given, sender);
    const key = keyOf(given, given.merchantOf(sender, 'b'));
    const speak = async (account: AccountName) => {
      for (const body of bodiesOf(sender)) {
        expect(await given.send(sender, account, { body })).toBeOneOf([200, 202]);
      }
    };
    const before = await seenBy(given, key, references);
    await speak('a');
    for (const body of inNameOf(sender.webhook.body, given.merchantOf(sender, 'b'))) {
      expect(await given.send(sender, 'a', { body })).toBeOneOf([200, 202]);
    }
    expect(await seenBy(given, key, references)).toEqual(before);
    // The control: the victim's own account says the same, and is heard.
    await speak('b');
    const isShop = factsOf(sender).some(({ body }) => body.type === 'OrderPlaced');
    if (!isShop) expect(await seenBy(given, key, references)).not.toEqual(before);
  });
}
