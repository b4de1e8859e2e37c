// What a configuration may not say twice, and what becomes of targets that it does not name any more.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { CONFIG } from '../../../src/cli/live/config.ts';
import { type LoadedConfig, readConfig } from '../../../src/cli/live/config-file.ts';
import { targetsOf } from '../../../src/cli/live/messages.ts';

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
        detail: { where: `${join(dir, 'hesabu.yaml')}: notify.2.url`, expected: `one target only for ${second}` },
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
    return { config: CONFIG.parse({ data: 'books', notify }), rules: undefined, cluster: undefined, secret };
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
