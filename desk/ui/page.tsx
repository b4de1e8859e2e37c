// A page within the frame: its bar, what it is about, and the line of its keys.

import { type ReactNode, useEffect, useRef, useState } from 'react';
import { usePreferences } from '../state/preferences.ts';
import { useWords } from '../words/words.ts';
import { Dialog } from './dialog.tsx';
import { useKeys } from './keys.ts';
import { useZoneText } from './shell.tsx';

/** Keys with what they do: `[['j', 'k'], 'move']`. */
export type KeyHelp = readonly (readonly [keys: readonly string[], what: string])[];

interface PageProps {
  readonly title: ReactNode;
  /** In the bar, after the title. */
  readonly bar?: ReactNode;
  readonly keys?: KeyHelp;
  /** At the end of the key line. */
  readonly end?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Page({ title, bar, keys = [], end, className = '', children }: PageProps) {
  const zone = useZoneText();
  const scrolled = useRef<HTMLDivElement>(null);
  const [isLong, setLong] = useState(false);
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    // What had the focus went away with the page before: the next Tab goes on here, and not at the top of the document.
    if (document.activeElement === document.body) main.current!.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    const box = scrolled.current!;
    // What a part of the page shows may come later than the page, and windows change: both change a size.
    const sizes = new ResizeObserver(() => setLong(box.scrollHeight > box.clientHeight));
    const observe = () => {
      sizes.disconnect();
      for (const one of [box, ...box.children]) sizes.observe(one);
    };
    const parts = new MutationObserver(observe);
    parts.observe(box, { childList: true });
    observe();
    return () => {
      sizes.disconnect();
      parts.disconnect();
    };
  }, []);
  return (
    <>
      <main ref={main} id="content" tabIndex={-1} className="frame">
        <div className="page-bar">
          <h1>{title}</h1>
          {bar}
        </div>
        {/* What scrolls can be reached by keyboard, also where there is nothing to act on. */}
        <div ref={scrolled} tabIndex={isLong ? 0 : -1} className={`page ${className}`}>
          {children}
        </div>
      </main>
      <KeyLine keys={keys} end={end ?? zone} />
    </>
  );
}

function KeyLine({ keys, end }: { readonly keys: KeyHelp; readonly end: ReactNode }) {
  const words = useWords();
  const { singleKeys } = usePreferences();
  const [isOpen, setOpen] = useState(false);
  useKeys({ '?': () => setOpen(true) });
  const all: KeyHelp = [...keys, [['?'], words.keys.help]];
  return (
    <footer className="key-line">
      {singleKeys ? (
        <ul>
          {all.map(([names, what]) => (
            <li key={what}>
              <KeyNames names={names} /> {what}
            </li>
          ))}
        </ul>
      ) : null}
      <span className="spring" />
      <span>{end}</span>
      {isOpen ? <AllKeys keys={all} onClose={() => setOpen(false)} /> : null}
    </footer>
  );
}

function AllKeys({ keys, onClose }: { readonly keys: KeyHelp; readonly onClose: () => void }) {
  const words = useWords();
  const everywhere: KeyHelp = [
    [['g', 'o'], words.nav.overview],
    [['g', 'b'], words.nav.breaks],
    [['g', 'a'], words.nav.approvals],
    [['g', 's'], words.nav.statements],
    [['Esc'], words.keys.back],
    [['Ctrl+Enter'], words.keys.send],
  ];
  const known = new Set(keys.map(([names]) => names.join()));
  const shown = [...keys, ...everywhere.filter(([names]) => !known.has(names.join()))];
  return (
    <Dialog title={words.keys.title} onClose={onClose}>
      <dl className="all-keys">
        {shown.map(([names, what]) => (
          <div key={`${names} ${what}`}>
            <dt>
              <KeyNames names={names} />
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <div className="dialog-acts">
        <button type="button" className="button" onClick={onClose}>
          {words.breaks.close}
        </button>
      </div>
    </Dialog>
  );
}

function KeyNames({ names }: { readonly names: readonly string[] }) {
  return names.map((name) => <kbd key={name}>{name}</kbd>);
}
