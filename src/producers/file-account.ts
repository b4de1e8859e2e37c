// Which account of its provider a file comes from, where several may be meant.

import { HesabuError } from '../domain/errors.ts';
import { quoted } from '../domain/quotation.ts';
import type { FileKind } from './formats/format.ts';

export interface FileOrigin {
  readonly kind: FileKind;
  readonly provider: string;
  /** The account that somebody named. */
  readonly account: string | undefined;
}

/**
 * The account named, otherwise the only one that can be meant; null where none is known, and for orders, which come
 * from a shop. `known` are the accounts of the provider, `where` is where one is named. A guess among several would let
 * one shop's file speak for another shop: throws HESABU_ACCOUNT_UNKNOWN.
 */
export function fileAccount(
  { kind, provider, account }: FileOrigin,
  known: readonly string[],
  where: string,
): string | null {
  if (kind === 'orders') return null;
  const isClear = account === undefined ? known.length < 2 : known.length === 0 || known.includes(account);
  if (isClear) return account ?? known[0] ?? null;
  const expected = `an account of ${provider}: ${known.join(', ')}`;
  throw new HesabuError('HESABU_ACCOUNT_UNKNOWN', { where, expected, found: quoted(account ?? null) });
}
