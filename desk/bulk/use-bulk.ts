// One act on many cases: what it would come to is asked first, and only what was counted is done.

import { useEffect, useRef, useState } from 'react';
import type { Cause, ResolutionKind } from '../../src/domain/decision.ts';
import { post } from '../api/client.ts';
import type { TriedKey } from '../api/types.ts';
import { useRefresh } from '../detail/act-dialogs.tsx';
import type { ListQuery } from '../state/case-query.ts';
import { problemText } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';
import { type Batch, type BatchPage, finished } from './batches.ts';

export type BulkAct =
  | { readonly act: 'assign'; readonly owner: string | null }
  | ({ readonly act: 'propose'; readonly text?: string } & BulkEnd)
  | ({ readonly act: 'approve' } & BulkEnd);

interface BulkEnd {
  readonly kind: ResolutionKind;
  readonly cause: Cause;
  /** Of links: the one order that all of the money is counted for. */
  readonly to?: readonly { readonly reference: string }[];
}

/** Those that are named, or all that a filter finds. */
export type BulkScope =
  | { readonly cases: readonly string[]; readonly versions?: Readonly<Record<string, string>> }
  | { readonly filter: object };

export interface Preview {
  readonly count: number;
  readonly value: readonly { readonly currency: string; readonly amount: string }[];
  readonly needs_approval: number;
  readonly unchanged: number;
  readonly refused: readonly { readonly code: string; readonly why: string; readonly count: number }[];
  readonly refused_cases: readonly { readonly case: string; readonly code: string; readonly why: string }[];
  /** Of links: what their order would come to. */
  readonly order: TriedKey | null;
  /** Of too many cases what their order comes to is not worked out. */
  readonly order_left_out: boolean;
  readonly token: string | null;
}

/** The filters of the list as the API takes them in a body. */
export function filterOf({ filters, from, to, search }: ListQuery): object {
  return {
    ...filters,
    ...(from === '' ? {} : { value_from: from }),
    ...(to === '' ? {} : { value_to: to }),
    ...(search === '' ? {} : { q: search }),
  };
}

interface Asked {
  /** Null as long as something is left to choose. */
  readonly act: BulkAct | null;
  readonly scope: BulkScope;
  /** What was read of the cases: when it is another one, they are counted anew. */
  readonly seen?: string;
  readonly onDone: (batch: BatchPage) => void;
}

export function useBulk({ act, scope, seen, onDone }: Asked) {
  const words = useWords();
  const refresh = useRefresh();
  const [preview, setPreview] = useState<Preview | null>(null);
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const asked = JSON.stringify([act, scope, seen]);
  const latest = useRef(asked);
  // What was counted is of this act and these cases.
  useEffect(() => {
    latest.current = asked;
    setPreview(null);
    setProblem('');
  }, [asked]);
  const run = async (work: () => Promise<void>) => {
    if (isBusy) return;
    if (act === null) return setProblem(words.bulk.incomplete);
    setBusy(true);
    setProblem('');
    await work().catch((error: Error) => setProblem(problemText(error, words)));
    setBusy(false);
  };
  const ask = async () => {
    const found = await post<Preview>('/v1/cases/bulk/preview', { act, ...scope });
    // Something else was chosen meanwhile.
    if (latest.current === asked) setPreview(found);
  };
  const send = async () => {
    // Nobody sends what nobody saw: the first time it is counted.
    if (preview === null) return ask();
    if (preview.token === null) return;
    const { id } = await post<Batch>('/v1/cases/bulk', { token: preview.token });
    const batch = await finished(id);
    await refresh();
    onDone(batch);
  };
  return { preview, problem, isBusy, ask: () => void run(ask), send: () => void run(send) };
}
