// How a file writes numbers, and where a number may mean two amounts.

export interface NumberForm {
  /** Whether nobody said what a point means. */
  readonly isOpen: boolean;
  readonly decimal: '.' | ',';
  /** What may stand between thousands. */
  readonly thousands: readonly string[];
  /** Whether (5.00) is below zero. */
  readonly brackets: boolean;
  /** Whether 5.00- is below zero. */
  readonly trailingMinus: boolean;
}

/** One to three figures, a point, exactly three figures: 25.000 is twenty-five, or twenty-five thousand. */
const TWO_MEANINGS = /^-?[1-9]\d{0,2}\.\d{3}$/;

/**
 * Whether nobody but the writer knows what the point means, in a currency with so many decimals. With three or more
 * decimals the amount has the form of its currency.
 */
export function isAmbiguous(text: string, exponent: number): boolean {
  return exponent < 3 && TWO_MEANINGS.test(text);
}

/** Reads numbers of a form as plain decimals; undefined where a text is not of the form. */
export type NumberReader = (text: string) => string | undefined;

const [ZERO, NINE, MINUS] = [48, 57, 45];

export function numberReader({ decimal, thousands, brackets, trailingMinus }: NumberForm): NumberReader {
  const marks = new Set(thousands.map((mark) => mark.charCodeAt(0)));
  const point = decimal.charCodeAt(0);
  return (text) => {
    const last = text.length - 1;
    if (brackets && text.charCodeAt(0) === 40 && text.charCodeAt(last) === 41)
      return negative(figures(text.slice(1, -1).trim(), 0, marks, point));
    if (trailingMinus && text.charCodeAt(last) === MINUS)
      return negative(figures(text.slice(0, -1).trimEnd(), 0, marks, point));
    if (text.charCodeAt(0) === MINUS) return negative(figures(text, text.charCodeAt(1) === 32 ? 2 : 1, marks, point));
    return figures(text, 0, marks, point);
  };
}

function negative(figures: string | undefined): string | undefined {
  return figures === undefined || !/[1-9]/.test(figures) ? figures : `-${figures}`;
}

/** Between two marks are three figures, and before the first at most three, of which none is a leading 0. */
function figures(text: string, from: number, marks: ReadonlySet<number>, point: number): string | undefined {
  let whole = '';
  let start = from;
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= ZERO && code <= NINE) continue;
    if (code === point) break;
    const size = at - start;
    if (!marks.has(code) || (start === from ? size < 1 || size > 3 || text.charCodeAt(from) === ZERO : size !== 3))
      return undefined;
    whole += text.slice(start, at);
    start = at + 1;
  }
  if (at === start || (start !== from && at - start !== 3)) return undefined;
  if (at < text.length && !areDigits(text, at + 1)) return undefined;
  if (from === 0 && start === 0 && (at === text.length || point === 46)) return text;
  whole += text.slice(start, at);
  return at === text.length ? whole : `${whole}.${text.slice(at + 1)}`;
}

function areDigits(text: string, from: number): boolean {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < ZERO || code > NINE) return false;
  }
  return from < text.length;
}
