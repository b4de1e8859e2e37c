// What a figure of a statement is made of: a row for each key and fact, and their sum, which is the figure.

import { useState } from 'react';
import { Link, useParams, useSearch } from 'wouter';
import { get } from '../api/client.ts';
import { useLive } from '../api/live.ts';
import type { StatementLines } from '../api/statement-types.ts';
import { providerName } from '../breaks/facet-words.ts';
import { FromFile } from '../detail/from-file.tsx';
import { Amount, LinedUp } from '../ui/money.tsx';
import { Page } from '../ui/page.tsx';
import { saveCsv } from '../ui/save-csv.ts';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';
import type { Words } from '../words/zh.ts';
import { AGES, UNDATED } from './bridge-table.tsx';
import { useLineTitle } from './figure-link.tsx';
import { nameOf } from './statement-page.tsx';

/** What the address says of the figure. */
function useFigure() {
  const asked = new URLSearchParams(useSearch());
  const of = {
    merchant: asked.get('merchant') ?? '',
    provider: asked.get('provider') ?? '',
    currency: asked.get('currency') ?? '',
  };
  // Without a merchant in the address the figure is of all of them, as on the overview.
  const isOfAll = !asked.has('merchant');
  const isOwn = ({ merchant }: { readonly merchant: string }) => isOfAll || merchant === of.merchant;
  // Keys without an order belong to no merchant: they cannot be asked for by its name.
  const query = new URLSearchParams([...asked].filter(([, value]) => value !== ''));
  return { asked, line: asked.get('line') ?? '', query, of, isOfAll, isOwn };
}

export function StatementRowsPage() {
  const words = useWords();
  const title = useLineTitle();
  const { day = '' } = useParams<{ day: string }>();
  const { asked, line, query, of, isOfAll, isOwn } = useFigure();
  const { data, error, refetch } = useLive<StatementLines>(`/v1/statements/${day}/lines?${query}`);
  // The rows of files come later: they are looked for in the log.
  const placed = useLive<StatementLines>(`/v1/statements/${day}/lines?${query}&file_rows=100`, true).data;
  const rows = withPlaces(data, placed).filter(isOwn);
  // Without an order there is no merchant to ask for: the sums of the answer are those of all merchants then.
  const sums = isOfAll || of.merchant !== '' ? (data?.sums ?? []) : [];
  const back = isOfAll ? `/statements/${day}` : `/statements/${day}?of=${encodeURIComponent(nameOf(of))}`;
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
    const found = (await allRows(day, query)).filter(isOwn);
    const cells = found.map((row) => [
      ...[row.merchant, row.provider, row.currency, row.key, saidBy(row, words), row.entries.join(' '), row.amount],
    ]);
    saveCsv(`hesabu-${day}-${line.replaceAll(/[^\w-]+/g, '-')}.csv`, [head, ...cells]);
  };
  return (
    <Page
      title={words.statement.rowsOf([title(line), ...partOf(asked, words)].join(' · '))}
      bar={
        <>
          <span className="quiet">
            {[day, ...(isOfAll ? [] : [of.merchant || words.statement.noMerchant]), ...providerOf(of.provider)].join(
              ' · ',
            )}{' '}
            · {of.currency}
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
      {rows.length === 0 ? null : <RowsTable rows={rows} sums={sums} isOfAll={isOfAll} />}
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

type Lines = StatementLines['rows'];

function withPlaces(data: StatementLines | undefined, placed: StatementLines | undefined): Lines {
  const nameOf = ({ key, fact }: Lines[number]) => `${key}\n${fact}`;
  const places = new Map(placed?.rows.map((one) => [nameOf(one), one]));
  return (data?.rows ?? []).map((one) => {
    const { import: of = null, row = null } = places.get(nameOf(one)) ?? {};
    return { ...one, import: of, row };
  });
}

/** The fact that says so; or where it is left. */
function saidBy({ fact, account }: Pick<Lines[number], 'fact' | 'account'>, { statement }: Words): string {
  return account === null ? fact : statement.leftAt[account];
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

function providerOf(name: string): readonly string[] {
  return name === '' ? [] : [providerName(name)];
}

interface RowsProps extends Pick<StatementLines, 'rows' | 'sums'> {
  readonly isOfAll: boolean;
}

function RowsTable({ rows, sums, isOfAll }: RowsProps) {
  const words = useWords();
  return (
    <table className="facts wide">
      <thead>
        <tr>
          <th scope="col">{words.statement.key}</th>
          {isOfAll ? <th scope="col">{words.breaks.columns.merchant}</th> : null}
          <th scope="col" className="number">
            {words.statement.amount}
          </th>
          <th scope="col">{words.statement.fact}</th>
          <th scope="col">{words.statement.file}</th>
          <th scope="col">{words.statement.entries}</th>
        </tr>
      </thead>
      <LinedUp amounts={[...rows.map(({ amount }) => amount), ...sums.map(({ sum }) => sum)]} least={0}>
        <tbody>
          {rows.map(({ key, merchant, fact, account, amount, entries, import: of, row }) => (
            <tr key={`${key} ${fact} ${account} ${amount}`}>
              <td>
                {key === '' ? (
                  words.statement.lateRest
                ) : (
                  <Link href={`/search?q=${encodeURIComponent(key)}`} className="mono">
                    {key}
                  </Link>
                )}
              </td>
              {isOfAll ? <td>{merchant || words.statement.noMerchant}</td> : null}
              <td className="number">
                <Amount text={amount} />
              </td>
              <td className={account === null ? 'mono' : 'quiet'}>{saidBy({ fact, account }, words)}</td>
              <td>{of === null ? null : <FromFile id={of} row={row} />}</td>
              <td className="mono">{entries.join(' ')}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          {sums.map(({ currency, sum }) => (
            <tr key={currency} className="total">
              <th scope="row" colSpan={isOfAll ? 2 : 1}>
                {words.statement.sum}, {currency}
              </th>
              <td className="number strong">
                <Amount text={sum} />
              </td>
              <td colSpan={3} />
            </tr>
          ))}
        </tfoot>
      </LinedUp>
    </table>
  );
}
