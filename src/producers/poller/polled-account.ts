// The accounts that are polled, and which of them is asked about an order.

import type { Polling } from './schedule.ts';
import type { PolledGateway } from './status-question.ts';

export interface PolledAccount {
  readonly gateway: PolledGateway;
  /** The merchants whose orders are polled here; `*` for all that no other account of the provider names. */
  readonly merchants: readonly string[];
  readonly polling: Polling;
}

/** `provider/account`. */
export function keyOf({ provider, account }: Pick<PolledGateway, 'provider' | 'account'>): string {
  return `${provider}/${account}`;
}

/** The account that names the merchant, otherwise the one with `*`. */
export function accountOf(accounts: readonly PolledAccount[], provider: string, merchant: string): string | undefined {
  const own = accounts.filter(({ gateway }) => gateway.provider === provider);
  const found =
    own.find(({ merchants }) => merchants.includes(merchant)) ?? own.find(({ merchants }) => merchants.includes('*'));
  return found === undefined ? undefined : keyOf(found.gateway);
}
