// A button that opens a list of links and choices below it. It closes by Esc, by a choice, and by a click elsewhere.

import { type ReactNode, useEffect, useRef } from 'react';

interface MenuProps {
  readonly label: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Menu({ label, className = '', children }: MenuProps) {
  const box = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const details = box.current!;
    const close = (event: Event) => {
      if (!details.open) return;
      const isKey = event instanceof KeyboardEvent;
      if (isKey && event.key !== 'Escape') return;
      const isInside = details.contains(event.target as Node);
      if (!isKey && isInside && (event.target as HTMLElement).closest('a, button') === null) return;
      if (!isKey && (event.target as HTMLElement).closest('summary') !== null && isInside) return;
      details.open = false;
      if (isKey) {
        event.stopPropagation();
        details.querySelector('summary')!.focus();
      }
    };
    document.addEventListener('click', close);
    details.addEventListener('keydown', close);
    return () => {
      document.removeEventListener('click', close);
      details.removeEventListener('keydown', close);
    };
  }, []);
  return (
    <details ref={box} className={`menu ${className}`}>
      <summary className="button">{label}</summary>
      <div className="menu-list">{children}</div>
    </details>
  );
}
