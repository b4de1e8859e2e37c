// A workbook that was filled in comes back: first what its rows would come to, then what became of each.

import { useState } from 'react';
import { upload } from '../api/client.ts';
import { type Batch, type BatchPage, type BatchRow, finished } from '../bulk/batches.ts';
import { PreviewText, refusalText } from '../bulk/preview-text.tsx';
import type { Preview } from '../bulk/use-bulk.ts';
import { DialogActs, useRefresh } from '../detail/act-dialogs.tsx';
import { keyOfCase } from '../state/case-name.ts';
import { announce } from '../ui/announce.ts';
import { Dialog } from '../ui/dialog.tsx';
import { problemText } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';

interface BookPreview extends Omit<Preview, 'refused' | 'refused_cases' | 'order'> {
  readonly rows: number;
  readonly blank: number;
  readonly acts: Readonly<Record<'assign' | 'note' | 'propose', number>>;
  /** By the row of the sheet. */
  readonly refused: readonly {
    readonly line: number;
    readonly case: string | null;
    readonly code: string;
    readonly message: string;
  }[];
}

interface ShownRow {
  readonly line: number | null;
  readonly key: string;
  readonly outcome: string;
  readonly why: string;
}

const BOOKS = '.xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** A file, what it would come to, and once it was sent, what became of it. */
function useBook() {
  const words = useWords();
  const refresh = useRefresh();
  const [file, setFile] = useState<File | null>(null);
  const [preview, setPreview] = useState<BookPreview | null>(null);
  const [batch, setBatch] = useState<BatchPage | null>(null);
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const run = async (work: () => Promise<void>) => {
    if (isBusy) return;
    setBusy(true);
    setProblem('');
    await work().catch((error: Error) => setProblem(problemText(error, words)));
    setBusy(false);
  };
  const addressOf = (given: File) => `/v1/cases.xlsx?name=${encodeURIComponent(given.name)}`;
  const choose = (given: File) => {
    setFile(given);
    setPreview(null);
    void run(async () => setPreview(await upload<BookPreview>(addressOf(given), given)));
  };
  const send = async () => {
    if (file === null || preview?.token == null) return;
    const { id } = await upload<Batch>(`${addressOf(file)}&confirm=${preview.token}`, file);
    const done = await finished(id);
    setBatch(done);
    const { counts } = done;
    announce(words.bulk.done(words.bulk.acts.book(counts.done ?? 0), counts.unchanged ?? 0, counts.refused ?? 0));
    await refresh();
  };
  return { preview, batch, problem, isBusy, choose, send: () => void run(send) };
}

export function BookDialog({ onClose }: { readonly onClose: () => void }) {
  const words = useWords();
  const { book } = words;
  const { preview, batch, problem, isBusy, choose, send } = useBook();
  const count = preview?.count ?? 0;
  return (
    <Dialog title={book.title} onClose={onClose} {...(batch === null ? { onSend: send } : {})} className="wide">
      {batch === null ? (
        <>
          <label>
            {book.file}
            <input
              type="file"
              accept={BOOKS}
              onChange={({ target: { files } }) => files?.[0] !== undefined && choose(files[0])}
            />
          </label>
          <p className="hint">{book.hint}</p>
        </>
      ) : null}
      <div role="status">
        {isBusy ? <p>{book.reading}</p> : null}
        {batch === null && preview !== null ? <Counted preview={preview} /> : null}
        {batch === null ? null : <p>{book.became}</p>}
      </div>
      <RowsTable rows={batch === null ? refusedRows(preview) : batch.rows.map(shownRow)} />
      <p className="problem" role="alert">
        {problem}
      </p>
      {batch === null && count > 0 ? (
        <DialogActs main={book.send(count)} onSend={send} onClose={onClose} />
      ) : (
        <div className="dialog-acts">
          <button type="button" className="button" onClick={onClose}>
            {words.breaks.close} <kbd>Esc</kbd>
          </button>
        </div>
      )}
    </Dialog>
  );
}

function refusedRows(preview: BookPreview | null): Cells[] {
  return (preview?.refused ?? []).map(({ line, case: id, code, message }) => {
    return { line, key: id === null ? '' : (keyOfCase(id) ?? id), status: 'refused', code, message, state: null };
  });
}

type Cells = Pick<BatchRow, 'line' | 'key' | 'status' | 'code' | 'message' | 'state'>;

function shownRow({ line, key, status, code, message, state }: BatchRow): Cells {
  return { line, key, status, code, message, state };
}

function Counted({ preview }: { readonly preview: BookPreview }) {
  const { book } = useWords();
  const { acts, rows, blank } = preview;
  return (
    <>
      <p>{book.rows(rows, blank)}</p>
      <p>{book.acts(acts.propose, acts.assign, acts.note)}</p>
      <p>
        <PreviewText act="book" preview={{ ...preview, refused: countsOf(preview) }} />
      </p>
    </>
  );
}

/** The refused rows by why. */
function countsOf({ refused }: BookPreview): Preview['refused'] {
  const counts = new Map<string, number>();
  for (const { code } of refused) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].map(([code, count]) => ({ code, why: '', count }));
}

function RowsTable({ rows }: { readonly rows: readonly Cells[] }) {
  const words = useWords();
  const { book, bulk, proposal } = words;
  if (rows.length === 0) return null;
  const shown = rows.map(({ line, key, status, code, message, state }): ShownRow => {
    const stands = state === null ? '' : ` · ${proposal.states[state as keyof typeof proposal.states] ?? state}`;
    const why = code === null ? '' : refusalText(code, bulk.refusals);
    return { line, key, outcome: `${bulk.statuses[status]}${stands}`, why: why === code ? (message ?? code) : why };
  });
  return (
    <section className="scroll-x" aria-label={book.list}>
      <table className="facts">
        <caption className="hidden">{book.list}</caption>
        <thead>
          <tr>
            <th scope="col" className="number">
              {book.line}
            </th>
            <th scope="col">{words.breaks.columns.key}</th>
            <th scope="col">{book.outcome}</th>
            <th scope="col">{book.why}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ line, key, outcome, why }) => (
            <tr key={`${line} ${key}`}>
              <td className="number">{line ?? '—'}</td>
              <td className="mono">{key}</td>
              <td>{outcome}</td>
              <td className="why">{why}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
