// Any transaction by any of its ids: where it stands, its amounts, its breaks and its facts.

import { useRef } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { Problem } from '../api/client.ts';
import { useLive } from '../api/live.ts';
import { useCases } from '../api/queries.ts';
import type { Transaction } from '../api/types.ts';
import { FactList } from '../detail/fact-list.tsx';
import { SidesBox } from '../detail/sides-box.tsx';
import { shownAmount } from '../state/amount.ts';
import { ALL_OPEN } from '../state/case-query.ts';
import { useKeys } from '../ui/keys.ts';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { reasonTitle, useLanguage, useWords } from '../words/words.ts';

interface Match {
  readonly transaction_reference: string;
  readonly merchant: string;
  readonly provider: string;
  readonly standing: string;
}

type Found = Transaction | { readonly matches: readonly Match[] };

export function SearchPage() {
  const { search: words, keys } = useWords();
  const [, go] = useLocation();
  const field = useRef<HTMLInputElement>(null);
  const q = (new URLSearchParams(useSearch()).get('q') ?? '').trim();
  const { data, error, refetch } = useLive<Found>(q === '' ? null : `/v1/transactions/${encodeURIComponent(q)}`);
  useKeys({ '/': () => field.current?.select() });
  const isMissing = error instanceof Problem && error.body.code === 'HESABU_NOT_FOUND';
  return (
    <Page
      title={words.title}
      keys={[[['/'], keys.find]]}
      className="boxes stack"
      bar={
        <form
          className="search long"
          key={q}
          onSubmit={(event) => {
            event.preventDefault();
            go(`/search?q=${encodeURIComponent(field.current!.value.trim())}`);
          }}
        >
          <input
            ref={field}
            type="search"
            name="q"
            aria-label={words.field}
            placeholder={words.field}
            defaultValue={q}
            maxLength={250}
          />
          <button type="submit" className="button main">
            {words.submit}
          </button>
        </form>
      }
    >
      {q === '' ? <Empty title={words.field} hint={words.hint} /> : null}
      {q !== '' && data === undefined && error === null ? <Loading /> : null}
      {error === null || data !== undefined ? null : isMissing ? (
        <Empty title={words.none(q)} />
      ) : (
        <Failed error={error} onAgain={() => refetch()} />
      )}
      {data === undefined ? null : 'matches' in data ? (
        <Matches matches={data.matches} />
      ) : (
        <Whole transaction={data} />
      )}
    </Page>
  );
}

function Matches({ matches }: { readonly matches: readonly Match[] }) {
  const { search: words } = useWords();
  return (
    <section className="box">
      <h2>{words.several}</h2>
      <ul className="suggestions">
        {matches.map(({ transaction_reference: key, merchant, standing }) => (
          <li key={key}>
            <Link href={`/search?q=${encodeURIComponent(key)}`} className="mono">
              {key}
            </Link>
            <span>{merchant}</span>
            <span>{words.standings[standing] ?? standing}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Whole({ transaction }: { readonly transaction: Transaction }) {
  const { search: words, noMerchant } = useWords();
  const language = useLanguage();
  const { transaction_reference: key, merchant, standing, amounts, findings } = transaction;
  const { data: cases } = useCases({ ...ALL_OPEN, search: key, filters: { status: ['all'] } }, 20);
  const own = (cases?.cases ?? []).filter((row) => row.key === key);
  const whole = {
    case: null,
    standing: null,
    end: null,
    suggestions: { named: [], others: 0 },
    transaction,
    proposals: [],
    stale: [],
    timeline: [],
    version: '',
  };
  const figures = [
    [words.order, amounts.order_amount],
    [words.paid, amounts.paid],
    [words.returned, amounts.returned],
    [words.settled, amounts.settled],
    [words.fee, amounts.fee],
  ] as const;
  return (
    <>
      <section className="box">
        <div className="box-head">
          <h2 className="mono">{key}</h2>
          <span className="tag">{words.standings[standing] ?? standing}</span>
          <span className="quiet">{merchant || noMerchant}</span>
        </div>
        <p className="inside figures">
          {figures.map(([name, amount]) => (
            <span key={name}>
              <span className="quiet">{name}</span>{' '}
              {amount === null ? '—' : `${shownAmount(amount)} ${amounts.currency ?? ''}`}
            </span>
          ))}
        </p>
        {findings.map(({ reason, subject, message }) => (
          <p key={`${reason} ${subject}`} className="inside finding">
            {message[language]}
          </p>
        ))}
        {own.length === 0 ? null : (
          <p className="inside">
            <strong>{words.cases}</strong>{' '}
            {own.map((row) => (
              <Link key={row.id} href={`/breaks/${row.id}`} className="spaced">
                {reasonTitle(row.reason, language)}
              </Link>
            ))}
          </p>
        )}
      </section>
      <SidesBox whole={whole} />
      <FactList whole={whole} address={`/v1/transactions/${encodeURIComponent(key)}`} />
    </>
  );
}
