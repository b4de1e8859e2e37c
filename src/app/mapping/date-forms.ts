// In which forms the dates and times of a file are written, in the tokens of Luxon, and what they leave open: the order
// of day and month, and the zone.

export interface DateFinding {
  /** Forms besides ISO 8601, each with a cell that shows it; day and month in the order that is told. */
  readonly forms: ReadonlyMap<string, string>;
  /** Cells of which nobody can tell day and month. */
  readonly open: string | null;
  /** A cell that shows which of day and month comes first. */
  readonly order: { readonly first: 'day' | 'month'; readonly cell: string } | null;
  /** A time without an offset. */
  readonly local: string | null;
  /** A time with an offset, or a number of seconds since 1970. */
  readonly absolute: string | null;
  /** A cell in no form that is known. */
  readonly unread: string | null;
}

interface Reading {
  readonly form: string | null;
  readonly hasTime: boolean;
  readonly hasOffset: boolean;
  /** The first and the second number where either may be the day. */
  readonly numbers?: readonly [number, number];
}

const OFFSET_PART = String.raw`(?<offset> ?(?:Z|[+-]\d{2}:?\d{2}))?`;
const TIME =
  String.raw`(?:(?<gap>[ T]|,? )(?<hour>\d{1,2}):\d{2}(?<second>:\d{2})?(?<fraction>\.\d{1,6})?` +
  `(?<half> ?[AaPp][Mm])?${OFFSET_PART})?`;
const SLASHED = new RegExp(`^(?<one>\\d{1,2})(?<mark>[/.-])(?<two>\\d{1,2})\\k<mark>(?<year>\\d{4}|\\d{2})${TIME}$`);
const YEAR_FIRST = new RegExp(`^\\d{4}(?<mark>[/.-])(?<two>\\d{1,2})\\k<mark>(?<one>\\d{1,2})${TIME}$`);
const NAMED = new RegExp(`^(?<one>\\d{1,2})(?<mark>[ -])(?<name>[A-Za-z]{3,9})\\k<mark>(?<year>\\d{4})${TIME}$`);
const NAMED_US = new RegExp(`^(?<name>[A-Za-z]{3,9}) (?<one>\\d{1,2}), (?<year>\\d{4})${TIME}$`);
const CHINESE = new RegExp(`^\\d{4}年(?<two>\\d{1,2})月(?<one>\\d{1,2})日${TIME.replace('[ T]|,? ', ' ?')}$`);
const DIGITS = /^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?<time>[0-2]\d[0-5]\d(?:[0-5]\d)?)?$/;
const EPOCH = /^1\d{9}(?:\d{3})?$/;

/** Whether a cell is a date or a time in a form that is known. */
export function isDateLike(cell: string): boolean {
  return readingOf(cell) !== undefined;
}

function readingOf(cell: string): Reading | undefined {
  const digits = DIGITS.exec(cell);
  if (digits !== null) {
    const { time = '' } = digits.groups ?? {};
    const hasTime = time !== '';
    return { form: `yyyyMMdd${'HHmmss'.slice(0, time.length)}`, hasTime, hasOffset: false };
  }
  if (EPOCH.test(cell)) return { form: cell.length === 10 ? 'X' : 'x', hasTime: true, hasOffset: true };
  return slashed(cell) ?? yearFirst(cell) ?? named(cell);
}

function slashed(cell: string): Reading | undefined {
  const groups = SLASHED.exec(cell)?.groups;
  if (groups === undefined) return undefined;
  const { one, two, mark, year } = groups as Record<string, string>;
  const numbers = [Number(one), Number(two)] as const;
  if (Math.min(...numbers) < 1 || Math.min(...numbers) > 12 || Math.max(...numbers) > 31) return undefined;
  const years = year!.length === 4 ? 'yyyy' : 'yy';
  return { form: `D${mark}M${mark}${years}${timeForm(groups)}`, ...timeOf(groups), numbers };
}

function yearFirst(cell: string): Reading | undefined {
  const groups = YEAR_FIRST.exec(cell)?.groups;
  if (groups === undefined) {
    const chinese = CHINESE.exec(cell)?.groups;
    return chinese === undefined ? undefined : { form: `yyyy年M月d日${timeForm(chinese)}`, ...timeOf(chinese) };
  }
  const { one, two, mark, gap, offset } = groups as Record<string, string | undefined>;
  const isIso = mark === '-' && one!.length === 2 && two!.length === 2;
  if (isIso && (gap === undefined || gap === 'T') && !(offset ?? '').startsWith(' ')) {
    return { form: null, ...timeOf(groups) };
  }
  const date = isIso ? 'yyyy-MM-dd' : `yyyy${mark}M${mark}d`;
  return { form: `${date}${timeForm(groups)}`, ...timeOf(groups) };
}

