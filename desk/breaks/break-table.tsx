// The rows of the list: what was found, whose money it is, since when, and who has it. One row has the frame; ticked
// ones are selected.

import { type RefObject, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { sideOf } from '../../src/domain/break-side.ts';
import { useDesk, useNameOf } from '../api/queries.ts';
import type { ListedCase } from '../api/types.ts';
import { changed, type ListQuery, type Sort } from '../state/case-query.ts';
import { dayOf, daysBetween } from '../state/time.ts';
import { Amount, LinedUp, sideClass } from '../ui/money.tsx';
import { foundOnly, reasonTitle, useLanguage, useWords } from '../words/words.ts';
import { providerName } from './facet-words.ts';
import { detailAddress } from './use-list.ts';

interface TableProps {
  readonly query: ListQuery;
  readonly rows: readonly ListedCase[];
  readonly framed: string | null;
  readonly selected: ReadonlySet<string>;
  readonly mayWork: boolean;
  readonly onFrame: (id: string) => void;
  readonly onSelect: (id: string) => void;
  readonly onSelectAll: () => void;
  readonly onChange: (query: ListQuery) => void;
}

export function BreakTable(props: TableProps) {
  const { query, rows, framed, selected, mayWork } = props;
  const words = useWords();
  const { columns } = words.breaks;
  const body = useRef<HTMLTableSectionElement>(null);
  useFollow(body, framed);
  const sorting = (sort: Sort, title: string, end?: string) => (
    <SortHead sort={sort} title={title} end={end} query={query} onChange={props.onChange} />
  );
  return (
    <table className="breaks-table">
      <caption className="hidden">{words.breaks.list}</caption>
      <thead>
        <tr>
          {mayWork ? (
            <th scope="col" className="tick">
              <input
                type="checkbox"
                aria-label={words.breaks.selectAll}
                checked={rows.length > 0 && rows.every(({ id }) => selected.has(id))}
                ref={(box) => {
                  if (box !== null) box.indeterminate = selected.size > 0 && !rows.every(({ id }) => selected.has(id));
                }}
                onChange={props.onSelectAll}
              />
            </th>
          ) : null}
          {sorting('reference', columns.key)}
          <th scope="col" className="merchant">
            {columns.merchant}
          </th>
          <th scope="col" className="provider">
            {columns.provider}
          </th>
          <th scope="col" className="finding">
            {columns.finding}
          </th>
          <th scope="col">{columns.currency}</th>
          <th scope="col" className="number expected">
            {columns.expected}
          </th>
          <th scope="col" className="number observed">
            {columns.observed}
          </th>
          {sorting('value', columns.difference, 'number')}
          <th scope="col">{columns.side}</th>
          {sorting('oldest', columns.age, 'number')}
          {sorting('due', columns.due)}
          <th scope="col" className="owner">
            {columns.owner}
          </th>
          <th scope="col">{columns.status}</th>
        </tr>
      </thead>
      <tbody ref={body}>
        <LinedUp amounts={rows.flatMap(({ expected, observed, difference }) => [expected, observed, difference])}>
          {rows.map((row) => (
            <BreakRow
              key={row.id}
              row={row}
              {...props}
              isFramed={row.id === framed}
              isSelected={selected.has(row.id)}
            />
          ))}
        </LinedUp>
      </tbody>
    </table>
  );
}

/** Takes the focus along with the frame, where the list has the focus or nothing has. */
function useFollow(body: RefObject<HTMLTableSectionElement | null>, framed: string | null): void {
  useEffect(() => {
    const row = body.current?.querySelector<HTMLElement>('tr[data-framed]');
    const active = document.activeElement;
    const isFree = active === null || active === document.body || active.id === 'content';
    if (framed === null || row === null || row === undefined) return;
    if (isFree || body.current!.contains(active)) row.focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  }, [body, framed]);
}

interface SortHeadProps {
  readonly sort: Sort;
  readonly title: string;
  readonly end: string | undefined;
  readonly query: ListQuery;
  readonly onChange: (query: ListQuery) => void;
}

function SortHead({ sort, title, end, query, onChange }: SortHeadProps) {
  const isSorted = query.sort === sort;
  return (
    <th scope="col" className={end} aria-sort={isSorted ? (sort === 'value' ? 'descending' : 'ascending') : undefined}>
      <button
        type="button"
        className={isSorted ? 'sort sorted' : 'sort'}
        onClick={() => onChange(changed(query, { sort }))}
      >
        {title}
        {isSorted ? <span aria-hidden="true"> {sort === 'value' ? '↓' : '↑'}</span> : null}
      </button>
    </th>
  );
}

interface RowProps extends TableProps {
  readonly row: ListedCase;
  readonly isFramed: boolean;
  readonly isSelected: boolean;
}

function BreakRow({ row, query, isFramed, isSelected, mayWork, onFrame, onSelect }: RowProps) {
  const words = useWords();
  const language = useLanguage();
  const nameOf = useNameOf();
  const side = sideOf(row.reason, row.difference);
  return (
    <tr
      tabIndex={isFramed ? 0 : -1}
      data-framed={isFramed || undefined}
      data-selected={isSelected || undefined}
      onFocus={() => onFrame(row.id)}
    >
      {mayWork ? (
        <td className="tick">
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={words.breaks.selectRow(row.key)}
            checked={isSelected}
            onChange={() => onSelect(row.id)}
          />
        </td>
      ) : null}
      <td className="key">
        <Link href={detailAddress(row.id, query)} className="mono" tabIndex={isFramed ? 0 : -1} title={row.key}>
          {row.key}
        </Link>
      </td>
      <td className="merchant">{row.merchant === '' ? <span className="none">{words.nobody}</span> : row.merchant}</td>
      <td className="provider">{providerName(row.provider)}</td>
      <td className="finding">
        <div className="two-lines">
          <strong>{reasonTitle(row.reason, language)}</strong> <span className="short">{foundOnly(row, language)}</span>
        </div>
      </td>
      <td className="currency">{row.currency ?? ''}</td>
      <td className="number expected">
        <Amount text={row.expected} />
      </td>
      <td className="number observed">
        <Amount text={row.observed} />
      </td>
      <td
        className={`${sideClass(side, row.difference)} difference`}
        data-rest={`${row.currency ?? ''} ${words.sidesLong[side]}`}
      >
        <Amount text={row.difference} isSigned />
      </td>
      <td className={side === 'under' ? 'side missing' : 'side'}>{side === 'other' ? '' : words.sides[side]}</td>
      <td className="number age">{row.age === null ? words.unknown : words.days(row.age)}</td>
      <td className="due">
        <DueText at={row.due_at} />
      </td>
      <td className="owner">{row.owner === null ? <span className="none">{words.nobody}</span> : nameOf(row.owner)}</td>
      <td className="status">
        <CaseStateText row={row} />
      </td>
    </tr>
  );
}

/** The state of a case, and beside it what became of its refund. */
export function CaseStateText({ row: { status, refund } }: { readonly row: ListedCase }) {
  const { states, refund: words } = useWords();
  return <>{refund === null ? states[status] : `${states[status]} · ${words.signs[refund]}`}</>;
}

/** Overdue by so many days, today, or the day; named where no head says what it is. */
export function DueText({ at, isNamed = false }: { readonly at: string | null; readonly isNamed?: boolean }) {
  const words = useWords();
  const desk = useDesk().data;
  if (at === null || desk === undefined) return <span className="none">{words.unknown}</span>;
  // It is due when the day ends: the moment before is of the day itself.
  const day = dayOf(new Date(Date.parse(at) - 1).toISOString(), desk.zone);
  const left = daysBetween(dayOf(desk.now, desk.zone), day);
  if (left < 0) return <strong>{words.overdue(-left)}</strong>;
  const shown = left === 0 ? words.today : day.slice(5);
  return isNamed ? `${words.breaks.columns.due} ${shown}` : shown;
}
