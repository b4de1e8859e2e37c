// The last thing that one did with many rows, which one step takes back: also after the page was opened again.

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { get, post } from '../api/client.ts';
import { useDesk } from '../api/queries.ts';
import { useRefresh } from '../detail/act-dialogs.tsx';
import { mayWork, useMyself } from '../state/session.ts';
import { shownTime } from '../state/time.ts';
import { announce } from '../ui/announce.ts';
import { problemText } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';
import { type Batch, finished } from './batches.ts';

/** How long it is offered here; the API takes a batch back at any time. */
const OFFERED_MILLIS = 3_600_000;

/** The caller's last batch, where something of it is left to take back. */
function useLastBatch(): Batch | undefined {
  const mayHave = mayWork(useMyself());
  const desk = useDesk().data;
  const url = '/v1/batches';
  const { data } = useQuery({
    queryKey: [url],
    queryFn: () => get<{ readonly batches: readonly Batch[] }>(url),
    enabled: mayHave,
  });
  const last = data?.batches[0];
  if (last === undefined || desk === undefined || last.withdrawn_by !== null) return undefined;
  const isOver = last.act?.act === 'withdraw' || last.act?.act === 'note' || (last.counts.done ?? 0) === 0;
  return isOver || Date.parse(desk.now) - Date.parse(last.at) > OFFERED_MILLIS ? undefined : last;
}

export function UndoLine() {
  const words = useWords();
  const refresh = useRefresh();
  const desk = useDesk().data;
  const batch = useLastBatch();
  const [isBusy, setBusy] = useState(false);
  if (batch === undefined || desk === undefined) return null;
  const { bulk } = words;
  const act = (batch.act?.act ?? 'book') as keyof typeof bulk.acts;
  const undo = async () => {
    if (isBusy) return;
    setBusy(true);
    try {
      const { id } = await post<Batch>(`/v1/batches/${batch.id}/withdrawal`, {});
      const { counts } = await finished(id);
      announce(bulk.undone(counts.done ?? 0, counts.refused ?? 0));
    } catch (error) {
      announce(problemText(error as Error, words));
    }
    await refresh();
    setBusy(false);
    document.getElementById('content')?.focus();
  };
  return (
    <p className="undo-line">
      {bulk.last(shownTime(batch.at, desk.zone, desk.now), bulk.acts[act](batch.counts.done ?? 0))}{' '}
      <button type="button" className="link" aria-disabled={isBusy} onClick={undo}>
        {bulk.undo}
      </button>
    </p>
  );
}
