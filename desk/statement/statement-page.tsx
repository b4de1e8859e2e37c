// The statements of a day: the gateway's account, the bridge from orders to money, and the residual, which is zero.
// Every figure opens the rows that it is the sum of; what prints is the sheet alone.

import { Link, Redirect, useLocation, useParams, useSearch } from 'wouter';
import { useLive } from '../api/live.ts';
import { useDesk } from '../api/queries.ts';
import type { DayStatements, Statement } from '../api/statement-types.ts';
import { providerName } from '../breaks/facet-words.ts';
import { isZero, shownAmount } from '../state/amount.ts';
import { dayAfter, dayOf, isDay } from '../state/time.ts';
import { useKeys } from '../ui/keys.ts';
import { type KeyHelp, Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { useLanguage, useWords } from '../words/words.ts';
import { StatementSheet } from './statement-sheet.tsx';

/** An address that names no day leads to the last one that is over. */
export function StatementPage() {
  const { day } = useParams<{ day?: string }>();
  return day === undefined || isDay(day) ? <DayPage day={day} /> : <Redirect to="/statements" replace />;
}

function DayPage({ day: asked }: { readonly day: string | undefined }) {
  const words = useWords();
  const [, go] = useLocation();
  const desk = useDesk().data;
  // The last day that is over.
  const day = asked ?? (desk === undefined ? null : dayAfter(dayOf(desk.now, desk.zone), -1));
  const { data, error, refetch } = useLive<DayStatements>(day === null ? null : `/v1/statements/${day}`);
  const chosen = new URLSearchParams(useSearch()).get('of');
  // Those of keys without an order come last.
  const statements = [...(data?.statements ?? [])].sort(
    (left, right) => Number(left.merchant === '') - Number(right.merchant === ''),
  );
  const at = shownAt(statements, chosen);
  const to = (other: string | undefined, of?: string) => {
    if (other !== undefined)
      go(`/statements/${other}${of === undefined ? '' : `?of=${encodeURIComponent(of)}`}`, { replace: true });
  };
  const toDay = (by: number) => day !== null && to(dayAfter(day, by), chosen ?? undefined);
  const toStatement = (by: number) => {
    const next = statements[at + by];
    if (day !== null && next !== undefined) to(day, nameOf(next));
  };
  useKeys({ '[': () => toDay(-1), ']': () => toDay(1), j: () => toStatement(1), k: () => toStatement(-1) });
  const keys: KeyHelp = [
    [['j', 'k'], words.keys.statement],
    [['[', ']'], words.keys.day],
    [['Tab'], words.keys.figure],
    [['Enter'], words.keys.rows],
  ];
  return (
    <Page
      title={words.statement.title}
      bar={<StatementBar day={day} data={data} onDay={to} onMove={toDay} />}
      keys={keys}
      end={words.statement.everyFigure}
      className="statement"
    >
      {data === undefined ? error === null ? <Loading /> : <Failed error={error} onAgain={() => refetch()} /> : null}
      {data !== undefined && statements.length === 0 ? (
        <Empty title={words.statement.empty} hint={words.statement.emptyHint} />
      ) : null}
      {data !== undefined && statements.length > 0 ? (
        <>
          <StatementList day={data.day} statements={statements} at={at} />
          <StatementSheet day={data} statement={statements[at]!} />
        </>
      ) : null}
    </Page>
  );
}

interface BarProps {
  readonly day: string | null;
  readonly data: DayStatements | undefined;
  readonly onDay: (day: string) => void;
  readonly onMove: (days: number) => void;
}

function StatementBar({ day, data, onDay, onMove }: BarProps) {
  const { statement: words } = useWords();
  const language = useLanguage();
  const all = data?.statements ?? [];
  const fine = all.filter(({ residual }) => isZero(residual)).length;
  return (
    <>
      <button type="button" className="button" onClick={() => onMove(-1)}>
        {words.previous} <kbd>[</kbd>
      </button>
      <label>
        <span className="hidden">{words.day}</span>
        <input
          type="date"
          value={day ?? ''}
          onChange={(event) => event.target.value !== '' && onDay(event.target.value)}
        />
      </label>
      <button type="button" className="button" onClick={() => onMove(1)}>
        {words.next} <kbd>]</kbd>
      </button>
      {data === undefined ? null : (
        <>
          <span className="tag quiet">{data.over ? words.over : words.notOver}</span>
          <span className="quiet">{words.ofAll(fine, all.length)}</span>
        </>
      )}
      <span className="spring" />
      {all.length === 0 ? null : (
        <>
          <a className="button" href={`/v1/statements/${day}.xlsx?lang=${language}`} download>
            {words.xlsx}
          </a>
          <a className="button" href={`/v1/statements/${day}.csv?lang=${language}`} download>
            {words.csv}
          </a>
        </>
      )}
      <button type="button" className="button" onClick={() => print()}>
        {words.print}
      </button>
    </>
  );
}

/** The chosen one, or the first that has any figures. */
function shownAt(statements: readonly Statement[], chosen: string | null): number {
  const named = statements.findIndex((one) => nameOf(one) === chosen);
  return named >= 0 ? named : Math.max(0, statements.findIndex(isBusy));
}

function isBusy({ gateway, bridge }: Statement): boolean {
  return bridge.explained.length > 0 || gateway.moves.some(({ value }) => !isZero(value));
}

export function nameOf({
  merchant,
  provider,
  currency,
}: Pick<Statement, 'merchant' | 'provider' | 'currency'>): string {
  return [merchant, provider, currency].join('|');
}

interface ListProps {
  readonly day: string;
  readonly statements: readonly Statement[];
  readonly at: number;
}

function StatementList({ day, statements, at }: ListProps) {
  const words = useWords();
  return (
    <nav className="statement-list" aria-label={words.statement.list}>
      <p className="list-head">
        <span>{words.statement.column}</span>
        <span>{words.statement.residual}</span>
      </p>
      <ul>
        {statements.map((one, index) => (
          <li key={nameOf(one)}>
            <Link
              href={`/statements/${day}?of=${encodeURIComponent(nameOf(one))}`}
              replace
              aria-current={index === at ? 'true' : undefined}
            >
              <span className="name">{one.merchant || words.statement.noMerchant}</span>
              <strong className={isZero(one.residual) ? undefined : 'missing'}>{shownAmount(one.residual)}</strong>
              <span className="quiet">
                {providerName(one.provider)} · {one.currency}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
