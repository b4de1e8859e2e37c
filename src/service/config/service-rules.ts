// What the service itself writes into the rules: which account may speak for which merchants, from the accounts of the
// configuration, and the key by which the ledger knows what people decided.

import { keepServiceRules, type Rules } from '../../matching/rules.ts';
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

/**
 * The same with the key that signs decisions beside those in force: what was signed with a former one holds. Null where
 * others make the blocks.
 */
export function withServiceRules(
  rules: Rules,
  inForce: Rules,
  accounts: readonly SpeakingAccount[],
  signer: string | null,
): Rules {
  const kept = keepServiceRules(withAccountRules(rules, inForce, accounts), inForce);
  const keys = kept.decision_keys ?? [];
  return signer === null || keys.includes(signer) ? kept : { ...kept, decision_keys: [...keys, signer] };
}
