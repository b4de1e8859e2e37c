// What a service needs in order to work with the sandbox: hesabu.yaml, the rules under which the truth holds, and the
// secrets that both know, in a directory of their own.

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

/** The secrets in `dir`, made where there are none. */
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
  /** Where the service listens; 0 for any port that is free. */
  readonly port: number;
  /** Between a webhook's signature and its coming, as ISO 8601 writes it: on a fast clock a moment takes hours. */
  readonly tolerance?: string;
  /** Of the service's calls, in real time. */
  readonly timeout?: string;
  /** Who is told what the service has to tell; nobody where absent. */
  readonly notifyUrl?: string;
  readonly logLevel?: 'info' | 'warn';
  readonly clock?: { readonly from: string; readonly speed: number };
}

/** The first line of what we write: only a file that begins with it is written over. */
const MARK = '# Written by hesabu sandbox, which writes over it.';
const FILES = ['hesabu.yaml', 'rules.yaml'] as const;

/** Throws HESABU_USAGE where a configuration or rules of somebody else's stand in `dir`: nothing is touched then. */
export function checkSandboxDirectory(dir: string): void {
  for (const name of FILES) {
    const path = join(dir, name);
    if (!existsSync(path) || readFileSync(path, 'utf8').startsWith(MARK)) continue;
    const detail = { expected: 'no such file, or one that hesabu sandbox wrote', found: 'one of somebody else' };
    throw new HesabuError('HESABU_USAGE', { where: path, ...detail, remedy: 'Give another directory with --dir.' });
  }
}

/**
 * Writes the configuration and its rules into `dir`, over those that it wrote before. Returns the configuration's path.
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
