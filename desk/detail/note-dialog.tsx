// A note on a case, with its files. It changes nothing of where a payment stands.

import { useId, useState } from 'react';
import { post, upload } from '../api/client.ts';
import type { Attachment } from '../api/types.ts';
import { useDraft } from '../state/drafts.ts';
import { announce } from '../ui/announce.ts';
import { Dialog } from '../ui/dialog.tsx';
import { problemText } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';
import { DialogActs, useRefresh } from './act-dialogs.tsx';
import { type ReadCase, useOpenedReading } from './case-version.ts';
import { ConflictNotice } from './conflict-notice.tsx';

interface NoteProps {
  readonly id: string;
  /** What the reader has before him: all of it, or its row. */
  readonly whole?: ReadCase | null;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** What was sent of the files before one was refused is not sent again. */
async function sentFiles(files: readonly File[], sent: Map<File, string>): Promise<string[]> {
  for (const file of files) {
    if (!sent.has(file)) sent.set(file, (await upload<Attachment>('/v1/attachments', file)).sha256);
  }
  return files.map((file) => sent.get(file)!);
}

export function NoteDialog({ id, whole = null, onDone, onClose }: NoteProps) {
  const words = useWords();
  const { acts, detail } = words;
  const refresh = useRefresh();
  const hint = useId();
  const [text, setText, clear] = useDraft(`note.${id}`, '');
  const [files, setFiles] = useState<readonly File[]>([]);
  const [sent] = useState(() => new Map<File, string>());
  const reading = useOpenedReading(id, whole);
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const send = async () => {
    if (isBusy || text.trim() === '') return;
    setBusy(true);
    setProblem('');
    try {
      const body = { text: text.trim(), attachments: await sentFiles(files, sent) };
      await post(`/v1/cases/${id}/notes`, body, reading.version);
      clear();
      announce(acts.done.noted);
      await refresh();
      onDone();
    } catch (error) {
      if (!(await reading.isOld(error))) setProblem(problemText(error as Error, words));
      setBusy(false);
    }
  };
  return (
    <Dialog title={acts.note} onClose={onClose} onSend={() => void send()}>
      <label>
        {acts.noteText}
        <textarea
          rows={5}
          maxLength={4_000}
          value={text}
          aria-describedby={hint}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <p className="hint" id={hint}>
        {acts.noteHint}
      </p>
      <label>
        {detail.attachments}
        <input type="file" multiple onChange={({ target }) => setFiles([...(target.files ?? [])])} />
      </label>
      <p className="hint">{detail.attachmentsHint}</p>
      <ConflictNotice conflict={reading.conflict} />
      <p className="problem" role="alert">
        {problem}
      </p>
      <DialogActs main={acts.save} onSend={() => void send()} onClose={onClose} />
    </Dialog>
  );
}
