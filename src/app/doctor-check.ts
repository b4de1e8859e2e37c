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
/** Further checks, made where a service's configuration is given. */
type ServiceCheck =
  | 'config'
  | 'secrets'
  | 'rules file'
  | 'listen'
  | 'port'
  | 'webhook'
  | 'gateway'
  | 'certificate'
  | 'notify';
export type CheckName = (typeof CHECKS)[number] | ServiceCheck;

export interface Check {
  readonly name: CheckName;
  readonly found: string;
  /** What to do; null where all is well. */
  readonly remedy: string | null;
}
