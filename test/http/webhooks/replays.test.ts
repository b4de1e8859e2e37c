// An authentic webhook that somebody sends again later, or to another place.
import { expect, test } from 'vitest';
import { NOON } from '../../service/ledger/given-live-ledger.ts';
import { givenWebhooks, payment, SECRET, signed, verifierOf } from './given.ts';

test('after a second it is answered alike, after minutes and days refused, and never a second effect (S04)', () =>
  givenWebhooks(async (given) => {
    const webhook = [payment('1'), signed(payment('1'))] as const;
    expect((await given.send(...webhook)).status).toBe(200);
    given.clock.at = NOON + 1_000;
    expect((await given.send(...webhook)).status).toBe(200);
    for (const later of [10 * 60_000, 4 * 86_400_000]) {
      given.clock.at = NOON + later;
      const answer = await given.send(...webhook);
      expect([answer.status, answer.json.code]).toEqual([401, 'HESABU_SIGNATURE_STALE']);
      // The gateway itself signs its repeat anew.
      expect((await given.send(payment('1'), signed(payment('1'), SECRET, given.clock.at))).status).toBe(200);
    }
    expect(new Set(given.facts.map(({ id }) => id)).size).toBe(1);
  }));

test.each([
  ["another account's secret", signed(payment('1'), 'the secret of shop-b')],
  ['the name of another header', { 'x-mfs-signature': signed(payment('1'))['x-signature'] }],
  ['a header of Standard Webhooks', { 'webhook-signature': `v1,${'A'.repeat(43)}=`, 'webhook-id': 'm' }],
  ['a weaker algorithm', { 'x-signature': signed(payment('1'))['x-signature'].replace('v1=', 'v0=') }],
  ['another algorithm', { 'x-signature': `sha1=${'0'.repeat(40)}` }],
  ['the other scheme', { 'x-signature': `sha256=${signed(payment('1'))['x-signature'].split('v1=')[1]}` }],
  ['an asymmetric scheme', { 'x-signature': signed(payment('1'))['x-signature'].replace('v1=', 'v1a=') }],
])('signed with %s it is refused, and makes no fact (S06)', (_what, headers) =>
  givenWebhooks(async (given) => {
    given.account = { ...given.account, verify: verifierOf('timestamped', SECRET) };
    const answer = await given.send(payment('1'), headers as Record<string, string>);
    expect([answer.status, answer.json.code]).toEqual([401, 'HESABU_SIGNATURE_INVALID']);
    expect(given.facts).toEqual([]);
  }),
);
