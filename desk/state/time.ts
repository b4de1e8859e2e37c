// Times as people read them, in the zone of the ledger's days and in the reader's own.

/** `11-26 16:42` of a time in a zone; with the year where it is another than this one's. */
export function shownTime(at: string, zone: string, now: string): string {
  const [time, today] = [partsOf(at, zone), partsOf(now, zone)];
  const day = `${time.month}-${time.day}`;
  return `${time.year === today.year ? day : `${time.year}-${day}`} ${time.hour}:${time.minute}`;
}

/** `2026-11-26 16:42:08` */
export function wholeTime(at: string, zone: string): string {
  const { year, month, day, hour, minute, second } = partsOf(at, zone);
  return `${year}-${month}-${day} ${hour}:${minute}:${second}`;
}

/** `16:42` */
export function clockTime(at: string, zone: string): string {
  const { hour, minute } = partsOf(at, zone);
  return `${hour}:${minute}`;
}

/** `2026-11-26` */
export function dayOf(at: string, zone: string): string {
  const { year, month, day } = partsOf(at, zone);
  return `${year}-${month}-${day}`;
}

/** Whether a text of an address is a day. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && dayAfter(text, 0) === text;
}

/** A day so many days later. */
export function dayAfter(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** 0 is Sunday. */
export function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}

/** Whole days between two days; below zero where the second is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** `UTC+8` */
export function offsetOf(zone: string, at: string): string {
  const part = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'shortOffset' })
    .formatToParts(new Date(at))
    .find(({ type }) => type === 'timeZoneName');
  return (part?.value ?? zone).replace('GMT', 'UTC');
}

/** The name of its city: `Shanghai` of `Asia/Shanghai`. */
export function cityOf(zone: string): string {
  return zone.split('/').at(-1)!.replaceAll('_', ' ');
}

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';
const FORMATS = new Map<string, Intl.DateTimeFormat>();

function partsOf(at: string, zone: string): Readonly<Record<Part, string>> {
  let format = FORMATS.get(zone);
  if (format === undefined) {
    const two = '2-digit';
    const form = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two } as const;
    format = new Intl.DateTimeFormat('en-US', { ...form, hourCycle: 'h23', timeZone: zone });
    FORMATS.set(zone, format);
  }
  const found = format.formatToParts(new Date(at)).map(({ type, value }) => [type, value]);
  return Object.fromEntries(found) as Record<Part, string>;
}
