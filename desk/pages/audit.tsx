// Who asked for what, and who read what.

import { Link, useLocation, useSearch } from 'wouter';
import { useLive } from '../api/live.ts';
import { useDesk, useNameOf } from '../api/queries.ts';
import { wholeTime } from '../state/time.ts';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';

interface Audited {
  readonly request_id: string;
  readonly at: string;
  readonly key: string;
  readonly person: string | null;
  readonly route: string;
  readonly names: readonly string[];
  readonly query: string;
  readonly outcome: { readonly status: number; readonly code: string | null } | null;
}

interface AuditPageAnswer {
  readonly calls: readonly Audited[];
  readonly next: string | null;
}

const KINDS = ['all', 'reads', 'changes'] as const;

export function AuditPage() {
  const { audit: words } = useWords();
  const [, go] = useLocation();
  const asked = new URLSearchParams(useSearch());
  const { data, error, refetch } = useLive<AuditPageAnswer>(`/v1/audit?${asked}`, true);
  const address = (change: Readonly<Record<string, string>>) => {
    const next = new URLSearchParams(asked);
    next.delete('after');
    for (const [name, value] of Object.entries(change)) value === '' ? next.delete(name) : next.set(name, value);
    return `/audit?${next}`;
  };
  const kind = asked.get('what') ?? 'all';
  const bar = (
    <>
      <nav className="tabs" aria-label={words.title}>
        {KINDS.map((one) => (
          <Link
            key={one}
            href={address({ what: one === 'all' ? '' : one })}
            aria-current={one === kind ? 'page' : undefined}
          >
            {words.kinds[one]}
          </Link>
        ))}
      </nav>
      <form
        className="search"
        key={asked.get('reference') ?? ''}
        onSubmit={(event) => {
          event.preventDefault();
          go(address({ reference: String(new FormData(event.currentTarget).get('q') ?? '').trim() }));
        }}
      >
        <input
          type="search"
          name="q"
          aria-label={words.find}
          placeholder={words.find}
          defaultValue={asked.get('reference') ?? ''}
        />
      </form>
      <span className="quiet">{words.kept}</span>
    </>
  );
  return (
    <Page title={words.title} bar={bar}>
      {data === undefined ? error === null ? <Loading /> : <Failed error={error} onAgain={() => refetch()} /> : null}
      {data !== undefined && data.calls.length === 0 ? <Empty title={words.empty} /> : null}
      {data !== undefined && data.calls.length > 0 ? <AuditTable calls={data.calls} /> : null}
      {data?.next == null ? null : (
        <p className="inside">
          <Link href={address({ after: data.next })}>{words.older}</Link>
        </p>
      )}
    </Page>
  );
}

function AuditTable({ calls }: { readonly calls: readonly Audited[] }) {
  const { audit: words } = useWords();
  const nameOf = useNameOf();
  const desk = useDesk().data;
  return (
    <div className="scroll-x">
      <table className="facts wide">
        <thead>
          <tr>
            <th scope="col">{words.at}</th>
            <th scope="col">{words.who}</th>
            <th scope="col">{words.what}</th>
            <th scope="col">{words.about}</th>
            <th scope="col">{words.outcome}</th>
          </tr>
        </thead>
        <tbody>
          {calls.map(({ request_id, at, key, person, route, names, query, outcome }) => (
            <tr key={request_id}>
              <td>{desk === undefined ? at : wholeTime(at, desk.zone)}</td>
              <td>{person === null ? key : nameOf(person)}</td>
              <td className="mono">{route}</td>
              <td className="why mono">
                {names.join(' ')} {query}
              </td>
              <td>{outcome === null ? words.running : `${outcome.status} ${outcome.code ?? ''}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
