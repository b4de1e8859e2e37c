// The focus is never lost: where what had it is gone, such as the button of an act that is done, it goes to what is
// nearest to it and still there, and not to the beginning of the document.

import { useEffect } from 'react';

const FOCUSABLE = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea, summary';
/** Who leads the focus on by himself does it before. */
const PATIENCE_MILLIS = 50;

export function useFocusGuard(): void {
  useEffect(() => {
    let chain: Element[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const isLost = () => {
      const [last] = chain;
      return last !== undefined && document.activeElement === document.body && !last.isConnected;
    };
    const remember = ({ target }: FocusEvent) => {
      chain = [];
      for (let one = target as Element | null; one !== null; one = one.parentElement) chain.push(one);
    };
    const restore = () => {
      timer = undefined;
      if (!isLost()) return;
      const content = document.getElementById('content');
      for (const one of chain.filter((element) => element.isConnected && content?.contains(element) === true)) {
        const near = one === content ? content : one.querySelector<HTMLElement>(FOCUSABLE);
        if (near === null) continue;
        near.focus({ preventScroll: true });
        return;
      }
      content?.focus({ preventScroll: true });
    };
    const observer = new MutationObserver(() => {
      if (isLost()) timer ??= setTimeout(restore, PATIENCE_MILLIS);
    });
    observer.observe(document.body, { childList: true, subtree: true });
    document.addEventListener('focusin', remember);
    return () => {
      observer.disconnect();
      document.removeEventListener('focusin', remember);
      clearTimeout(timer);
    };
  }, []);
}
