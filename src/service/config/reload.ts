// Which parts of a configuration a running service takes over, and which wait for its next start.

import { isDeepStrictEqual } from 'node:util';
import { mapSecrets } from '../../producers/account-settings.ts';
import type { Config } from './config.ts';

/** The changed keys that need a new start, such as `listen` or `accounts.main`. */
export function waitingForStart(before: Config, after: Config): readonly string[] {
  const [old, now] = [fixedParts(before), fixedParts(after)];
  const keys = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...keys].filter((key) => !isDeepStrictEqual(old[key], now[key]));
}

/** All but what is taken over at once: rules, secrets, rates, limits, sign-ins, alerts, routing, channels, log. */
function fixedParts(config: Config): Readonly<Record<string, unknown>> {
  const { rules, limits, sessions, oidc, alerts, desk, log, accounts, notify, channels, mail, ...fixed } = config;
  const parts: Record<string, unknown> = fixed;
  for (const { rate, webhook, ...account } of accounts) {
    parts[`accounts.${account.account}`] = withoutSecrets(account);
  }
  parts.notify = notify.map(({ secret, ...target }) => target);
  return parts;
}

/** A secret is read at each use, so a new place for it takes effect at once. */
function withoutSecrets(account: object): object {
  return mapSecrets(account, () => ({ env: '' }));
}
