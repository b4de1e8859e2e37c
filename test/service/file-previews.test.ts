// The mappings that the accounts of a configuration have, for previews of files.
import { expect, test } from 'vitest';
import { PROVIDERS } from '../../src/providers/registry.ts';
import { filePreviews } from '../../src/service/file-previews.ts';

test('lists the mappings of accounts by the kinds of file that they are for', () => {
  const mapping = { orders: { columns: { amount: 'Total' } }, settlements: { separator: ';' } };
  const accounts = [
    { provider: 'generic', account: 'acme', mapping, currency: 'KES' },
    { provider: 'paystack', account: 'main' },
  ];
  const { accountMappings, providers } = filePreviews({
    ledger: { loop: { rules: {} as never } },
    loaded: () => ({ providers: PROVIDERS, config: { data: '', accounts: accounts as never } }),
    pseudonym: (text) => text,
  });
  const constants = new Map([['currency', 'KES']]);
  expect(accountMappings()).toEqual([
    {
      ...{ provider: 'generic', account: 'acme', kind: 'orders' },
      mapping: { columns: new Map([['amount', { from: ['Total'] }]]), constants },
    },
    {
      ...{ provider: 'generic', account: 'acme', kind: 'settlements' },
      mapping: { separator: ';', columns: new Map(), constants },
    },
  ]);
  expect(providers.map(({ name }) => name)).toContain('paystack');
});
