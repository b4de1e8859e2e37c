// The rows of files that the facts of an answer were, where they are asked for: each costs a look into the log. A file
// may have rows of all merchants, and how many come before one's own is nobody's business who sees single ones.

import type { ClaimView } from '../../projections/transaction-view.ts';
import { hasAllMerchants } from '../access/api-key.ts';
import type { Call } from './route.ts';

type RowsCall = Pick<Call<unknown, { readonly file_rows: number }>, 'parts' | 'caller' | 'query'>;

/** The claims of a key with the rows of the first ones that a file said. */
export async function withFileRows(call: RowsCall, key: string, claims: readonly ClaimView[]): Promise<ClaimView[]> {
  const { parts, caller, query } = call;
  const filed = claims.filter((claim) => claim.import !== null).slice(0, query.file_rows);
  if (filed.length === 0 || !hasAllMerchants(caller)) return [...claims];
  const found = await parts.ledger.statements.fileRows(filed.map(({ id }) => ({ key, fact: id })));
  const rowOf = ({ id, import: of }: ClaimView) => found.find((one) => one.fact === id && one.import === of)?.row;
  return claims.map((claim) => ({ ...claim, row: rowOf(claim) ?? null }));
}

/** Where rows of a statement are from: the first facts that files said, by key and fact. */
export async function fileRowsOf(
  { parts, caller, query }: RowsCall,
  rows: readonly { readonly key: string; readonly fact: string }[],
): Promise<(row: { readonly key: string; readonly fact: string }) => { import: number | null; row: number | null }> {
  const named = rows.filter(({ fact }) => fact !== '').slice(0, query.file_rows);
  const isSeen = named.length > 0 && hasAllMerchants(caller);
  const found = isSeen ? await parts.ledger.statements.fileRows(named.map(({ key, fact }) => ({ key, fact }))) : [];
  const places = new Map(found.map((one) => [`${one.key}\n${one.fact}`, { import: one.import, row: one.row }]));
  return ({ key, fact }) => places.get(`${key}\n${fact}`) ?? { import: null, row: null };
}
