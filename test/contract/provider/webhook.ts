// What the webhooks of every provider must do.

import { describe, expect, test } from 'vitest';
import { bodySettings, type SecretPlace } from '../../../src/producers/account-settings.ts';
import { NOON } from '../../service/ledger/given-live-ledger.ts';
import { expectExact, expectNoSecret, withBitChanged } from './expect-facts.ts';
import type { ProviderSample, WebhookSample } from './sample.ts';
import { PSEUDONYM } from './sample-gateway.ts';

export function webhookContract({ provider, secrets, account }: ProviderSample, webhook: WebhookSample): void {
  const port = { ...provider.webhook!, ...provider.webhook!.headersOf?.(provider.account.parse(account)) };
  const secretAt = (place: SecretPlace) => secrets['env' in place ? place.env : place.file]!;
  const verifier = () => port.verifier(provider.account.parse(account), secretAt)!;
  const body = Buffer.from(webhook.body);
  const secret = secrets[webhook.secret ?? '']!;
  const signed = (at = NOON) => webhook.headers(body, secret, at);
  const judge = (headers: Readonly<Record<string, string | readonly string[]>>, bytes: Uint8Array = body) =>
    verifier()((name) => [headers[name] ?? []].flat(), bytes, NOON);
  const own = provider.account.parse(account);
  const settings = bodySettings(own);
  const about = { provider: provider.name, account: 'main', pseudonym: PSEUDONYM, settings, own, merchant: 'shop-1' };
  const reader = provider.bodies({ ...about, isUnsigned: provider.capabilities.webhooks === 'unsigned' }).webhook!;
  const sent = webhook.headers(body, secret, NOON);
  const read = (text: string) =>
    reader({ text, header: (name) => sent[name] ?? null, about: {}, readAt: NOON, raw: 'ex-1' });

  const { webhooks } = provider.capabilities;
  const isProved = webhooks === 'signed' || webhooks === 'secret';

  describe(`${provider.name}: its webhooks`, () => {
    test('are authentic with the headers that it sends, and read no others', () => {
      expect(judge(signed())).toBeNull();
      expect(port.headers).toEqual(expect.arrayContaining(Object.keys(signed())));
    });

    test.each(
      [
        ['without headers', {}],
        ['with empty ones', Object.fromEntries(port.headers.map((name) => [name, '']))],
        [
          'with each twice',
          Object.fromEntries(Object.entries(signed()).map(([name, value]) => [name, [value, value]])),
        ],
      ].filter(() => isProved) as [string, Readonly<Record<string, string | string[]>>][],
    )('are refused %s', (_how, headers) => {
      expect(judge(headers)?.code).toBe('HESABU_SIGNATURE_INVALID');
    });

    test.runIf(isProved)('are refused with another secret, and the fault tells none', () => {
      const fault = judge(webhook.headers(body, `${secret}xxxx`, NOON));
      expect(fault?.code).toBe('HESABU_SIGNATURE_INVALID');
      expectNoSecret(JSON.stringify(fault), secrets);
    });

    test.runIf(isProved)('are proved by the bytes of the secret alone, as hesabu inspect has them', () => {
      const { scheme = null } = own.webhook as { readonly scheme?: string };
      const judgeBy = (bytes: string) =>
        port.check?.(Buffer.from(bytes), scheme, own.webhook)?.((name) => [signed()[name] ?? []].flat(), body, NOON);
      expect(judgeBy(secret)).toBeNull();
      expect(judgeBy('another-secret')).toMatchObject({ code: 'HESABU_SIGNATURE_INVALID' });
    });

    test('are refused with one bit changed in any header', () => {
      for (const [name, value] of Object.entries(signed())) {
        for (const changed of withBitChanged(Buffer.from(value))) {
          // The name of the scheme may be written in any case (RFC 7617).
          if (changed.toString('latin1').replace(/^basic /i, 'Basic ') === value) continue;
          expect(judge({ ...signed(), [name]: changed.toString('latin1') }), changed.toString('latin1')).not.toBeNull();
        }
      }
    });

    test.runIf(provider.capabilities.webhooks === 'signed')(
      'are refused with one bit of the body changed, or its end',
      () => {
        for (const changed of withBitChanged(body)) expect(judge(signed(), changed)).not.toBeNull();
        expect(judge(signed(), body.subarray(0, -1))).not.toBeNull();
        expect(judge(signed(), Buffer.concat([body, Buffer.from(' ')]))).not.toBeNull();
      },
    );

    test.runIf(webhook.tolerance !== null)('are refused as stale beyond their tolerance, both ways', () => {
      const tolerance = webhook.tolerance!;
      for (const sign of [-1, 1]) {
        expect(judge(signed(NOON + sign * tolerance))).toBeNull();
        expect(judge(signed(NOON + sign * (tolerance + 1000)))?.code).toBe('HESABU_SIGNATURE_STALE');
      }
    });

    test('are not taken by an account without webhooks', () => {
      const { webhook: _, ...without } = account;
      expect(port.verifier(provider.account.parse(without), () => '')).toBeUndefined();
    });

    test('become the fact of the sample, with the same id each time', () => {
      const facts = [read(webhook.body), read(webhook.body)].flatMap((reading) => reading.facts);
      expect(facts).toMatchObject([webhook.fact, webhook.fact]);
      expectExact(facts);
    });

    test.runIf(webhook.unknownEvent !== undefined)('of an event that nobody knows become an unclassified fact', () => {
      const unclassified = { body: { status: 'unclassified', word: expect.any(String) } };
      expect(read(webhook.unknownEvent!)).toMatchObject({ facts: [unclassified], rejects: [], unread: null });
    });

    test.each(['', 'no JSON', '[]', '{}', '"text"', '{"data":[]}'])(
      'with the body %j are a fault, not an error',
      (text) => {
        const { facts, rejects, unread } = read(text);
        expect(facts).toEqual([]);
        expect(unread ?? rejects[0]).toMatchObject({ code: expect.stringMatching(/^HESABU_/) });
      },
    );
  });
}
