// The names of the doctor's checks, and the result of a check.

export const CHECKS = [
  'node',
  'directory',
  'access',
  'space',
  'lock',
  'sqlite',
  'seal',
  'signatures',
  'snapshots',
  'leftovers',
  'clock',
  'rules',
] as const;
/** Further checks, of a service: its archive, and what its configuration names. */
type ServiceCheck =
  | 'archive'
  | 'config'
  | 'secrets'
  | 'rules file'
  | 'listen'
  | 'port'
  | 'webhook'
  | 'gateway'
  | 'certificate'
  | 'notify'
  | 'issuer';
export type CheckName = (typeof CHECKS)[number] | ServiceCheck;

export interface Check {
  readonly name: CheckName;
  readonly found: string;
  /** What to do; null where all is well. */
  readonly remedy: string | null;
  /** Both in Chinese, where they are more than names, numbers and an error. */
  readonly chinese?: { readonly found?: string; readonly remedy?: string };
}

/** What was found, in both languages; nothing is to be done. */
export function well(name: CheckName, found: string, chinese: string): Check {
  return { name, found, remedy: null, chinese: { found: chinese } };
}

/** What was found and what to do, each in English and in Chinese. */
export function ill(name: CheckName, found: readonly [string, string], remedy: readonly [string, string]): Check {
  return { name, found: found[0], remedy: remedy[0], chinese: { found: found[1], remedy: remedy[1] } };
}
