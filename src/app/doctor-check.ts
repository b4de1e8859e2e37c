// What the doctor looks at, and what each look gives.

export const CHECKS = [
  'node',
  'directory',
  'access',
  'space',
  'lock',
  'sqlite',
  'seal',
  'snapshots',
  'leftovers',
  'clock',
  'rules',
] as const;
/** What is looked at beside them where there is a service's configuration. */
type ServiceCheck = 'config' | 'secrets' | 'rules file' | 'listen' | 'port' | 'gateway' | 'certificate' | 'notify';
export type CheckName = (typeof CHECKS)[number] | ServiceCheck;

export interface Check {
  readonly name: CheckName;
  readonly found: string;
  /** What to do; null where all is well. */
  readonly remedy: string | null;
}
