// The code of an authenticator app as people give it: apps show it in two groups, and an input method for Chinese
// writes wide digits.

export type Code = { readonly digits: string } | 'none' | 'wrong';

export function codeOf(written: string | undefined): Code {
  const digits = (written ?? '').normalize('NFKC').replaceAll(/[\s-]/g, '');
  if (digits === '') return 'none';
  return /^\d{6}$/.test(digits) ? { digits } : 'wrong';
}
