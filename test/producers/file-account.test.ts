// Which account a file comes from: the one named, the only one, or none; never a guess among several.
import { expect, test } from 'vitest';
import type { HesabuError } from '../../src/domain/errors.ts';
import { fileAccount } from '../../src/producers/file-account.ts';

const NAMED = [undefined, 'kenya', 'uganda'] as const;
const KNOWN = [[], ['kenya'], ['kenya', 'main']] as const;

function accountOr(named: string | undefined, known: readonly string[], kind: 'polls' | 'orders'): string | null {
  try {
    return fileAccount({ kind, provider: 'mfs-africa', account: named }, known, '--account');
  } catch (error) {
    return (error as HesabuError).code;
  }
}

test('a file comes from the account named, or from the only one', () => {
  const answers = KNOWN.map((known) => NAMED.map((named) => accountOr(named, known, 'polls')));
  expect(answers).toEqual([
    [null, 'kenya', 'uganda'],
    ['kenya', 'kenya', 'HESABU_ACCOUNT_UNKNOWN'],
    ['HESABU_ACCOUNT_UNKNOWN', 'kenya', 'HESABU_ACCOUNT_UNKNOWN'],
  ]);
});

test('orders come from a shop, not from an account', () => {
  for (const known of KNOWN) for (const named of NAMED) expect(accountOr(named, known, 'orders')).toBe(null);
});
