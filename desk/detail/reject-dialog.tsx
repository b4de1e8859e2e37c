// A rejection needs a reason.

import { useState } from 'react';
import { useDraft } from '../state/drafts.ts';
import { Dialog } from '../ui/dialog.tsx';
import { useWords } from '../words/words.ts';
import { DialogActs } from './act-dialogs.tsx';

interface RejectProps {
  /** The proposal: what is written of it stays until it was taken. */
  readonly id: string;
  /** Where it is no rejection of a proposal that waits. */
  readonly title?: string;
  readonly onSend: (text: string) => void;
  readonly onClose: () => void;
}

export function RejectDialog({ id, title, onSend, onClose }: RejectProps) {
  const words = useWords();
  const name = title ?? words.approvals.rejectTitle;
  const [text, setText] = useDraft(`rejection.${id}`, '');
  const [isTold, setTold] = useState(false);
  const send = () => (text.trim() === '' ? setTold(true) : onSend(text.trim()));
  return (
    <Dialog title={name} onClose={onClose} onSend={send}>
      <label>
        {words.approvals.why}
        <textarea rows={3} maxLength={4_000} required value={text} onChange={(event) => setText(event.target.value)} />
      </label>
      <p className="problem" role="alert">
        {isTold ? words.approvals.whyNeeded : ''}
      </p>
      <DialogActs main={name} onSend={send} onClose={onClose} />
    </Dialog>
  );
}
