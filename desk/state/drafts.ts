// What is being written stays in this browser until it is sent, whatever becomes of the session: for the person who
// wrote it alone, and until the person signs out.

import { useState } from 'react';
import { useMyself } from './session.ts';

/** The draft of a name, how to change it, and how to forget it. */
export function useDraft<Value>(
  name: string,
  initial: Value,
): readonly [Value, change: (value: Value) => void, clear: () => void] {
  const place = `hesabu.draft.${useMyself().person.id}.${name}`;
  const [value, setValue] = useState(() => read<Value>(place) ?? initial);
  const change = (next: Value) => {
    setValue(next);
    write(place, JSON.stringify(next));
  };
  const clear = () => {
    setValue(initial);
    sessionStorage.removeItem(place);
  };
  return [value, change, clear];
}

function read<Value>(place: string): Value | null {
  try {
    return JSON.parse(sessionStorage.getItem(place) ?? 'null') as Value | null;
  } catch {
    return null;
  }
}

function write(place: string, text: string): void {
  try {
    sessionStorage.setItem(place, text);
  } catch {
    // A browser that keeps no more forgets it with the page.
  }
}
