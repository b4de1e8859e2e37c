// A dialog, as the browser has it: it takes the focus and gives it back, Esc closes it, and what is behind it is inert.

import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useKeys } from './keys.ts';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  /** Of Ctrl+Enter. */
  readonly onSend?: () => void;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Dialog({ title, onClose, onSend, className, children }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const before = document.activeElement;
    const dialog = box.current!;
    dialog.showModal();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  useKeys(onSend === undefined ? {} : { 'Ctrl+Enter': onSend }, true);
  return (
    <dialog
      ref={box}
      className={className}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  );
}
