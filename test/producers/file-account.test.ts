// Which account a file comes from: the one named, the only one, or none; never a guess among several.
import { expect, test } from 'vitest';
import type { HesabuError } from '../../src/domain/errors.ts';
import { fileAccount, type KnownAccounts } from '../../src/producers/file-account.ts';

const NAMED = [undefined, 'kenya', 'uganda'] as const;
const NAMES = [[], ['kenya'], ['kenya', 'main']] as const;
const UNKNOWN = 'HESABU_ACCOUNT_UNKNOWN';

function answersTo(known: Omit<KnownAccounts, 'names'>, kind: 'polls' | 'orders' = 'polls') {
  return NAMES.map((names) =>
    NAMED.map((account) => {
      try {
        return fileAccount({ kind, provider: 'mfs-africa', account }, { ...known, names }, '--account');
      } catch (error) {
        return (error as HesabuError).code;
      }
    }),
  );
}

test('a file comes from the account named, or from the only one of the configuration', () => {
  expect(answersTo({ areAll: true, areBound: false })).toEqual([
    [null, 'kenya', 'uganda'],
    ['kenya', 'kenya', UNKNOWN],
    [UNKNOWN, 'kenya', UNKNOWN],
  ]);
});

test('rules list who may speak, and others may be named', () => {
  expect(answersTo({ areAll: false, areBound: false })).toEqual([
    [null, 'kenya', 'uganda'],
    ['kenya', 'kenya', 'uganda'],
    [UNKNOWN, 'kenya', 'uganda'],
  ]);
});

test('where accounts are bound to merchants, none of a provider without any is anonymous', () => {
  for (const areAll of [true, false]) {
    expect(answersTo({ areAll, areBound: true })[0]).toEqual([UNKNOWN, 'kenya', 'uganda']);
  }
});

test('orders come from a shop, which somebody may name, whatever accounts there are', () => {
  const named = NAMES.map(() => NAMED.map((account) => account ?? null));
  for (const areAll of [true, false]) expect(answersTo({ areAll, areBound: true }, 'orders')).toEqual(named);
});
