// Which account of its provider a file comes from, where several may be meant.

import { HesabuError } from '../domain/errors.ts';
import { PERIOD_PROVIDER } from '../domain/key.ts';
import { quoted } from '../domain/quotation.ts';
import type { FileKind } from './formats/format.ts';

export interface FileOrigin {
  readonly kind: FileKind;
  readonly provider: string;
  /** The account that somebody named. */
  readonly account: string | undefined;
}

/** What is known of the accounts of the file's provider. */
export interface KnownAccounts {
  readonly names: readonly string[];
  /** Whether there are no others. The rules only list who may speak; one that is not listed speaks for nobody. */
  readonly areAll: boolean;
  /** Whether accounts, of any provider, may speak for some merchants only. */
  readonly areBound: boolean;
}

/**
 * The account named, otherwise the only one that can be meant; null where nothing tells accounts apart, and for orders
 * of which nobody names one: they come from a shop. `where` is where one is named. A guess would let one shop's file
 * speak for another shop: throws HESABU_ACCOUNT_UNKNOWN.
 */
export function fileAccount(
  { kind, provider, account }: FileOrigin,
  known: KnownAccounts,
  where: string,
): string | null {
  if (provider === PERIOD_PROVIDER) {
    throw new HesabuError('HESABU_ACCOUNT_UNKNOWN', { where, expected: 'another provider', found: quoted(provider) });
  }
  // Of orders it names the shop, where their export does not.
  if (kind === 'orders') return account ?? null;
  const { names, areAll, areBound } = known;
  if (account === undefined) {
    if (names.length === 1) return names[0]!;
    if (names.length === 0 && !areBound) return null;
  } else if (!areAll || names.length === 0 || names.includes(account)) return account;
  const listed = names.length === 0 ? 'none of them is listed' : names.join(', ');
  const expected = `an account of ${provider}: ${listed}`;
  throw new HesabuError('HESABU_ACCOUNT_UNKNOWN', { where, expected, found: quoted(account ?? null) });
}
