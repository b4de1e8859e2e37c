// What an inspection tells: the form of `hesabu inspect --format json`.

import type { Fact } from '../../domain/fact.ts';

/** A part that became no fact; `place` is `line 3` of several bodies, a path in a body, or both. */
export interface InspectedReject {
  /** The JSON path or the column; '' for the whole. */
  readonly field: string;
  readonly why: string;
  readonly place: string;
}

export interface Inspection {
  /** Whether the headers prove that the provider sent it; null without a secret. */
  readonly verified: boolean | null;
  readonly facts: readonly Fact[];
  readonly rejects: readonly InspectedReject[];
  readonly ignored: readonly { readonly place: string; readonly id: string | null; readonly why: string }[];
  /** Why nothing of it could be read as the provider's. */
  readonly unread: string | null;
}
