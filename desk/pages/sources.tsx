// Where the facts come from: files with their rejected rows, settlement reports, and webhooks that were not understood.

import { Link, useSearch } from 'wouter';
import { useLive } from '../api/live.ts';
import { useDesk } from '../api/queries.ts';
import { shownAmount } from '../state/amount.ts';
import { nameOfFile } from '../state/file-name.ts';
import { wholeTime } from '../state/time.ts';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';
import type { Words } from '../words/zh.ts';
import { DeadLetterBox } from './dead-letters.tsx';
import { FilePreview, StoredPreview } from './preview.tsx';
import { RejectList } from './rejects.tsx';

interface ImportedFile {
  readonly id: number;
  readonly file: string;
  readonly kind: string;
  readonly at: string;
  readonly rows: number;
  readonly rejected: number;
  readonly status: 'begun' | 'done' | 'unread' | 'refused';
  readonly withdrawn?: string;
  readonly replaces?: readonly number[];
}

interface Reports {
  readonly reports: readonly {
    readonly account: string;
    readonly date: string;
    readonly status: 'waiting' | 'taken' | 'done';
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
    <Page
      title={words.title}
      className="boxes stack"
      bar={
        <Link href="/sources?preview=file" className="button">
          {words.preview.open}
        </Link>
      }
    >
      <Opened />
      <Imports />
      <ReportsBox />
      <UnreadBox />
      <DeadLetterBox />
    </Page>
  );
}

/** What the address names: the rejected rows of an import, or how a file would be read. */
function Opened() {
  const query = new URLSearchParams(useSearch());
  const preview = query.get('preview');
  const { data } = useLive<{ readonly imports: readonly ImportedFile[] }>('/v1/imports');
  if (preview === 'file') return <FilePreview />;
  const asked = Number(preview ?? query.get('rejects'));
  const file = data?.imports.find(({ id }) => id === asked);
  if (file === undefined) return null;
  const { id, kind } = file;
  const name = nameOfFile(file.file);
  if (preview === null) return <RejectList key={id} id={id} name={name} />;
  return <StoredPreview key={id} id={id} name={name} kind={kind} />;
}

function Waiting({ error, onAgain }: { readonly error: Error | null; readonly onAgain: () => void }) {
  return error === null ? <Loading /> : <Failed error={error} onAgain={onAgain} />;
}

function Imports() {
  const { sources: words } = useWords();
  const desk = useDesk().data;
  const opened = Number(new URLSearchParams(useSearch()).get('rejects'));
  const { data, error, refetch } = useLive<{ readonly imports: readonly ImportedFile[] }>('/v1/imports');
  return (
    <section className="box">
      <h2>{words.imports}</h2>
      {data === undefined ? <Waiting error={error} onAgain={() => refetch()} /> : null}
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
                <th scope="row" title={one.file}>
                  <Link href={`/sources?preview=${one.id}`}>{nameOfFile(one.file)}</Link>
                </th>
                <td>{words.kinds[one.kind] ?? one.kind}</td>
                <td>{desk === undefined ? one.at : wholeTime(one.at, desk.zone)}</td>
                <td className="number">{shownAmount(`${one.rows}`)}</td>
                <td className="number">
                  {one.rejected === 0 ? (
                    '0'
                  ) : (
                    <Link
                      href={`/sources?rejects=${one.id}`}
                      className="figure-link"
                      aria-current={one.id === opened ? 'true' : undefined}
                    >
                      {shownAmount(`${one.rejected}`)}
                    </Link>
                  )}
                </td>
                <td>{stateOf(one, data.imports, words)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </section>
  );
}

/** Whether what it said counts, or what took its place. */
function stateOf(
  { id, status, withdrawn, rejected }: ImportedFile,
  all: readonly ImportedFile[],
  words: Words['sources'],
): string {
  if (withdrawn !== undefined) return words.withdrawn(withdrawn);
  const later = all.find((one) => one.status === 'done' && one.withdrawn === undefined && one.replaces?.includes(id));
  if (later !== undefined) return words.replaced(nameOfFile(later.file));
  return status === 'done' && rejected > 0 ? words.doneButRejects : words.states[status];
}

function ReportsBox() {
  const { sources: words, overview } = useWords();
  const { data, error, refetch } = useLive<Reports>('/v1/settlements');
  return (
    <section className="box">
      <h2>{words.reports}</h2>
      {data === undefined ? (
        <Waiting error={error} onAgain={() => refetch()} />
      ) : data.reports.length === 0 ? (
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
                <td>{isMissing ? <strong>{`✗ ${overview.missing}`}</strong> : words.reportStates[status]}</td>
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
  const { data, error, refetch } = useLive<Unread>('/v1/webhooks/unread');
  return (
    <section className="box">
      <h2>{words.unread}</h2>
      {data === undefined ? (
        <Waiting error={error} onAgain={() => refetch()} />
      ) : data.webhooks.length === 0 ? (
        <Empty title={words.noUnread} />
      ) : (
        <table className="facts">
          <thead>
            <tr>
              <th scope="col">{words.at}</th>
              <th scope="col">{words.account}</th>
              <th scope="col" className="number">
                {words.times}
              </th>
              <th scope="col">{words.fault}</th>
            </tr>
          </thead>
          <tbody>
            {data.webhooks.map(({ exchange, provider, account, last_received_at: at, times, fault }) => (
              <tr key={exchange}>
                <td>{desk === undefined ? at : wholeTime(at, desk.zone)}</td>
                <td>
                  {provider}/{account}
                </td>
                <td className="number">{times}</td>
                <td className="why" lang="en">
                  {fault}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
