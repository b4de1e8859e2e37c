// What a service needs to work with the sandbox, in a directory of its own: hesabu.yaml, the rules under which the
// truth holds, and the shared secrets.

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { HesabuError } from '../../domain/errors.ts';
import type { Personality } from './personality.ts';
import type { SecretNamed } from './webhook-message.ts';

const NOTIFY = 'notify';

/** Gives the secrets of an account in `dir`, and `notify`, that of notifications; created if they are missing. */
export function sandboxSecrets(dir: string, { secrets }: Pick<Personality, 'secrets'>): SecretNamed {
  const folder = join(dir, 'secrets');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const makers = { ...secrets, [NOTIFY]: (random: typeof randomBytes) => `whsec_${random(24).toString('base64')}` };
  const known = new Map(
    Object.entries(makers).map(([name, make]) => {
      const path = join(folder, name);
      if (!existsSync(path)) writeFileSync(path, make(randomBytes), { mode: 0o600 });
      return [name, readFileSync(path, 'utf8')] as const;
    }),
  );
  return (name) => known.get(name)!;
}

export interface SandboxConfigOptions {
  readonly personality: Pick<Personality, 'name' | 'account'>;
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
  const {
    personality,
    url,
    port,
    tolerance = 'PT300S',
    timeout = 'PT10S',
    notifyUrl,
    logLevel = 'info',
    clock,
  } = options;
  const allow = [url, notifyUrl ?? []].flat().map((one) => new URL(one).host);
  checkSandboxDirectory(dir);
  writeFileSync(join(dir, 'rules.yaml'), `${MARK}\n${stringify(options.rules)}`);
  const secret = (name: string) => ({ file: `secrets/${name}` });
  const account = {
    ...{ provider: personality.name, account: 'main' },
    ...personality.account({ url, tolerance, secret }),
  };
  const config = {
    ...{ data: 'books', rules: 'rules.yaml', listen: { port } },
    accounts: [account],
    notify: notifyUrl === undefined ? [] : [{ url: notifyUrl, secret: secret(NOTIFY) }],
    outgoing: { allow, timeout },
    log: { level: logLevel },
    ...(clock === undefined ? {} : { clock }),
  };
  const path = join(dir, 'hesabu.yaml');
  writeFileSync(path, `${MARK}\n${stringify(config)}`);
  return path;
}
