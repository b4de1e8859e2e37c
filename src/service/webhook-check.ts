// The doctor's checks of webhooks: whether each account's settings verify them, and who may send those that nobody
// signs.

import { failed } from '../app/doctor.ts';
import { type Check, ill, well } from '../app/doctor-check.ts';
import type { SecretPlace } from '../producers/account-settings.ts';
import { isUnsigned } from '../producers/provider.ts';
import { webhookGate } from '../producers/webhooks/origin.ts';
import { type Providers, providerNamed, type RegisteredProvider } from '../providers/registry.ts';
import type { AccountConfig } from './config/config.ts';

/** `canAsk` says whether the status of an account's payments can be asked for. */
export function checkWebhooks(
  accounts: readonly AccountConfig[],
  providers: Providers,
  secret: (place: SecretPlace) => string,
  canAsk: (account: string) => boolean,
): Check[] {
  return accounts.flatMap((settings) => {
    const row = providerNamed(settings.provider, providers);
    if (row?.webhook === undefined || settings.webhook === undefined) return [];
    return [checkWebhook(settings, row, secret, canAsk)];
  });
}

function checkWebhook(
  settings: AccountConfig,
  row: RegisteredProvider,
  secret: (place: SecretPlace) => string,
  canAsk: (account: string) => boolean,
): Check {
  const name = `${settings.provider}/${settings.account}`;
  try {
    const gate = webhookGate(settings.webhook, secret, name);
    if (row.webhook?.verifier(settings, secret) === undefined) {
      return well('webhook', `${name}: takes no webhooks`, `${name}：不接收回调`);
    }
    const [from, chineseFrom] = guardsOf(gate.isPath !== null, gate.addresses !== null);
    if (!isUnsigned(row, { ...settings.webhook, trust: undefined })) {
      return well('webhook', `${name}: verified${from}`, `${name}：会核验${chineseFrom}`);
    }
    const found = `${name}: nobody signs its webhooks`;
    const chinese = `${name}：回调没有签名`;
    if (!isUnsigned(row, settings.webhook)) {
      return well('webhook', `${found}; its network is trusted${from}`, `${chinese}；信任其网络${chineseFrom}`);
    }
    const said = [
      `${found}${from}; each counts once a status query or a line confirms it`,
      `${chinese}${chineseFrom}；经状态查询或结算行确认后才计入`,
    ] as const;
    return canAsk(name) ? well('webhook', ...said) : ill('webhook', said, CANNOT_ASK);
  } catch (error) {
    return failed('webhook', error);
  }
}

/** In English and Chinese: what keeps strangers out beside a signature. */
function guardsOf(hasPath: boolean, hasAddresses: boolean): readonly [string, string] {
  if (hasPath && hasAddresses) return [', with a secret path and a list of addresses', '，有秘密路径和地址名单'];
  if (hasPath) return [', with a secret path', '，有秘密路径'];
  return hasAddresses ? [', with a list of addresses', '，有地址名单'] : ['', ''];
}

const CANNOT_ASK = [
  'Give the account the key of its API, so that it can be asked; or set webhook.trust, with addresses and a path.',
  '请给账户配置 API 密钥以便查询；或设置 webhook.trust，并给出地址名单和秘密路径。',
] as const;
