// What a service needs to work with the sandbox, in a directory of its own: hesabu.yaml, the rules under which the
// truth holds, and the shared secrets.

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { HesabuError } from '../../domain/errors.ts';

const SECRETS = {
  api_key: () => randomBytes(18).toString('base64url'),
  webhook: () => randomBytes(24).toString('base64url'),
  notify: () => `whsec_${randomBytes(24).toString('base64')}`,
};
type SandboxSecrets = Readonly<Record<keyof typeof SECRETS, string>>;

/** The secrets in `dir`, created if they are missing. */
export function sandboxSecrets(dir: string): SandboxSecrets {
  const folder = join(dir, 'secrets');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const read = (name: keyof typeof SECRETS) => {
    const path = join(folder, name);
    if (!existsSync(path)) writeFileSync(path, SECRETS[name](), { mode: 0o600 });
    return readFileSync(path, 'utf8');
  };
  return { api_key: read('api_key'), webhook: read('webhook'), notify: read('notify') };
}

export interface SandboxConfigOptions {
  /** The sandbox's. */
  readonly url: string;
  readonly rules: object;
  /** The port on which the service listens; 0 for any free port. */
  readonly port: number;
  /** The age limit of a webhook's signature, as an ISO 8601 duration: on a fast clock a moment takes hours. */
  readonly tolerance?: string;
  /** The timeout of the service's calls, in real time. */
  readonly timeout?: string;
  /** The target of the service's notifications; none by default. */
  readonly notifyUrl?: string;
  readonly logLevel?: 'info' | 'warn';
  readonly clock?: { readonly from: string; readonly speed: number };
}

/** The first line of our files: only a file that starts with it is overwritten. */
const MARK = '# Written by hesabu sandbox, which writes over it.';
const FILES = ['hesabu.yaml', 'rules.yaml'] as const;

/** Throws HESABU_USAGE if `dir` has a configuration or rules that we did not write, and changes nothing then. */
export function checkSandboxDirectory(dir: string): void {
  for (const name of FILES) {
    const path = join(dir, name);
    if (!existsSync(path) || readFileSync(path, 'utf8').startsWith(MARK)) continue;
    const detail = {
      expected: 'no such file, or one that hesabu sandbox wrote',
      found: 'a file that it did not write',
    };
    throw new HesabuError('HESABU_USAGE', { where: path, ...detail, remedy: 'Give another directory with --dir.' });
  }
}

/**
 * Writes the configuration and its rules into `dir`, over files that it wrote before. Returns the configuration's path.
 * Throws HESABU_USAGE as `checkSandboxDirectory` does.
 */
export function writeSandboxConfig(dir: string, options: SandboxConfigOptions): string {
  const { url, port, tolerance = 'PT300S', timeout = 'PT10S', notifyUrl, logLevel = 'info', clock } = options;
  const allow = [url, notifyUrl ?? []].flat().map((one) => new URL(one).host);
  checkSandboxDirectory(dir);
  writeFileSync(join(dir, 'rules.yaml'), `${MARK}\n${stringify(options.rules)}`);
  const account = {
    ...{ provider: 'mfs-africa', account: 'main', base_url: url, api_key: { file: 'secrets/api_key' } },
    webhook: { secrets: [{ file: 'secrets/webhook' }], tolerance },
    rate: { per_minute: 60, burst: 10 },
    settlement: { at: '06:30', zone: 'Africa/Nairobi', alert_after: 'PT6H' },
  };
  const config = {
    ...{ data: 'books', rules: 'rules.yaml', listen: { port } },
    accounts: [account],
    notify: notifyUrl === undefined ? [] : [{ url: notifyUrl, secret: { file: 'secrets/notify' } }],
    outgoing: { allow, timeout },
    log: { level: logLevel },
    ...(clock === undefined ? {} : { clock }),
  };
  const path = join(dir, 'hesabu.yaml');
  writeFileSync(path, `${MARK}\n${stringify(config)}`);
  return path;
}
