// What a figure of a statement is made of: a row for each key and fact, and their sum, which is the figure.

import { Link, useParams, useSearch } from 'wouter';
import { useLive } from '../api/live.ts';
import type { StatementLines } from '../api/types.ts';
import { providerName } from '../breaks/facet-words.ts';
import { shownAmount } from '../state/amount.ts';
import { Amount } from '../ui/money.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';
import { useLineTitle } from './figure-link.tsx';
import { nameOf } from './statement-page.tsx';

export function StatementRowsPage() {
  const words = useWords();
  const title = useLineTitle();
  const { day = '' } = useParams<{ day: string }>();
  const asked = new URLSearchParams(useSearch());
  const line = asked.get('line') ?? '';
  // Keys without an order belong to no merchant: they cannot be asked for by its name.
  const query = new URLSearchParams([...asked].filter(([, value]) => value !== ''));
  const { data, error, refetch } = useLive<StatementLines>(`/v1/statements/${day}/lines?${query}`);
  const of = {
    merchant: asked.get('merchant') ?? '',
    provider: asked.get('provider') ?? '',
    currency: asked.get('currency') ?? '',
  };
  const rows = (data?.rows ?? []).filter(({ merchant }) => merchant === of.merchant);
  const back = `/statements/${day}?of=${encodeURIComponent(nameOf(of))}`;
  const after = (cursor: string) => {
    const next = new URLSearchParams(asked);
    next.set('after', cursor);
    return `/statements/${day}/rows?${next}`;
  };
  return (
    <Page
      title={words.statement.rowsOf(title(line))}
      bar={
        <>
          <span className="quiet">
            {day} · {of.merchant || words.statement.noMerchant} · {providerName(of.provider)} · {of.currency}
          </span>
          <span className="spring" />
          <Link href={back}>{words.statement.back}</Link>
        </>
      }
    >
      {data === undefined ? error === null ? <Loading /> : <Failed error={error} onAgain={() => refetch()} /> : null}
      {data !== undefined && rows.length === 0 ? <Empty title={words.statement.empty} /> : null}
      {rows.length === 0 ? null : <RowsTable rows={rows} sums={data?.sums ?? []} />}
      {data?.next == null ? null : (
        <p className="inside">
          <Link href={after(data.next)}>{words.statement.more}</Link>
        </p>
      )}
    </Page>
  );
}

type RowsProps = Pick<StatementLines, 'rows' | 'sums'>;

function RowsTable({ rows, sums }: RowsProps) {
  const words = useWords();
  return (
    <table className="facts wide">
      <thead>
        <tr>
          <th scope="col">{words.statement.key}</th>
          <th scope="col" className="number">
            {words.statement.amount}
          </th>
          <th scope="col">{words.statement.fact}</th>
          <th scope="col">{words.statement.entries}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, fact, amount, entries }) => (
          <tr key={`${key} ${fact} ${amount}`}>
            <td>
              <Link href={`/search?q=${encodeURIComponent(key)}`} className="mono">
                {key}
              </Link>
            </td>
            <td className="number">
              <Amount text={amount} />
            </td>
            <td className="mono">{fact}</td>
            <td className="mono">{entries.join(' ')}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        {sums.map(({ currency, sum }) => (
          <tr key={currency} className="total">
            <th scope="row">
              {words.statement.sum}, {currency}
            </th>
            <td className="number strong">{shownAmount(sum)}</td>
            <td colSpan={2} />
          </tr>
        ))}
      </tfoot>
    </table>
  );
}
