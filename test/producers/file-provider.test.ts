// Accounts of providers of which only files are read.
import { describe, expect, test } from 'vitest';
import { fileProvider } from '../../src/producers/file-provider.ts';

const { account } = fileProvider({ name: 'acme', title: 'Acme', exports: [] });

describe('an account of a provider that gives files only', () => {
  test('has a name and the merchants that its files may speak for', () => {
    expect(account.parse({ provider: 'acme', account: 'till-1', merchants: ['duka-1'] })).toMatchObject({
      ...{ provider: 'acme', account: 'till-1', merchants: ['duka-1'] },
    });
    expect(account.parse({ provider: 'acme', account: 'till-1' })).toMatchObject({ merchants: ['*'] });
  });

  test.each(['base_url', 'api_key', 'webhook', 'settlement', 'polling', 'rate'])(
    'is refused with %s, which nobody would use',
    (key) => {
      const read = account.safeParse({ provider: 'acme', account: 'till-1', [key]: {} });
      const message = 'expected none: of acme, this version reads files only';
      expect(read.error?.issues).toMatchObject([{ path: [key], message }]);
    },
  );
});
