// What a configuration may not say twice, and what becomes of targets that it does not name any more.
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
    ['one URL', 'https://shop.example/hooks', 'https://shop.example/hooks'],
    ['one URL in two spellings', 'https://shop.example', 'https://SHOP.example:443/'],
  ])('of %s are refused by name', (_what, first, second) => {
    expect(() => read([target('https://ops.example/'), target(first), target(second, 'OTHER')])).toThrowError(
      expect.objectContaining({
        code: 'HESABU_CONFIG_INVALID',
        detail: { where: `${join(dir, 'hesabu.yaml')}: notify.2.url`, expected: 'another URL than that of notify.1' },
      }),
    );
  });

  test('of two URLs are taken', () => {
    const urls = ['https://shop.example/hooks?shop=1', 'https://shop.example/hooks?shop=2'];
    expect(read(urls.map((url) => target(url))).notify.map(({ url }) => url)).toEqual(urls);
  });
});

test('a target that was taken out of the configuration is not named until it stands there again', () => {
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
  const told = () => [shop!.isNamed?.(), shop!.secrets().length, ops!.isNamed?.()];
  expect(told()).toEqual([true, 1, true]);
  loaded = loadedWith(target('https://ops.example'));
  expect(told()).toEqual([false, 0, true]);
  loaded = loadedWith(target('https://shop.example', 'NEW'));
  expect(told()).toEqual([true, 1, false]);
});

describe('what a target is signed with', () => {
  const given = (secret: string) => {
    writeFileSync(join(dir, 'secret'), secret);
    const path = join(dir, 'hesabu.yaml');
    writeFileSync(
      path,
      stringify({ data: './books', notify: [{ url: 'https://shop.example', secret: { file: 'secret' } }] }),
    );
    return path;
  };

  test('given a secret that is none, when the configuration is read, then it is refused and not told', () => {
    const path = given('hunter2');
    expect(() => loadConfig(path)).toThrowError(
      expect.objectContaining({
        code: 'HESABU_CONFIG_INVALID',
        detail: expect.objectContaining({ where: `${path}: notify.0.secret` }),
        message: expect.not.stringContaining('hunter2'),
      }),
    );
  });

  test('given one as Standard Webhooks writes it, when the configuration is read, then it is taken', () => {
    expect(loadConfig(given(`whsec_${'A'.repeat(32)}\n`)).config.notify).toHaveLength(1);
  });
});

describe('a URL that is a secret', () => {
  const given = (url: string) => {
    writeFileSync(join(dir, 'url'), url);
    return read([{ url: { file: 'url' }, secret: { env: 'SHOP' } }]).notify.map((one) => one.url);
  };

  test('given a file that has it, when the configuration is read, then it is the URL', () => {
    expect(given('https://hooks.example/services/T0/B0/xyz\n')).toEqual(['https://hooks.example/services/T0/B0/xyz']);
  });

  test('given a file with something else, when the configuration is read, then it is refused and not told', () => {
    expect(() => given('ftp://hooks.example/xyz')).toThrowError(
      expect.objectContaining({ code: 'HESABU_CONFIG_INVALID', message: expect.not.stringContaining('xyz') }),
    );
    expect(() => given('')).toThrowError(expect.objectContaining({ code: 'HESABU_SECRET_MISSING' }));
  });
});