function named(cell: string): Reading | undefined {
  const groups = NAMED.exec(cell)?.groups;
  const american = groups === undefined ? NAMED_US.exec(cell)?.groups : undefined;
  const found = groups ?? american;
  if (found === undefined) return undefined;
  const month = found.name!.length === 3 ? 'MMM' : 'MMMM';
  const date = groups === undefined ? `${month} d, yyyy` : `d${groups.mark}${month}${groups.mark}yyyy`;
  return { form: `${date}${timeForm(found)}`, ...timeOf(found) };
}

type Groups = Readonly<Record<string, string | undefined>>;

function timeOf({ hour, offset }: Groups) {
  return { hasTime: hour !== undefined, hasOffset: offset !== undefined };
}

/** The tokens of what follows a date. */
function timeForm({ gap, hour, second, fraction, half, offset }: Groups): string {
  if (hour === undefined) return '';
  const hours = half === undefined ? (hour.length === 2 ? 'HH' : 'H') : 'h';
  const between = gap === 'T' ? "'T'" : (gap ?? '');
  const seconds = `${second === undefined ? '' : ':ss'}${fraction === undefined ? '' : '.SSS'}`;
  const zone = offset === undefined ? '' : `${offset.startsWith(' ') ? ' ' : ''}${offset.includes(':') ? 'ZZ' : 'ZZZ'}`;
  return `${between}${hours}:mm${seconds}${half === undefined ? '' : half.startsWith(' ') ? ' a' : 'a'}${zone}`;
}

/** Which of day and month comes first, as far as numbers above twelve tell it. */
function orderOf(cells: readonly string[]): DateFinding['order'] {
  for (const cell of cells) {
    const numbers = readingOf(cell)?.numbers;
    if (numbers === undefined) continue;
    if (numbers[0] > 12) return { first: 'day', cell };
    if (numbers[1] > 12) return { first: 'month', cell };
  }
  return null;
}

/** The forms with day and month in this order; `D` and `M` stand for them in a form that leaves it open. */
export function inOrder(form: string, first: 'day' | 'month'): string {
  return first === 'day' ? form.replace('D', 'd') : form.replace(/D(.)M/, 'M$1d');
}

/** Reads the cells of columns of dates and times. */
export function findDates(cells: readonly string[]): DateFinding {
  const order = orderOf(cells);
  const forms = new Map<string, string>();
  let [open, local, absolute, unread]: (string | null)[] = [null, null, null, null];
  for (const cell of cells) {
    const reading = readingOf(cell);
    if (reading === undefined) {
      unread ??= cell;
      continue;
    }
    if (reading.hasTime && reading.hasOffset) absolute ??= cell;
    if (reading.hasTime && !reading.hasOffset) local ??= cell;
    if (reading.form === null) continue;
    if (reading.numbers !== undefined && order === null) open ??= cell;
    const form = order === null ? reading.form : inOrder(reading.form, order.first);
    if (!forms.has(form)) forms.set(form, cell);
  }
  return { forms, open: open!, order, local: local!, absolute: absolute!, unread: unread! };
}

/** What a text that stands beside times says of their zone, such as a title or the name of a column. */
const ZONES: readonly (readonly [RegExp, string])[] = [
  [/\b((?:Africa|Asia|Europe|America|Indian|Atlantic)\/[A-Z][A-Za-z_]+)/, '$1'],
  [/北京时间|东八区/, 'Asia/Shanghai'],
  [/\bEAT\b/, 'Africa/Nairobi'],
  [/\bWAT\b/, 'Africa/Lagos'],
  [/\bCAT\b/, 'Africa/Maputo'],
  [/\bSAST\b/, 'Africa/Johannesburg'],
];
const OFFSET = /\b(?:UTC|GMT) ?([+-])0?(\d{1,2})(?::?00)?\b/;
const UNIVERSAL = /(?:\b|_)(?:UTC|GMT|gmt|utc)(?:\b|_)/;

/** The zone that a text names; undefined where it names none. */
export function zoneNamedIn(text: string): string | undefined {
  for (const [pattern, zone] of ZONES) {
    const found = pattern.exec(text);
    if (found !== null) return zone === '$1' ? found[1] : zone;
  }
  const [, sign, hours] = OFFSET.exec(text) ?? [];
  // The names of the time-zone database count to the west: three hours before UTC is Etc/GMT-3.
  if (hours !== undefined) return hours === '0' ? 'UTC' : `Etc/GMT${sign === '+' ? '-' : '+'}${hours}`;
  return UNIVERSAL.test(text) ? 'UTC' : undefined;
}
