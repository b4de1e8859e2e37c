// A ledger entry as the API, the streams and the mirror show it.

import { type Entry, entryId } from '../domain/entry.ts';
import { formatInstant } from '../domain/time.ts';
import { findingView } from './transaction-view.ts';

/** Everything is text: amounts are decimals, times are ISO 8601 UTC. */
export function entryView({ partition, height, index, key, finding, cause, as_of, ...entry }: Entry) {
  const { version, merchant, provider, supersedes } = entry;
  return {
    id: entryId(partition, height, index),
    transaction_reference: key,
    version,
    merchant,
    provider,
    as_of: formatInstant(as_of),
    ...findingView(finding),
    cause: cause === null ? null : { ...cause, offset: String(cause.offset) },
    supersedes,
  };
}
