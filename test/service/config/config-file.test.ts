// Duplicates that a configuration must not have, targets that were removed from it, and its secrets.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { PROVIDERS } from '../../../src/providers/registry.ts';
import { type Config, configSchema } from '../../../src/service/config/config.ts';
import { type LoadedConfig, loadConfig, readConfig } from '../../../src/service/config/config-file.ts';
import { targetsOf } from '../../../src/service/messages.ts';

const dir = mkdtempSync(join(tmpdir(), 'hesabu-config-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const target = (url: string, env = 'SHOP') => ({ url, secret: { env } });
const read = (notify: readonly object[]) => {
  const path = join(dir, 'hesabu.yaml');
  writeFileSync(path, stringify({ data: './books', notify }));
  return readConfig(path);
};

describe('two targets of messages', () => {
  test.each([
    ['the same URL', 'https://shop.example/hooks', 'https://shop.example/hooks'],
    ['the same URL in two spellings', 'https://shop.example', 'https://SHOP.example:443/'],
  ])('with %s are refused, and the error names the second', (_what, first, second) => {
    expect(() => read([target('https://ops.example/'), target(first), target(second, 'OTHER')])).toThrowError(
      expect.objectContaining({
        code: 'HESABU_CONFIG_INVALID',
        detail: { where: `${join(dir, 'hesabu.yaml')}: notify.2.url`, expected: 'another URL than that of notify.1' },
      }),
    );
  });

  test('with two URLs are accepted', () => {
    const urls = ['https://shop.example/hooks?shop=1', 'https://shop.example/hooks?shop=2'];
    expect(read(urls.map((url) => target(url))).notify.map(({ url }) => url)).toEqual(urls);
  });
});

test('a target that was removed from the configuration is not named until it is added again', () => {
  const secret = () => `whsec_${'A'.repeat(32)}`;
  const loadedWith = (...notify: readonly object[]): LoadedConfig => {
    return {
      config: configSchema(PROVIDERS).parse({ data: 'books', notify }) as Config,
      rules: undefined,
      cluster: undefined,
      providers: PROVIDERS,
      secret,
    };
  };
  let loaded = loadedWith(target('https://shop.example'), target('https://ops.example'));
  const [shop, ops] = targetsOf(() => loaded);
  const states = () => [shop!.isNamed?.(), shop!.secrets().length, ops!.isNamed?.()];
  expect(states()).toEqual([true, 1, true]);
  loaded = loadedWith(target('https://ops.example'));
  expect(states()).toEqual([false, 0, true]);
  loaded = loadedWith(target('https://shop.example', 'NEW'));
  expect(states()).toEqual([true, 1, false]);
});

describe('the signing secret of a target', () => {
  const given = (secret: string) => {
    writeFileSync(join(dir, 'secret'), secret);
    const path = join(dir, 'hesabu.yaml');
    writeFileSync(
      path,
      stringify({ data: './books', notify: [{ url: 'https://shop.example', secret: { file: 'secret' } }] }),
    );
    return path;
  };

  test('given an invalid secret, when the configuration is read, then the error does not quote it', () => {
    const path = given('hunter2');
    expect(() => loadConfig(path)).toThrowError(
      expect.objectContaining({
        code: 'HESABU_CONFIG_INVALID',
        detail: expect.objectContaining({ where: `${path}: notify.0.secret` }),
        message: expect.not.stringContaining('hunter2'),
      }),
    );
  });

  test('given a secret in the form of Standard Webhooks, when the configuration is read, then it is accepted', () => {
    expect(loadConfig(given(`whsec_${'A'.repeat(32)}\n`)).config.notify).toHaveLength(1);
  });
});

describe('a URL that is a secret', () => {
  const given = (url: string) => {
    writeFileSync(join(dir, 'url'), url);
    return read([{ url: { file: 'url' }, secret: { env: 'SHOP' } }]).notify.map((one) => one.url);
  };

  test('given a file with a URL, when the configuration is read, then the target has this URL', () => {
    expect(given('https://hooks.example/services/T0/B0/xyz\n')).toEqual(['https://hooks.example/services/T0/B0/xyz']);
  });

  test('given a file with another text, when the configuration is read, then the error does not quote it', () => {
    expect(() => given('ftp://hooks.example/xyz')).toThrowError(
      expect.objectContaining({ code: 'HESABU_CONFIG_INVALID', message: expect.not.stringContaining('xyz') }),
    );
    expect(() => given('')).toThrowError(expect.objectContaining({ code: 'HESABU_SECRET_MISSING' }));
  });
});
