// How a file writes numbers, and where a number may mean two amounts.

export interface NumberForm {
  readonly decimal: '.' | ',';
  /** What may stand between thousands. */
  readonly thousands: readonly string[];
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

export function numberReader({ decimal, thousands }: NumberForm): NumberReader {
  const between = thousands.map((mark) => RegExp.escape(mark)).join('|');
  const point = RegExp.escape(decimal);
  const whole = between === '' ? String.raw`\d+` : String.raw`(?:\d{1,3}(?:(?:${between})\d{3})+|\d+)`;
  const form = new RegExp(`^(-?)(${whole})(?:${point}(\\d+))?$`);
  return (text) => {
    const [, sign, figures, decimals] = form.exec(text) ?? [];
    if (figures === undefined) return undefined;
    return `${sign}${figures.replace(/\D/g, '')}${decimals === undefined ? '' : `.${decimals}`}`;
  };
}
