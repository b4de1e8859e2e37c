// What every provider must do, whatever its network is: run unchanged on each row, with a sample of what it sends.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { secretPlaces } from '../../../src/producers/account-settings.ts';
import type { FileKind } from '../../../src/producers/formats/format.ts';
import { CANONICAL_FORMATS } from '../../../src/producers/formats/formats.ts';
import { hasCall } from '../../../src/producers/gateway.ts';
import { fileReading, type RegisteredProvider } from '../../../src/providers/registry.ts';
import { readConfig } from '../../../src/service/config/config-file.ts';
import { read as readText } from '../../producers/import-helpers.ts';
import { ABILITIES, isLacking } from './abilities.ts';
import { objectsIn, secretPathsIn, withKey } from './account-tree.ts';
import { expectExact } from './expect-facts.ts';
import { gatewayContract } from './gateway.ts';
import type { ProviderSample } from './sample.ts';
import { CALL_NAMES, gatewayOf } from './sample-gateway.ts';
import { webhookContract } from './webhook.ts';

const readAs = (provider: RegisteredProvider, kind: FileKind, text: string) =>
  readText(kind, text, { provider: provider.name, ...fileReading(provider.name, kind, undefined, [provider]) });

export function providerContract(sample: ProviderSample): void {
  const { provider, account, secrets } = sample;
  const settings = () => provider.account.parse(account);
  const sorted = (names: readonly string[]) => [...names].sort();

  describe(`${provider.name}: its row`, () => {
    test('has a name that fits facts, URLs and the configuration', () => {
      expect(provider.name).toMatch(/^[a-z0-9][a-z0-9-]{0,39}$/);
    });

    test('says that it can do exactly what it fills in', () => {
      const { payments, refunds, operators, status, webhooks, settlement, gaps = false } = provider.capabilities;
      const said = { initiate: payments, refund: refunds, operators, status: status !== 'none', settlement, gaps };
      const gateway = provider.gateway === undefined ? undefined : gatewayOf(sample, () => ({ status: 500, body: '' }));
      // A harmless call is no ability that users choose a network by.
      const abilities = CALL_NAMES.filter((call) => call !== 'check');
      const filled = abilities.filter((call) => gateway !== undefined && hasCall(gateway.gateway, call));
      expect(sorted(filled)).toEqual(sorted(abilities.filter((call) => said[call as keyof typeof said])));
      expect(gateway === undefined).toBe(filled.length === 0);
      expect(provider.webhook !== undefined).toBe(webhooks !== 'none');
      // Where nobody signs by default, the settings of an account may still name a secret.
      if (webhooks !== 'unsigned') {
        expect((provider.webhook?.secretHeaders ?? []).length > 0).toBe(webhooks === 'secret');
      }
      expect(provider.webhook?.headers ?? []).toEqual(
        expect.arrayContaining([...(provider.webhook?.secretHeaders ?? [])]),
      );
      expect(settings().settlement !== undefined).toBe(settlement);
      expect(settings().webhook !== undefined).toBe(webhooks !== 'none');
    });

    test('says of each ability that it lacks why, and of no other', () => {
      const { capabilities, documents } = provider;
      const lacking = ABILITIES.filter((ability) => isLacking(capabilities, ability));
      expect(sorted(Object.keys(documents.lacks))).toEqual(sorted(lacking));
      for (const [ability, why] of Object.entries(documents.lacks)) expect(why, ability).toMatch(/^[^|\n]{3,}$/);
    });

    test('says in which month each of its documents was read', () => {
      for (const [source, month] of Object.entries(provider.documents.read)) {
        expect(source).toMatch(/^[^|\n]{3,}$/);
        expect(month).toMatch(/^20\d{2}-(0[1-9]|1[0-2])$/);
      }
    });

    test('has samples of all that it can do', () => {
      expect(sample.webhook !== undefined).toBe(provider.webhook !== undefined);
      expect(sample.gateway !== undefined).toBe(provider.gateway !== undefined);
      expect(sample.files.length).toBeGreaterThan(0);
    });

    test('reads the fields of the canonical formats, so that any mapping fits', () => {
      for (const [kind, format] of Object.entries(provider.formats)) {
        const canonical = CANONICAL_FORMATS[kind as FileKind];
        expect([format.topic, format.fields]).toEqual([canonical.topic, canonical.fields]);
      }
    });
  });

  describe(`${provider.name}: its account in hesabu.yaml`, () => {
    const read = (written: object) => {
      const dir = mkdtempSync(join(tmpdir(), 'hesabu-provider-'));
      const path = join(dir, 'hesabu.yaml');
      try {
        writeFileSync(path, stringify({ data: 'books', accounts: [written] }));
        return readConfig(path, [provider]).accounts[0]!;
      } finally {
        rmSync(dir, { recursive: true, force: true });
      }
    };

    test('is taken, and all of its secrets are found', () => {
      const found = secretPlaces(read(account)).map((place) => ('env' in place ? place.env : place.file));
      expect(sorted(found)).toEqual(sorted(Object.keys(secrets)));
    });

    const closed = objectsIn(account).filter((path) => !(sample.open ?? []).some((one) => path.startsWith(one)));
    test.each(closed)('refuses a key that nobody knows, by name, in "%s"', (path) => {
      const refused = () => read(withKey(account, path, 'surprise', 1));
      const where = expect.stringMatching(new RegExp(`: accounts\\.0${path === '' ? '' : `\\.${path}`}\\.surprise$`));
      const detail = { where, expected: 'no such field' };
      expect(refused).toThrowError(expect.objectContaining({ code: 'HESABU_CONFIG_INVALID', detail }));
    });

    test.runIf(provider.webhook !== undefined)('takes where its webhooks come from, and trust in that', () => {
      const origin = { trust: 'network', path: { env: 'SECRET_PATH' }, addresses: ['198.51.100.0/24', '2001:db8::1'] };
      const written = { ...(account.webhook as object), ...origin };
      expect(read({ ...account, webhook: written }).webhook).toMatchObject(origin);
      const refused = () => read({ ...account, webhook: { ...written, addresses: undefined } });
      const detail = expect.objectContaining({ where: expect.stringMatching(/: accounts\.0\.webhook\.addresses$/) });
      expect(refused).toThrowError(expect.objectContaining({ code: 'HESABU_CONFIG_INVALID', detail }));
    });

    test('refuses a key that JavaScript would hide', () => {
      const written = Object.defineProperty({ ...account }, '__proto__', { value: { a: 1 }, enumerable: true });
      const detail = expect.objectContaining({ where: expect.stringContaining(': accounts.0') });
      expect(() => read(written)).toThrowError(expect.objectContaining({ code: 'HESABU_CONFIG_INVALID', detail }));
    });

    test.each(secretPathsIn(account))('refuses a secret that is written out in "%s", without quoting it', (path) => {
      const [key, ...above] = path.split('.').reverse() as [string, ...string[]];
      const refused = () => read(withKey(account, above.reverse().join('.'), key, 'a-literal-secret'));
      const detail = expect.objectContaining({ expected: expect.stringContaining('{ env: NAME }') });
      const message = expect.not.stringContaining('a-literal-secret');
      expect(refused).toThrowError(expect.objectContaining({ code: 'HESABU_CONFIG_INVALID', detail, message }));
    });
  });

  describe(`${provider.name}: its files`, () => {
    test.each(sample.files)('of $kind become the facts of the sample', async ({ kind, text, facts }) => {
      const reading = await readAs(provider, kind, text);
      expect(reading.rejects).toEqual([]);
      expect(reading.facts).toMatchObject(facts);
      expect(reading.facts).toHaveLength(facts.length);
      expectExact(reading.facts);
    });

    test.each(sample.files)('of $kind give the same ids each time', async ({ kind, text }) => {
      const ids = async () => (await readAs(provider, kind, text)).facts.map(({ id }) => id);
      const first = await ids();
      expect(await ids()).toEqual(first);
      expect(new Set(first).size).toBe(first.length);
    });

    test.each(
      Object.entries(provider.formats).flatMap(([kind, { layOut }]) =>
        layOut === undefined ? [] : [{ kind, layOut }],
      ),
    )('of $kind are laid out without a throw, whatever their rows hold', ({ layOut }) => {
      fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (row) => void layOut(row as never)));
    });
  });

  if (sample.webhook !== undefined) webhookContract(sample, sample.webhook);
  if (sample.gateway !== undefined) gatewayContract(sample, sample.gateway);
}
