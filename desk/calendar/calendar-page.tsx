// The days of a month: which are closed, which wait for a second person, and what the next one to close still misses.

import { useEffect } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { useLive } from '../api/live.ts';
import { useCases, useDesk, useNameOf } from '../api/queries.ts';
import type { LateFacts, LateGroup, PeriodDay, Periods } from '../api/statement-types.ts';
import { ALL_OPEN } from '../state/case-query.ts';
import { merchantsOf, seesAll, useMyself } from '../state/session.ts';
import { dayOf, weekdayOf } from '../state/time.ts';
import { useKeys } from '../ui/keys.ts';
import { Page } from '../ui/page.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';
import type { Words } from '../words/zh.ts';
import { CloseActs } from './close-acts.tsx';
import { LateFactsOf } from './late-facts.tsx';

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

function monthAfter(month: string, by: number): string {
  const at = new Date(`${month}-01T00:00:00Z`);
  at.setUTCMonth(at.getUTCMonth() + by);
  return at.toISOString().slice(0, 7);
}

export function CalendarPage() {
  const words = useWords();
  const { calendar, keys, breaks, settings } = words;
  const [, go] = useLocation();
  const desk = useDesk().data;
  const query = new URLSearchParams(useSearch());
  const asked = query.get('month') ?? '';
  const now = desk === undefined ? null : dayOf(desk.now, desk.zone).slice(0, 7);
  const month = MONTH.test(asked) ? asked : now;
  const merchants = useMerchants(query.get('merchant'));
  const merchant = query.get('merchant') ?? merchants[0] ?? '*';
  const of = new URLSearchParams({ month: month ?? '', merchant });
  const { data, error, refetch } = useLive<Periods>(month === null ? null : `/v1/periods?${of}`);
  const late = useLateFacts(month === null ? null : of);
  const to = (change: Readonly<Record<string, string>>) =>
    go(`/calendar?${new URLSearchParams({ ...Object.fromEntries(of), ...change })}`, { replace: true });
  const move = (by: number) => month !== null && to({ month: monthAfter(month, by) });
  useKeys({ '[': () => move(-1), ']': () => move(1) });
  const bar = (
    <>
      <button type="button" className="button" onClick={() => move(-1)}>
        {calendar.previous} <kbd>[</kbd>
      </button>
      <strong>{month}</strong>
      <button type="button" className="button" onClick={() => move(1)}>
        {calendar.next} <kbd>]</kbd>
      </button>
      <select
        aria-label={breaks.facet.merchant}
        value={merchant}
        onChange={({ target }) => to({ merchant: target.value })}
      >
        {merchants.map((one) => (
          <option key={one} value={one}>
            {one === '*' ? settings.forAll : one}
          </option>
        ))}
      </select>
    </>
  );
  return (
    <Page title={calendar.title} bar={bar} keys={[[['[', ']'], keys.page]]}>
      {data === undefined ? error === null ? <Loading /> : <Failed error={error} onAgain={() => refetch()} /> : null}
      {late.note === null ? null : (
        <p className="inside" role="status">
          {late.note}
        </p>
      )}
      {data === undefined ? null : (
        <table className="facts wide days">
          <caption className="hidden">{calendar.title}</caption>
          <thead>
            <tr>
              <th scope="col">{calendar.day}</th>
              <th scope="col">{calendar.state}</th>
              <th scope="col">{calendar.unmet}</th>
              <th scope="col">{calendar.acts}</th>
            </tr>
          </thead>
          <tbody>
            {data.days.map((day) => (
              <DayRow key={day.day} day={day} next={data.next} merchant={merchant} late={late.of(day.day)} />
            ))}
          </tbody>
        </table>
      )}
    </Page>
  );
}

interface RowProps {
  readonly day: PeriodDay;
  /** The day to close next; null where none is closed: then any may be the first. */
  readonly next: string | null;
  /** Whose day it is; `*` for that of all. */
  readonly merchant: string;
  readonly late: readonly LateGroup[];
}

/** The days do not wait for it: a long log is read in several requests. */
function useLateFacts(of: URLSearchParams | null) {
  const { calendar } = useWords();
  const { data, error, refetch } = useLive<LateFacts>(of === null ? null : `/v1/late-facts?${of}`);
  useEffect(() => {
    if (data?.is_whole === false) void refetch();
  }, [data, refetch]);
  return {
    of: (day: string) => (data?.late ?? []).filter((group) => group.day === day),
    note: error !== null ? calendar.lateUnknown : data?.is_whole === false ? calendar.lateReading : null,
  };
}

/** A close is of one merchant, or of all: those that a reader may look at. */
function useMerchants(asked: string | null): readonly string[] {
  const me = useMyself();
  const isOfAll = seesAll(me);
  const known = useCases(isOfAll ? ALL_OPEN : null, 1).data?.facets.merchant ?? [];
  const names = isOfAll ? known.map(({ value }) => value) : merchantsOf(me);
  const others = [...names, ...(asked === null ? [] : [asked])].filter((one) => one !== '*' && one !== '-');
  return [...(isOfAll ? ['*'] : []), ...[...new Set(others)].filter((one) => one !== '').sort()];
}

/** What the API says of a day, and no more: that it may be closed only where it looked at its conditions. */
function stateText({ day, state, unmet }: PeriodDay, next: string | null, { calendar }: Words): string {
  if (state !== 'over') return calendar.states[state];
  if (next === null) return calendar.first;
  if (day !== next) return calendar.after(next);
  return unmet === null || unmet.length > 0 ? calendar.waits : calendar.ready;
}

function DayRow({ day, next, merchant, late }: RowProps) {
  const words = useWords();
  const isNext = next === null || next === day.day;
  const { calendar } = words;
  const nameOf = useNameOf();
  const closed = day.proposals.find(({ state }) => state === 'effective');
  const unmet = (day.unmet ?? []).map((one) => calendar.conditions[one] ?? one);
  return (
    <tr>
      <th scope="row">
        {day.state === 'open' ? day.day : <Link href={`/statements/${day.day}`}>{day.day}</Link>}{' '}
        <span className="quiet">{calendar.weekdays[WEEKDAYS[weekdayOf(day.day)]!]}</span>
      </th>
      <td>
        <span className={day.state === 'closed' ? 'tag' : day.state === 'proposed' ? 'tag quiet' : undefined}>
          {stateText(day, next, words)}
        </span>{' '}
        {closed === undefined || closed.approved === null
          ? null
          : calendar.closedBy(nameOf(closed.by.person), nameOf(closed.approved.person))}
        <LateFactsOf groups={late} />
      </td>
      <td className="why">{unmet.length === 0 ? null : words.list(unmet)}</td>
      <td className="acts">
        <CloseActs day={day} isNext={isNext} merchant={merchant} />
      </td>
    </tr>
  );
}
