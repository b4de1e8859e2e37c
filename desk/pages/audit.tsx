// Who asked for what, and who read what.

import { Fragment } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { useLive } from '../api/live.ts';
import { useDesk, useNameOf } from '../api/queries.ts';
import { reasonOfCase } from '../state/case-name.ts';
import { shortHash } from '../state/hash.ts';
import { isAdminOnly, useMyself } from '../state/session.ts';
import { wholeTime } from '../state/time.ts';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { reasonTitle, useLanguage, useWords } from '../words/words.ts';
import { CheckpointTable } from './checkpoints.tsx';
import { RulesHistory } from './rules-history.tsx';

interface Audited {
  readonly request_id: string;
  readonly at: string;
  readonly key: string;
  readonly person: string | null;
  readonly route: string;
  readonly names: readonly string[];
  readonly query: string;
  /** What is said of it, as JSON. */
  readonly body: string;
  readonly address: string;
  readonly outcome: { readonly status: number; readonly code: string | null } | null;
}

interface AuditPageAnswer {
  readonly calls: readonly Audited[];
  readonly next: string | null;
}

const KINDS = ['all', 'reads', 'changes', 'decisions', 'files', 'sign_ins'] as const;
const OUTCOMES = ['all', 'done', 'refused'] as const;
/** What comes from the ledger itself. */
const SHOWN = ['rules', 'checkpoints'] as const;

export function AuditPage() {
  const { audit: words } = useWords();
  const seesLedger = !isAdminOnly(useMyself());
  const [, go] = useLocation();
  const asked = new URLSearchParams(useSearch());
  const shown = seesLedger ? SHOWN.find((one) => one === asked.get('show')) : undefined;
  const answer = useLive<AuditPageAnswer>(shown !== undefined ? null : `/v1/audit?${asked}`, true);
  const address = (change: Readonly<Record<string, string>>) => {
    const next = new URLSearchParams(asked);
    for (const name of ['after', 'show']) next.delete(name);
    for (const [name, value] of Object.entries(change)) value === '' ? next.delete(name) : next.set(name, value);
    return `/audit?${next}`;
  };
  const kind = asked.get('what') ?? 'all';
  const nameOf = useNameOf();
  const people = useDesk().data?.people ?? [];
  const person = asked.get('person');
  const found = person === null ? (asked.get('reference') ?? '') : nameOf(person);
  const bar = (
    <>
      <nav className="tabs" aria-label={words.title}>
        {KINDS.map((one) => (
          <Link
            key={one}
            href={address({ what: one === 'all' ? '' : one })}
            aria-current={one === kind && shown === undefined ? 'page' : undefined}
          >
            {words.kinds[one]}
          </Link>
        ))}
        {(seesLedger ? SHOWN : []).map((one) => (
          <Link key={one} href={`/audit?show=${one}`} aria-current={one === shown ? 'page' : undefined}>
            {words[one]}
          </Link>
        ))}
      </nav>
      {shown !== undefined ? null : (
        <OutcomeField asked={asked.get('outcome')} onChoose={(outcome) => go(address({ outcome }))} />
      )}
      <form
        className="search"
        key={found}
        onSubmit={(event) => {
          event.preventDefault();
          const text = String(new FormData(event.currentTarget).get('q') ?? '').trim();
          const person = people.find(({ id, name }) => text === id || text === name);
          go(address({ reference: person === undefined ? text : '', person: person?.id ?? '' }));
        }}
      >
        <input type="search" name="q" aria-label={words.find} placeholder={words.find} defaultValue={found} />
      </form>
      <span className="quiet">{words.kept}</span>
    </>
  );
  return (
    <Page title={words.title} bar={bar}>
      {shown === 'rules' ? <RulesHistory /> : null}
      {shown === 'checkpoints' ? <CheckpointTable /> : null}
      {shown === undefined ? <Calls answer={answer} address={address} /> : null}
    </Page>
  );
}

interface OutcomeProps {
  readonly asked: string | null;
  readonly onChoose: (outcome: string) => void;
}

function OutcomeField({ asked, onChoose }: OutcomeProps) {
  const { audit: words } = useWords();
  return (
    <select
      aria-label={words.outcome}
      value={OUTCOMES.find((one) => one === asked) ?? 'all'}
      onChange={({ target: { value } }) => onChoose(value === 'all' ? '' : value)}
    >
      {OUTCOMES.map((one) => (
        <option key={one} value={one}>
          {words.outcomes[one]}
        </option>
      ))}
    </select>
  );
}

