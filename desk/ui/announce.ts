// What happened, for those who do not see it: one region of the page tells it, and shows it for a while.

import { useSyncExternalStore } from 'react';

const SHOWN_MILLIS = 8_000;
let text = '';
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

export function announce(what: string): void {
  clearTimeout(timer);
  text = what;
  for (const listener of listeners) listener();
  if (what !== '') timer = setTimeout(() => announce(''), SHOWN_MILLIS);
}

export function useAnnouncement(): string {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => text,
  );
}
