// Which row has the frame. It stays where it was when rows come and go, and when the list is opened again.

import { useEffect, useRef, useState } from 'react';
import type { ListQuery } from '../state/case-query.ts';
import { frameOf, keepFrame } from './use-list.ts';

interface Framed {
  readonly id: string;
}

export interface Frame {
  readonly id: string | null;
  readonly set: (id: string) => void;
  /** By so many rows. */
  readonly move: (by: number) => void;
}

export function useFrame(query: ListQuery, rows: readonly Framed[]): Frame {
  const [wanted, setWanted] = useState<string | null>(() => frameOf(query) ?? null);
  const place = useRef(0);
  const at = rows.findIndex(({ id }) => id === wanted);
  const now = at >= 0 ? at : Math.min(place.current, rows.length - 1);
  const id = rows[now]?.id ?? null;
  useEffect(() => {
    if (now >= 0) place.current = now;
    if (id !== null) keepFrame(query, id);
  });
  return {
    id,
    set: setWanted,
    move: (by) => {
      const next = rows[Math.max(0, Math.min(rows.length - 1, now + by))];
      if (next !== undefined) setWanted(next.id);
    },
  };
}
