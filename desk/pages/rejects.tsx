// The rows of an imported file that were rejected, by page, each with where it is and why.

import { useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { useLive } from '../api/live.ts';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';
import { type RejectedRow, RejectReason } from './reject-reason.tsx';

interface Rejects {
  readonly rejects: readonly (RejectedRow & { readonly line: number | null })[];
  readonly next: string | null;
}

interface RejectProps {
  readonly id: number;
  readonly name: string;
}

export function RejectList({ id, name }: RejectProps) {
  const { sources: words } = useWords();
  const first = `/v1/imports/${id}/rejects`;
  const [page, setPage] = useState(first);
  const { data, error, refetch } = useLive<Rejects>(page, true);
  const title = useRef<HTMLHeadingElement>(null);
  // Who opened it is led to it: it stands above the files.
  useEffect(() => title.current!.focus(), []);
  return (
    <section className="box">
      <h2 ref={title} tabIndex={-1}>
        {words.rejects(name)} <Link href="/sources">{words.close}</Link>
      </h2>
      {data === undefined ? error === null ? <Loading /> : <Failed error={error} onAgain={() => refetch()} /> : null}
      {data?.rejects.length === 0 ? <Empty title={words.noRejects} hint={words.noRejectsHint} /> : null}
      {data === undefined || data.rejects.length === 0 ? null : <RejectTable rejects={data.rejects} />}
      <p className="inside">
        {page === first ? null : (
          <button type="button" className="link" onClick={() => setPage(first)}>
            {words.firstRows}
          </button>
        )}{' '}
        {data?.next == null ? null : (
          <button type="button" className="link" onClick={() => setPage(data.next!)}>
            {words.moreRows}
          </button>
        )}
      </p>
    </section>
  );
}

function RejectTable({ rejects }: Pick<Rejects, 'rejects'>) {
  const { sources: words } = useWords();
  return (
    <div className="scroll-x">
      <table className="facts">
        <thead>
          <tr>
            <th scope="col" className="number">
              {words.row}
            </th>
            <th scope="col">{words.fault}</th>
          </tr>
        </thead>
        <tbody>
          {rejects.map((row, at) => (
            // Rows of a file: two may be alike in all that is shown.
            // biome-ignore lint/suspicious/noArrayIndexKey: their order never changes.
            <tr key={at}>
              <td className="number">{row.line ?? '—'}</td>
              <td className="why">
                <RejectReason row={row} /> <span className="mono quiet">{row.code}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
