// What a figure of a statement is made of: a row for each key and fact, and their sum, which is the figure.

import { useState } from 'react';
import { Link, useParams, useSearch } from 'wouter';
import { get } from '../api/client.ts';
import { useLive } from '../api/live.ts';
import type { StatementLines } from '../api/statement-types.ts';
import { providerName } from '../breaks/facet-words.ts';
import { shownAmount } from '../state/amount.ts';
import { Amount } from '../ui/money.tsx';
import { Page } from '../ui/page.tsx';
import { saveCsv } from '../ui/save-csv.ts';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';
import type { Words } from '../words/zh.ts';
import { AGES, UNDATED } from './bridge-table.tsx';
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
  const [problem, setProblem] = useState<Error | null>(null);
  const save = async () => {
    const { key, fact, entries, amount } = words.statement;
    const head = [
      words.breaks.columns.merchant,
      words.breaks.columns.provider,
      of.currency,
      key,
      fact,
      entries,
      amount,
    ];
    const found = (await allRows(day, query)).filter(({ merchant }) => merchant === of.merchant);
    const cells = found.map((row) => [
      ...[row.merchant, row.provider, row.currency, row.key, row.fact, row.entries.join(' '), row.amount],
    ]);
    saveCsv(`hesabu-${day}-${line.replaceAll(/[^\w-]+/g, '-')}.csv`, [head, ...cells]);
  };
  return (
    <Page
      title={words.statement.rowsOf([title(line), ...partOf(asked, words)].join(' · '))}
      bar={
        <>
          <span className="quiet">
            {day} · {of.merchant || words.statement.noMerchant} · {providerName(of.provider)} · {of.currency}
          </span>
          <span className="spring" />
          {rows.length === 0 ? null : (
            <button type="button" className="button" onClick={() => void save().catch(setProblem)}>
              {words.statement.csv}
            </button>
          )}
          <Link href={back}>{words.statement.back}</Link>
        </>
      }
    >
      {data === undefined ? error === null ? <Loading /> : <Failed error={error} onAgain={() => refetch()} /> : null}
      {problem === null ? null : <Failed error={problem} />}
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

const AGE_WORDS: Readonly<Record<string, keyof Words['statement']['ages']>> = Object.fromEntries([...AGES, UNDATED]);

/** Which part of what explains it: the side, and the age in days. */
function partOf(asked: URLSearchParams, words: Words): string[] {
  const [side, age] = [asked.get('side'), AGE_WORDS[asked.get('age') ?? '']];
  return [
    ...(side === 'under' || side === 'over' ? [words.sidesLong[side]] : []),
    ...(age === undefined ? [] : [`${words.statement.age} ${words.statement.ages[age]}`]),
  ];
}

const PAGE_ROWS = 1_000;

/** Every page of them, one after another. */
async function allRows(day: string, query: URLSearchParams): Promise<StatementLines['rows'][number][]> {
  const asked = new URLSearchParams(query);
  asked.delete('after');
  asked.set('limit', `${PAGE_ROWS}`);
  const rows: StatementLines['rows'][number][] = [];
  for (;;) {
    const page = await get<StatementLines>(`/v1/statements/${day}/lines?${asked}`);
    rows.push(...page.rows);
    if (page.next === null) return rows;
    asked.set('after', page.next);
  }
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
