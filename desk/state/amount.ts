// Amounts as people read them. They come and go as decimal texts, and no float ever holds one.

const AMOUNT = /^([-+]?)(\d+)(?:\.(\d+))?$/;
const MINUS = '−';

export function isAmount(text: string | null): text is string {
  return text !== null && AMOUNT.test(text);
}

/** With groups of three and a true minus: `-14500.00` reads `−14,500.00`. Other texts stay as they are. */
export function shownAmount(text: string): string {
  const [, sign, whole, part] = AMOUNT.exec(text) ?? [];
  if (whole === undefined) return text;
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return `${sign === '-' ? MINUS : ''}${grouped}${part === undefined ? '' : `.${part}`}`;
}

/** The same with a plus above zero: for differences. */
export function signedAmount(text: string): string {
  const shown = shownAmount(text);
  return AMOUNT.test(text) && !text.startsWith('-') && !isZero(text) ? `+${shown}` : shown;
}

export function isZero(text: string): boolean {
  return !/[1-9]/.test(text);
}

/** Without its sign. */
export function sizeOf(text: string): string {
  return text.replace(/^[-+]/, '');
}

/** Whether an amount is at or above another one of the same currency. */
export function isAtLeast(amount: string, bound: string): boolean {
  const [left, right] = inMinor(sizeOf(amount), sizeOf(bound));
  return left >= right;
}

/** The first less the second, as a decimal text with the places of the finer one. */
export function difference(left: string, right: string): string {
  const [one, other, places] = inMinor(left, right);
  const minor = one - other;
  const digits = `${minor < 0n ? -minor : minor}`.padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const part = places === 0 ? '' : `.${digits.slice(digits.length - places)}`;
  return `${minor < 0n ? '-' : ''}${whole}${part}`;
}

/** Decimal texts of one currency added up. */
export function total(amounts: readonly string[]): string {
  return amounts.reduce((sum, amount) => difference(sum, difference('0', amount)), '0');
}

/** `99.71` of a part in a hundred: cut off, so that what is left over is never shown as nothing. Null of nothing. */
export function percent(part: string, whole: string): string | null {
  const [some, all] = inMinor(part, whole);
  if (all <= 0n) return null;
  const share = (some * 10_000n) / all;
  return `${share / 100n}.${`${share % 100n}`.padStart(2, '0')}`;
}

export function isSame(left: string, right: string): boolean {
  const [one, other] = inMinor(left, right);
  return one === other;
}

/** Both in the smallest unit of the finer one, and how many places that has. */
function inMinor(left: string, right: string): readonly [bigint, bigint, number] {
  const places = Math.max(...[left, right].map((text) => (text.split('.')[1] ?? '').length));
  const minor = (text: string) => {
    const [whole = '0', part = ''] = text.split('.');
    return BigInt(whole + part.padEnd(places, '0'));
  };
  return [minor(left), minor(right), places];
}

/** How many decimals most currencies have. */
export const USUAL_PLACES = 2;

function placesIn(text: string | null): number {
  return text === null ? 0 : (AMOUNT.exec(text)?.[3]?.length ?? 0);
}

/** How many decimals the finest of some amounts has, and so many at least. */
export function placesOf(amounts: readonly (string | null)[], least = USUAL_PLACES): number {
  return Math.max(least, ...amounts.map(placesIn));
}

/** What stands for a decimal point and digits that an amount lacks, so that it lines up with others on the point. */
export function missingPlaces(text: string, wanted = USUAL_PLACES): string {
  const places = placesIn(text);
  const digits = '0'.repeat(Math.max(0, wanted - places));
  return places === 0 && digits !== '' ? `.${digits}` : digits;
}
