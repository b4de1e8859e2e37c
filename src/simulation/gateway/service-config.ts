// What a service needs to work with the sandbox, in a directory of its own: hesabu.yaml, the rules under which the
// truth holds, and the shared secrets.

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { HesabuError } from '../../domain/errors.ts';
import type { Personality } from './personality.ts';
import type { SecretNamed } from './webhook-message.ts';

const SECRETS = 'secrets';
const NOTIFY = 'notify';
const TOLERANCE = 'PT300S';

/** Gives the secrets of a network's account in `dir`, created if they are missing. */
export function sandboxSecrets(dir: string, { name, secrets }: Pick<Personality, 'name' | 'secrets'>): SecretNamed {
  const known = new Map(
    Object.entries(secrets).map(([one, make]) => [one, secretIn(dir, name, one, () => make(randomBytes))]),
  );
  return (one) => known.get(one)!;
}

/** The secret of notifications, created if it is missing. */
export function notifySecret(dir: string): string {
  return secretIn(dir, '', NOTIFY, () => `whsec_${randomBytes(24).toString('base64')}`);
}

function secretIn(dir: string, folder: string, name: string, make: () => string): string {
  const place = join(dir, SECRETS, folder);
  mkdirSync(place, { recursive: true, mode: 0o700 });
  const path = join(place, name);
  if (!existsSync(path)) writeFileSync(path, make(), { mode: 0o600 });
  return readFileSync(path, 'utf8');
}

export interface SandboxAccount {
  readonly personality: Pick<Personality, 'name' | 'account'>;
  /** The sandbox's. */
  readonly url: string;
  /** Of the account, at the service. */
  readonly webhookUrl: string;
  /** Whose orders it takes; all by default. */
  readonly merchants?: readonly string[];
}

/** An account as hesabu.yaml has it; its secrets are in files below `dir`, or beside hesabu.yaml if that is ''. */
export function accountIn(dir: string, account: SandboxAccount, tolerance = TOLERANCE): object {
  const { personality, url, webhookUrl, merchants } = account;
  const secret = (name: string) => ({ file: join(dir, SECRETS, personality.name, name) });
  return {
    ...{ provider: personality.name, account: 'main' },
    ...(merchants === undefined ? {} : { merchants }),
    ...personality.account({ url, webhookUrl, tolerance, secret }),
  };
}

export interface SandboxConfigOptions {
  readonly accounts: readonly SandboxAccount[];
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
  const { accounts, port, tolerance = TOLERANCE, timeout = 'PT10S', notifyUrl, logLevel = 'info', clock } = options;
  const allow = [...accounts.map(({ url }) => url), notifyUrl ?? []].flat().map((one) => new URL(one).host);
  checkSandboxDirectory(dir);
  writeFileSync(join(dir, 'rules.yaml'), `${MARK}\n${stringify(options.rules)}`);
  const written = accounts.map((account) => accountIn('', account, tolerance));
  const config = {
    ...{ data: 'books', rules: 'rules.yaml', listen: { port } },
    accounts: written,
    notify: notifyUrl === undefined ? [] : [{ url: notifyUrl, secret: { file: `${SECRETS}/${NOTIFY}` } }],
    outgoing: { allow, timeout },
    log: { level: logLevel },
    ...(clock === undefined ? {} : { clock }),
  };
  const path = join(dir, 'hesabu.yaml');
  writeFileSync(path, `${MARK}\n${stringify(config)}`);
  return path;
}
