// Which rows of a page are selected: those that are gone are not.

import { useRef, useState } from 'react';

interface Selectable {
  readonly id: string;
}

export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
  /** From the row that was selected last to this one. */
  readonly extend: (id: string) => void;
  readonly toggleAll: () => void;
  readonly selectAll: () => void;
  readonly clear: () => void;
}

export function useSelection(rows: readonly Selectable[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string | null>(null);
  const all = rows.map(({ id }) => id);
  const ids = new Set(all.filter((id) => chosen.has(id)));
  const clear = () => setChosen(new Set());
  return {
    ids,
    toggle: (id) => {
      last.current = id;
      const next = new Set(ids);
      if (!next.delete(id)) next.add(id);
      setChosen(next);
    },
    extend: (id) => {
      const [from, to] = [all.indexOf(last.current ?? id), all.indexOf(id)].sort((left, right) => left - right);
      setChosen(new Set([...ids, ...all.slice(Math.max(0, from!), to! + 1)]));
    },
    toggleAll: () => (all.every((id) => ids.has(id)) ? clear() : setChosen(new Set(all))),
    selectAll: () => setChosen(new Set(all)),
    clear,
  };
}
