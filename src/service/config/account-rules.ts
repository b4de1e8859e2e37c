// The rule of which account may speak for which merchants, from the accounts of the configuration.

import type { Rules } from '../../matching/rules.ts';
import type { Config } from './config.ts';

type SpeakingAccount = Pick<Config['accounts'][number], 'provider' | 'account' | 'merchants'>;

/**
 * The rules with `accounts` from the configuration. An account that was removed from it keeps what `inForce` allows it:
 * what it said of its merchants' payments stays true, and nothing new can come from it. The rules file may say
 * otherwise. While every account takes all merchants' payments there is nothing to tell apart, and the rules stay as
 * they are.
 */
export function withAccountRules(rules: Rules, inForce: Rules, accounts: readonly SpeakingAccount[]): Rules {
  const former = { ...inForce.accounts, ...rules.accounts };
  const isOpen = accounts.every(({ merchants }) => merchants.includes('*'));
  if (isOpen && Object.keys(former).length === 0) return rules;
  const configured = accounts.map(({ provider, account, merchants }) => {
    return [`${provider}/${account}`, [...new Set(merchants)].sort()] as const;
  });
  return { ...rules, accounts: { ...former, ...Object.fromEntries(configured) } };
}
