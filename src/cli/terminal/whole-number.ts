// Numbers on the command line.

import { HesabuError } from '../../domain/errors.ts';

/** Throws HESABU_USAGE if the text is not a whole number, or is out of bounds. */
export function wholeNumber(option: string, text: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const number = Number(text);
  if (/^\d{1,16}$/.test(text) && number >= least && number <= most) return number;
  const bounds = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
  throw new HesabuError('HESABU_USAGE', { where: option, expected: `a whole number ${bounds}`, found: `"${text}"` });
}
