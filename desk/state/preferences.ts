// What a reader chose for this browser: the language, a second time zone, and whether single keys act.

import { useSyncExternalStore } from 'react';
import { LANGUAGES, type Language } from '../../src/domain/language.ts';

export interface Preferences {
  /** Null until somebody chooses: then it is the person's own, and Chinese before sign-in. */
  readonly language: Language | null;
  readonly zone: string | null;
  readonly singleKeys: boolean;
}

const PLACE = 'hesabu.desk';
const AT_FIRST: Preferences = { language: null, zone: null, singleKeys: true };
const listeners = new Set<() => void>();
let current = read();

function read(): Preferences {
  try {
    const kept = JSON.parse(localStorage.getItem(PLACE) ?? '{}') as Partial<Preferences>;
    const language = LANGUAGES.find((one) => one === kept.language) ?? null;
    const zone = typeof kept.zone === 'string' && isZone(kept.zone) ? kept.zone : null;
    return { language, zone, singleKeys: kept.singleKeys !== false };
  } catch {
    return AT_FIRST;
  }
}

export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone !== '';
  } catch {
    return false;
  }
}

export function choose(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(PLACE, JSON.stringify(current));
  } catch {
    // A browser that keeps nothing forgets it with the page.
  }
  for (const listener of listeners) listener();
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, () => current);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
