// Which rows of a list are selected, over its pages and in whatever order. Another list begins with none, and so does
// its scope: all that match are meant only as long as rows are selected. A row that is gone from the page that it was
// selected on is not.

import { useRef, useState } from 'react';
import { ALL_OPEN, type ListQuery, listName } from '../state/case-query.ts';
import { announce } from '../ui/announce.ts';
import { useWords } from '../words/words.ts';

/** What the service takes by their names at once; for more of them there is the filter. */
const SELECTED_MAX = 1_000;

interface Selectable {
  readonly id: string;
}

export interface Selection<Row extends Selectable = Selectable> {
  readonly ids: ReadonlySet<string>;
  readonly rows: readonly Row[];
  /** How many of them are on other pages. */
  readonly elsewhere: number;
  readonly toggle: (id: string) => void;
  /** From the row that was selected last to this one. */
  readonly extend: (id: string) => void;
  readonly toggleAll: () => void;
  readonly selectAll: () => void;
  readonly clear: () => void;
}

interface Chosen<Row> {
  readonly row: Row;
  /** The page that it was selected on, by its order and where it begins. */
  readonly place: string;
}

export function useSelection<Row extends Selectable>(query: ListQuery, rows: readonly Row[]): Selection<Row> {
  const { bulk } = useWords();
  const list = listName({ ...query, sort: ALL_OPEN.sort });
  const place = `${query.sort} ${query.after}`;
  const [state, setState] = useState<{ readonly list: string; readonly chosen: ReadonlyMap<string, Chosen<Row>> }>();
  const last = useRef<string | null>(null);
  const shown = new Map(rows.map((row) => [row.id, row]));
  const before = state?.list === list ? [...state.chosen] : [];
  const chosen = new Map(before.filter(([id, one]) => one.place !== place || shown.has(id)));
  const set = (next: ReadonlyMap<string, Chosen<Row>>) => setState({ list, chosen: next });
  const add = (more: readonly Row[]) => {
    const next = new Map(chosen);
    for (const row of more) if (next.has(row.id) || next.size < SELECTED_MAX) next.set(row.id, { row, place });
    if (more.some(({ id }) => !next.has(id))) announce(bulk.full(SELECTED_MAX));
    set(next);
  };
  const remove = (some: readonly Row[]) => {
    const gone = new Set(some.map(({ id }) => id));
    set(new Map([...chosen].filter(([id]) => !gone.has(id))));
  };
  const ids = new Set(chosen.keys());
  const all = rows.map(({ id }) => id);
  return {
    ids,
    rows: [...chosen].map(([id, { row }]) => shown.get(id) ?? row),
    elsewhere: [...ids].filter((id) => !shown.has(id)).length,
    toggle: (id) => {
      last.current = id;
      const row = shown.get(id);
      if (row !== undefined) (ids.has(id) ? remove : add)([row]);
    },
    extend: (id) => {
      const [from, to] = [all.indexOf(last.current ?? id), all.indexOf(id)].sort((left, right) => left - right);
      add(rows.slice(Math.max(0, from!), to! + 1));
    },
    toggleAll: () => (rows.every((row) => ids.has(row.id)) ? remove : add)(rows),
    selectAll: () => add(rows),
    clear: () => set(new Map()),
  };
}
