// Days and business days of the reference, from the time zone data of Intl and by search: slow, and with no code of
// src/domain.

const DAY = 86_400_000;

/** Business time under one set of rules; a day is a number of days since 1970-01-01. */
export interface Days {
  dayOf(at: number): number;
  /** The first instant of a day in the zone. */
  midnight(day: number): number;
  /** So many business days after a day, which itself counts as the next business day where it is none. */
  dueDay(day: number, days: number): number;
}

export const dayOfDate = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY;
export const dateOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

const midnights = new Map<string, number>();
const zones = new Map<string, Intl.DateTimeFormat>();

export function daysOf(zone: string, weekend: readonly number[], holidays: readonly string[]): Days {
  const dayOf = (at: number) => dayIn(zone, at);
  const isWorked = (day: number) => {
    const weekday = new Date(day * DAY).getUTCDay() || 7;
    return !weekend.includes(weekday) && !holidays.includes(dateOf(day));
  };
  const nextWorked = (day: number): number => (isWorked(day) ? day : nextWorked(day + 1));
  return {
    dayOf,
    midnight: (day) => midnightIn(zone, day),
    dueDay: (day, days) => {
      let due = nextWorked(day);
      for (let left = days; left > 0; left--) due = nextWorked(due + 1);
      return due;
    },
  };
}

function dayIn(zone: string, at: number): number {
  let format = zones.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
    zones.set(zone, format);
  }
  return dayOfDate(format.format(at));
}

function midnightIn(zone: string, day: number): number {
  const name = `${zone} ${day}`;
  const known = midnights.get(name);
  if (known !== undefined) return known;
  // Never the day before at the end of the span, never the day after at its beginning.
  let [before, from] = [day * DAY - 16 * 3_600_000, day * DAY + 16 * 3_600_000];
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    if (dayIn(zone, middle) >= day) from = middle;
    else before = middle;
  }
  midnights.set(name, from);
  return from;
}
