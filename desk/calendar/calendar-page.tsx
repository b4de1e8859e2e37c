// The days of a month: which are closed, which wait for a second person, and what the next one to close still misses.

import { Link, useLocation, useSearch } from 'wouter';
import { useLive } from '../api/live.ts';
import { useDesk, useNameOf } from '../api/queries.ts';
import type { PeriodDay, Periods } from '../api/statement-types.ts';
import { dayOf } from '../state/time.ts';
import { useKeys } from '../ui/keys.ts';
import { Page } from '../ui/page.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';
import type { Words } from '../words/zh.ts';
import { CloseActs } from './close-acts.tsx';

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

function monthAfter(month: string, by: number): string {
  const at = new Date(`${month}-01T00:00:00Z`);
  at.setUTCMonth(at.getUTCMonth() + by);
  return at.toISOString().slice(0, 7);
}

export function CalendarPage() {
  const words = useWords();
  const { calendar, keys } = words;
  const [, go] = useLocation();
  const desk = useDesk().data;
  const asked = new URLSearchParams(useSearch()).get('month') ?? '';
  const now = desk === undefined ? null : dayOf(desk.now, desk.zone).slice(0, 7);
  const month = MONTH.test(asked) ? asked : now;
  const { data, error, refetch } = useLive<Periods>(month === null ? null : `/v1/periods?month=${month}`);
  const move = (by: number) => month !== null && go(`/calendar?month=${monthAfter(month, by)}`, { replace: true });
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
    </>
  );
  return (
    <Page title={calendar.title} bar={bar} keys={[[['[', ']'], keys.page]]}>
      {data === undefined ? error === null ? <Loading /> : <Failed error={error} onAgain={() => refetch()} /> : null}
      {data === undefined ? null : (
        <table className="facts wide days">
          <caption className="hidden">{calendar.title}</caption>
          <thead>
            <tr>
              <th scope="col">{calendar.day}</th>
              <th scope="col">{calendar.state}</th>
              <th scope="col">{calendar.unmet}</th>
            </tr>
          </thead>
          <tbody>
            {data.days.map((day) => (
              <DayRow key={day.day} day={day} next={data.next} />
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
}

/** What the API says of a day, and no more: that it may be closed only where it looked at its conditions. */
function stateText({ day, state, unmet }: PeriodDay, next: string | null, { calendar }: Words): string {
  if (state !== 'over') return calendar.states[state];
  if (next === null) return calendar.first;
  if (day !== next) return calendar.after(next);
  return unmet === null || unmet.length > 0 ? calendar.waits : calendar.ready;
}

function DayRow({ day, next }: RowProps) {
  const words = useWords();
  const isNext = next === null || next === day.day;
  const { calendar } = words;
  const nameOf = useNameOf();
  const closed = day.proposals.find(({ state }) => state === 'effective');
  const unmet = (day.unmet ?? []).map((one) => calendar.conditions[one] ?? one);
  return (
    <tr>
      <th scope="row">
        <Link href={`/statements/${day.day}`}>{day.day}</Link>
      </th>
      <td>
        <span className={day.state === 'closed' ? 'tag' : day.state === 'proposed' ? 'tag quiet' : undefined}>
          {stateText(day, next, words)}
        </span>{' '}
        {closed === undefined || closed.approved === null
          ? null
          : calendar.closedBy(nameOf(closed.by.person), nameOf(closed.approved.person))}
      </td>
      <td className="why">
        {words.list(unmet)} <CloseActs day={day} isNext={isNext} />
      </td>
    </tr>
  );
}
