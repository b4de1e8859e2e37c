// Where the facts come from: files with their rejected rows, settlement reports, and webhooks that were not understood.

import { useState } from 'react';
import { useLive } from '../api/live.ts';
import { useDesk } from '../api/queries.ts';
import { wholeTime } from '../state/time.ts';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';

interface ImportedFile {
  readonly id: number;
  readonly file: string;
  readonly kind: string;
  readonly at: string;
  readonly rows: number;
  readonly rejected: number;
  readonly status: string;
}

interface Rejects {
  readonly rejects: readonly {
    readonly line: number | null;
    readonly field: string;
    readonly code: string;
    readonly message: string;
  }[];
}

interface Reports {
  readonly reports: readonly {
    readonly account: string;
    readonly date: string;
    readonly status: string;
    readonly due: string;
    readonly is_missing: boolean;
  }[];
}

interface Unread {
  readonly webhooks: readonly {
    readonly exchange: string;
    readonly provider: string;
    readonly account: string;
    readonly last_received_at: string;
    readonly times: number;
    readonly fault: string;
  }[];
}

export function SourcesPage() {
  const { sources: words } = useWords();
  return (
    <Page title={words.title} className="boxes stack">
      <Imports />
      <ReportsBox />
      <UnreadBox />
    </Page>
  );
}

function Imports() {
  const { sources: words } = useWords();
  const desk = useDesk().data;
  const [open, setOpen] = useState<ImportedFile | null>(null);
  const { data, error, refetch } = useLive<{ readonly imports: readonly ImportedFile[] }>('/v1/imports');
  return (
    <section className="box">
      <h2>{words.imports}</h2>
      {data === undefined ? error === null ? <Loading /> : <Failed error={error} onAgain={() => refetch()} /> : null}
      {data !== undefined && data.imports.length === 0 ? <Empty title={words.none} /> : null}
      {data !== undefined && data.imports.length > 0 ? (
        <table className="facts">
          <thead>
            <tr>
              <th scope="col">{words.file}</th>
              <th scope="col">{words.kind}</th>
              <th scope="col">{words.at}</th>
              <th scope="col" className="number">
                {words.rows}
              </th>
              <th scope="col" className="number">
                {words.rejected}
              </th>
              <th scope="col">{words.state}</th>
            </tr>
          </thead>
          <tbody>
            {data.imports.map((one) => (
              <tr key={one.id}>
                <td>{one.file}</td>
                <td>{one.kind}</td>
                <td>{desk === undefined ? one.at : wholeTime(one.at, desk.zone)}</td>
                <td className="number">{one.rows}</td>
                <td className="number">
                  {one.rejected === 0 ? (
                    '0'
                  ) : (
                    <button type="button" className="link" onClick={() => setOpen(one)}>
                      {one.rejected}
                    </button>
                  )}
                </td>
                <td>{one.status}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      {open === null ? null : <RejectList file={open} />}
    </section>
  );
}

function RejectList({ file }: { readonly file: ImportedFile }) {
  const { sources: words } = useWords();
  const { data } = useLive<Rejects>(`/v1/imports/${file.id}/rejects`);
  if (data === undefined) return <Loading />;
  return (
    <table className="facts">
      <caption className="inside">
        <strong>{words.rejects(file.file)}</strong>
      </caption>
      <thead>
        <tr>
          <th scope="col">{words.row}</th>
          <th scope="col">{words.field}</th>
          <th scope="col">{words.found}</th>
        </tr>
      </thead>
      <tbody>
        {data.rejects.map(({ line, field, code, message }, at) => (
          // Rows of a file: two may be alike in all that is shown.
          // biome-ignore lint/suspicious/noArrayIndexKey: their order never changes.
          <tr key={at}>
            <td>{line ?? '—'}</td>
            <td className="mono">{field}</td>
            <td className="why">
              {message} <span className="mono">{code}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ReportsBox() {
  const { sources: words, overview } = useWords();
  const { data } = useLive<Reports>('/v1/settlements');
  if (data === undefined) return null;
  return (
    <section className="box">
      <h2>{words.reports}</h2>
      {data.reports.length === 0 ? (
        <Empty title={words.noReports} />
      ) : (
        <table className="facts">
          <thead>
            <tr>
              <th scope="col">{words.account}</th>
              <th scope="col">{words.day}</th>
              <th scope="col">{words.state}</th>
            </tr>
          </thead>
          <tbody>
            {data.reports.map(({ account, date, status, is_missing: isMissing }) => (
              <tr key={`${account} ${date}`}>
                <td>{account}</td>
                <td>{date}</td>
                <td>{isMissing ? <strong>{`✗ ${overview.missing}`}</strong> : status}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function UnreadBox() {
  const { sources: words } = useWords();
  const desk = useDesk().data;
  const { data } = useLive<Unread>('/v1/webhooks/unread');
  if (data === undefined) return null;
  return (
    <section className="box">
      <h2>{words.unread}</h2>
      {data.webhooks.length === 0 ? (
        <Empty title={words.noUnread} />
      ) : (
        <table className="facts">
          <tbody>
            {data.webhooks.map(({ exchange, provider, account, last_received_at: at, times, fault }) => (
              <tr key={exchange}>
                <td>{desk === undefined ? at : wholeTime(at, desk.zone)}</td>
                <td>
                  {provider}/{account}
                </td>
                <td className="number">{times}</td>
                <td className="why">{fault}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
