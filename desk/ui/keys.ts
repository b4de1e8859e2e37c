// Keys that act. Single ones are off in fields, while a word is composed, under a dialog, and where a reader turned
// them off.

import { useEffect, useRef } from 'react';
import { usePreferences } from '../state/preferences.ts';

/** By the key as the browser names it; `Ctrl+Enter`, and two keys one after the other as `g o`. */
export type KeyActs = Readonly<Record<string, () => void>>;

const PAIR_MILLIS = 1_200;
const FIELDS = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]';

interface Listening {
  acts: KeyActs;
  isModal: boolean;
}

const listening: Listening[] = [];
let first: { readonly key: string; readonly at: number } | null = null;
let hasSingleKeys = true;

function act(event: KeyboardEvent): void {
  // Of a word that an input method is composing, no key is ours; 229 is what some browsers send for its Enter.
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
  if (event.altKey || event.metaKey) return;
  const target = event.target instanceof HTMLElement ? event.target : null;
  const isInField = target?.matches(FIELDS) === true;
  const isDialog = document.querySelector('dialog[open]') !== null;
  const name = event.ctrlKey ? `Ctrl+${event.key}` : event.key;
  const isSingle = !event.ctrlKey && event.key.length === 1;
  if (isSingle && (isInField || !hasSingleKeys)) return;
  // Arrows choose within a list of choices, and move within a text.
  if (name.startsWith('Arrow') && target?.matches('input:not([type=checkbox]), select, textarea') === true) return;
  // Where Enter means something itself, it does that.
  if (name === 'Enter' && target !== null && target.matches(`a[href], button, summary, ${FIELDS}`)) return;
  if (name === 'Escape' && isInField && !isDialog) {
    target!.blur();
    return;
  }
  const pair = first !== null && event.timeStamp - first.at < PAIR_MILLIS ? `${first.key} ${name}` : null;
  first = isSingle ? { key: name, at: event.timeStamp } : null;
  for (const { acts, isModal } of listening.toReversed()) {
    if (isDialog && !isModal) continue;
    const found = (pair === null ? undefined : acts[pair]) ?? acts[name];
    if (found === undefined) continue;
    event.preventDefault();
    first = null;
    found();
    return;
  }
}

/** The latest that listens acts first; one that is modal also acts under a dialog. */
export function useKeys(acts: KeyActs, isModal = false): void {
  const { singleKeys } = usePreferences();
  const own = useRef<Listening>({ acts, isModal });
  useEffect(() => {
    own.current.acts = acts;
    own.current.isModal = isModal;
    hasSingleKeys = singleKeys;
  });
  useEffect(() => {
    const mine = own.current;
    listening.push(mine);
    if (listening.length === 1) document.addEventListener('keydown', act);
    return () => {
      listening.splice(listening.indexOf(mine), 1);
      if (listening.length === 0) document.removeEventListener('keydown', act);
    };
  }, []);
}
