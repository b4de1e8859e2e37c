// The keys that facts go under: a reference of the shop's; an identity, which is one id of a payment at a provider and
// stands in for a reference that nobody knows yet; a payout; or a day that people close.

const LENGTH_MAX = 256;
/** No reference begins with one of these, so that a key tells which of the three it is. */
const IDENTITY_MARK = '?';
/** The first byte of an identity's key. */
export const IDENTITY_MARK_CODE = IDENTITY_MARK.charCodeAt(0);
const PAYOUT_MARK = '!';
/** The first byte of a payout's key. */
export const PAYOUT_MARK_CODE = PAYOUT_MARK.charCodeAt(0);

/** No provider may be called this: its identities would be days. */
export const PERIOD_PROVIDER = 'period';
/** The key of a day begins with it. */
export const PERIOD_MARK = `${IDENTITY_MARK}${PERIOD_PROVIDER}:`;
/** In the key of a day: of all merchants. */
export const EVERY_MERCHANT = '*';
const PERIOD_KEY = /^\?period:(\d{4}-\d\d-\d\d):(.+)$/su;

/** Control characters, and what nobody sees: two references that look the same would be two orders. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** What a reference must be like, for messages. */
export const REFERENCE_FORM = `1 to ${LENGTH_MAX} printable characters, no leading ? or !, not . or ..`;

/** Before and after the series in the name of an id: no id has it. */
const SERIES_MARK = '\u001f';
const SERIES_MARK_CODE = SERIES_MARK.charCodeAt(0);

/** The name of an id among all of its provider's; without a series, the id. */
export function idName(id: string, series: string | undefined): string {
  return series === undefined ? id : `${SERIES_MARK}${series}${SERIES_MARK}${id}`;
}

/** The series in the name of an id; null where it has none. */
export function seriesOfName(name: string): string | null {
  return name.charCodeAt(0) === SERIES_MARK_CODE ? name.slice(1, name.indexOf(SERIES_MARK, 1)) : null;
}

/** The id that has this name. */
export function idOfName(name: string): string {
  return name.charCodeAt(0) === SERIES_MARK_CODE ? name.slice(name.indexOf(SERIES_MARK, 1) + 1) : name;
}

/**
 * The key of a payment whose reference nobody knows yet, by the name of one of the payment's ids at the provider. No
 * provider's name has a slash, after which the series stands.
 */
export function identityKey(provider: string, name: string): string {
  if (name.charCodeAt(0) !== SERIES_MARK_CODE) return `${IDENTITY_MARK}${provider}:${name}`;
  const [, series, ...id] = name.split(SERIES_MARK);
  return `${IDENTITY_MARK}${provider}/${series}:${id.join(SERIES_MARK)}`;
}

export function isIdentityKey(key: string): boolean {
  return key.charCodeAt(0) === IDENTITY_MARK_CODE && !isPeriodKey(key);
}

/** The key of a day of a merchant, or of all of them, under which people close it. */
export function periodKey(day: string, merchant: string): string {
  return `${PERIOD_MARK}${day}:${merchant}`;
}

export function isPeriodKey(key: string): boolean {
  return key.startsWith(PERIOD_MARK);
}

/** The day and the merchant of such a key; undefined for one that names none. */
export function readPeriodKey(key: string): { readonly day: string; readonly merchant: string } | undefined {
  const [, day, merchant] = PERIOD_KEY.exec(key) ?? [];
  return day === undefined || merchant === undefined ? undefined : { day, merchant };
}

/** The key of a payout; `source` is `provider/account`, or the provider alone where no account is named. */
export function payoutKey(source: string, id: string): string {
  return `${PAYOUT_MARK}${source}:${id}`;
}

/** The key of what an account's reports say of one day without a payout: of none, and so in none's sums. */
export function accountDayKey(source: string, date: string): string {
  return `${PAYOUT_MARK}${source}@${date}`;
}

/** Whether a key is that of a payout, or of an account's day. */
export function isPayoutKey(key: string): boolean {
  return key.charCodeAt(0) === PAYOUT_MARK_CODE;
}

/** Whether a text begins as no reference does. */
function isMarked(key: string): boolean {
  return isIdentityKey(key) || isPayoutKey(key);
}

/**
 * The key that a written reference means: blanks trimmed, Unicode NFC; undefined where nothing is left or it cannot be
 * the key of a reference.
 */
export function normaliseReference(text: string): string | undefined {
  if (isPlainReference(text)) return text;
  const key = text.trim().normalize('NFC');
  if (key === '' || key.length > LENGTH_MAX || isMarked(key) || isPathStep(key)) return undefined;
  return UNPRINTABLE.test(key) ? undefined : key;
}

/** Clients and proxies take these out of a URL, so no request could name the order. */
function isPathStep(key: string): boolean {
  return key === '.' || key === '..';
}

/** Printable ASCII without a blank, as nearly all references are: known to be normal after one quick look. */
function isPlainReference(text: string): boolean {
  const size = text.length;
  if (size === 0 || size > LENGTH_MAX || isMarked(text)) return false;
  for (let at = 0; at < size; at++) {
    const code = text.charCodeAt(at);
    if (code <= 32 || code > 126) return false;
  }
  return !isPathStep(text);
}

/** Negative where the left key comes first in the order of their bytes, in which tables have keys too. */
export function compareKeys(left: string, right: string): number {
  const both = Math.min(left.length, right.length);
  for (let at = 0; at < both; at++) {
    const [one, other] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (one !== other) return placeOf(one) - placeOf(other);
  }
  return left.length - right.length;
}

/** Characters of two codes have larger bytes than all others, and smaller codes than some. */
function placeOf(code: number): number {
  if (code < 0xd800) return code;
  return code < 0xe000 ? code + 0x2000 : code - 0x800;
}