interface CallsProps {
  readonly answer: ReturnType<typeof useLive<AuditPageAnswer>>;
  readonly address: Address;
}

function Calls({ answer: { data, error, refetch }, address }: CallsProps) {
  const { audit: words } = useWords();
  return (
    <>
      {data === undefined ? error === null ? <Loading /> : <Failed error={error} onAgain={() => refetch()} /> : null}
      {data !== undefined && data.calls.length === 0 ? <Empty title={words.empty} /> : null}
      {data !== undefined && data.calls.length > 0 ? <AuditTable calls={data.calls} address={address} /> : null}
      {data?.next == null ? null : (
        <p className="inside">
          <Link href={address({ after: data.next })}>{words.older}</Link>
        </p>
      )}
    </>
  );
}

/** Another address of the same list. */
type Address = (change: Readonly<Record<string, string>>) => string;

/** What a request was about: a hash is known by its ends, a case by its reason, and the close of a day by the day. */
function useShownName(): (name: string) => string {
  const language = useLanguage();
  const nameOf = useNameOf();
  const { settings } = useWords();
  return (name) => {
    const [, day, merchant] = /^\?period:(\d{4}-\d{2}-\d{2}):(.*)$/.exec(name) ?? [];
    if (day !== undefined) return `${day} ${merchant === '*' ? settings.forAll : merchant}`;
    const [, hash] = /([0-9a-f]{64})$/.exec(name) ?? [];
    if (hash !== undefined) return shortHash(hash);
    const reason = reasonOfCase(name);
    return reason === undefined ? nameOf(name) : reasonTitle(reason, language);
  };
}

/** The query as it was written, without the escapes of an address. */
function shownQuery(query: string): string {
  return [...new URLSearchParams(query)].map(([name, value]) => `${name}=${value}`).join(' ');
}

interface TableProps {
  readonly calls: readonly Audited[];
  readonly address: Address;
}

function AuditTable({ calls, address }: TableProps) {
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
          {calls.map(({ request_id, at, key, person, route, names, query, body, address: source, outcome }) => (
            <tr key={request_id}>
              <td>{desk === undefined ? at : wholeTime(at, desk.zone)}</td>
              <td>
                {person === null ? (
                  key || words.stranger
                ) : (
                  <Link href={address({ person, reference: '' })} aria-label={words.only(nameOf(person))}>
                    {isSignIn(route) && isRefused(outcome) ? words.claimed(nameOf(person)) : nameOf(person)}
                  </Link>
                )}
              </td>
              <td>
                {words.requests[route] ?? null} <span className="mono quiet">{route}</span>
              </td>
              <td className="why">
                {names.map((name) => (
                  <Fragment key={name}>
                    <NameLink name={name} address={address} />{' '}
                  </Fragment>
                ))}
                <span className="mono">{shownQuery(query)}</span>
                {isSignIn(route) ? <SignInTry source={source} body={body} /> : null}
              </td>
              <td>
                <Outcome outcome={outcome} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A way in: from where it was tried is all that is known of a stranger. */
function isSignIn(route: string): boolean {
  return /^(POST|GET) \/v1\/session(\/|$)/.test(route);
}

function SignInTry({ source, body }: { readonly source: string; readonly body: string }) {
  const { audit: words } = useWords();
  const leftOut = body.startsWith('{') ? Number((JSON.parse(body) as { left_out?: number }).left_out ?? 0) : 0;
  return (
    <span className="quiet">
      {words.from(source)}
      {leftOut === 0 ? null : ` · ${words.leftOut(leftOut)}`}
    </span>
  );
}

function isRefused(outcome: Audited['outcome']): boolean {
  return outcome !== null && outcome.status >= 400;
}

/** Opens all that was asked about it. */
function NameLink({ name, address }: { readonly name: string; readonly address: Address }) {
  const { audit: words } = useWords();
  const shown = useShownName()(name);
  return (
    <Link href={address({ reference: name, person: '' })} className="mono" title={name} aria-label={words.only(shown)}>
      {shown}
    </Link>
  );
}

function Outcome({ outcome }: Pick<Audited, 'outcome'>) {
  const { audit: words } = useWords();
  if (outcome === null) return words.running;
  const { status, code } = outcome;
  return (
    <>
      {isRefused(outcome) ? <strong>{words.refused}</strong> : words.done}{' '}
      <span className="mono quiet">
        {status} {code ?? ''}
      </span>
    </>
  );
}
