// What is sent once, however often a button is pressed meanwhile.

import { useRef } from 'react';

/** Does the work unless the work before is still being done. */
export function useOnce(): (work: () => Promise<unknown>) => Promise<void> {
  const isBusy = useRef(false);
  return async (work) => {
    if (isBusy.current) return;
    isBusy.current = true;
    try {
      await work();
    } finally {
      isBusy.current = false;
    }
  };
}
