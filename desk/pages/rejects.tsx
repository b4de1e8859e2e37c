// The rows of an imported file that were rejected, by page, each with where it is and why.

import { useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { useLive } from '../api/live.ts';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';

interface Rejects {
  readonly rejects: readonly {
    readonly line: number | null;
    readonly field: string;
    readonly code: string;
    readonly message: string;
  }[];
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
            <th scope="col">{words.field}</th>
            <th scope="col">{words.found}</th>
          </tr>
        </thead>
        <tbody>
          {rejects.map(({ line, field, code, message }, at) => (
            // Rows of a file: two may be alike in all that is shown.
            // biome-ignore lint/suspicious/noArrayIndexKey: their order never changes.
            <tr key={at}>
              <td className="number">{line ?? '—'}</td>
              <td className="mono">{field}</td>
              <td className="why">
                {words.faults[code] === undefined ? null : <strong>{words.faults[code]}</strong>}{' '}
                <span lang="en">{words.faults[code] === undefined ? message : withoutTitle(message)}</span>{' '}
                <span className="mono">{code}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A message begins with the title of its code. */
function withoutTitle(message: string): string {
  return message.slice(message.indexOf('; ') + 1).trim();
}
