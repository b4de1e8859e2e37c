// The last thing that was done with many rows, which one step takes back.

import { useState } from 'react';
import { type Batch, finished } from '../api/batches.ts';
import { post } from '../api/client.ts';
import { useRefresh } from '../detail/act-dialogs.tsx';
import { announce } from '../ui/announce.ts';
import { problemText } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';

export function UndoLine({ batch, onUndone }: { readonly batch: string; readonly onUndone: () => void }) {
  const words = useWords();
  const refresh = useRefresh();
  const [isBusy, setBusy] = useState(false);
  const undo = async () => {
    if (isBusy) return;
    setBusy(true);
    try {
      const { id } = await post<Batch>(`/v1/batches/${batch}/withdrawal`, {});
      await finished(id);
      announce(words.bulk.undone);
    } catch (error) {
      announce(problemText(error as Error, words));
    }
    await refresh();
    onUndone();
  };
  return (
    <p className="undo-line">
      {words.bulk.last}{' '}
      <button type="button" className="link" onClick={undo}>
        {words.bulk.undo}
      </button>
    </p>
  );
}
