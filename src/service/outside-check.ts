// The doctor's checks of those whom a service calls: each account and each target of messages is asked once, and its
// clock is compared with the machine's. Nothing is changed.

import { failed } from '../app/doctor.ts';
import { type Check, ill, well } from '../app/doctor-check.ts';
import type { Exchange } from '../archive/exchanges/exchange.ts';
import { HesabuError } from '../domain/errors.ts';
import { sourceName } from '../domain/fact.ts';
import { OutgoingClient } from '../outbound/client/client.ts';
import { Issuer } from '../outbound/oidc/issuer.ts';
import type { SecretPlace } from '../producers/account-settings.ts';
import { type Gateway, hasCall } from '../producers/gateway.ts';
import { PROVIDERS } from '../providers/registry.ts';
import { SYSTEM_CLOCK } from '../runtime/clock.ts';
import { NO_METER } from '../runtime/meter.ts';
import type { AccountConfig, Config } from './config/config.ts';
import { readSecret, secretsOf } from './config/config-file.ts';
import { issuerSettings } from './config/issuer-rule.ts';
import { Accounts, type LiveAccount } from './gateways.ts';
import { issuerClient } from './people-access.ts';
import { checkWebhooks } from './webhook-check.ts';

/** A gateway's Date header has whole seconds, and its answer took time to arrive. */
const SKEW_MILLIS_MAX = 30_000;
/** Any country is suitable: the check is only whether the gateway accepts the key. */
const COUNTRY = 'KE';

/** Asks each account once, which checks name, address, certificate, key and clock at once. */
export async function checkGateways(config: Config): Promise<Check[]> {
  return withClient(config, async (client, dates) => {
    const parts = { client, clock: SYSTEM_CLOCK, meter: NO_METER, pseudonym: () => '' };
    // An account without its secrets has been reported already, and is not called.
    const callable = config.accounts.filter(hasSecrets);
    const { all } = new Accounts(
      {
        // Webhooks have a check of their own.
        config: { ...config, accounts: callable.map((account) => ({ ...account, webhook: undefined })) },
        rules: undefined,
        cluster: undefined,
        providers: PROVIDERS,
        secret: readSecret,
      },
      parts,
    );
    const asked = new Set(
      all.filter(({ gateway }) => hasCall(gateway, 'status')).map(({ gateway }) => sourceName(gateway)),
    );
    const webhooks = checkWebhooks(config.accounts.filter(hasSecrets), PROVIDERS, readSecret, (name) =>
      asked.has(name),
    );
    const gateways = await Promise.all(all.map((account) => checkGateway(account, dates, config.clock !== undefined)));
    return [...webhooks, ...gateways];
  });
}

async function checkGateway({ config, gateway }: LiveAccount, dates: Dates, isFast: boolean): Promise<Check> {
  const name = `${config.provider}/${config.account}`;
  let seen: readonly [string, string] | null;
  try {
    seen = await look(gateway);
  } catch (error) {
    return failedCall(error);
  }
  if (seen === null) {
    return well(
      'gateway',
      `${name}: has no harmless call, so it was not called`,
      `${name}：没有无副作用的调用，未查询`,
    );
  }
  const skew = dates.get(name) ?? 0;
  const found = [`${name} answers, with ${seen[0]}`, `${name} 有应答：${seen[1]}`] as const;
  if (isFast || Math.abs(skew) <= SKEW_MILLIS_MAX) return well('gateway', ...found);
  const seconds = Math.round(Math.abs(skew) / 1000);
  const off = [
    `${found[0]}; its clock is ${seconds} s ${skew > 0 ? 'ahead' : 'behind'}`,
    `${found[1]}；其时钟${skew > 0 ? '快' : '慢'} ${seconds} 秒`,
  ] as const;
  return ill('gateway', off, SET_CLOCK);
}

const SET_CLOCK = [
  "Set the machine's clock by NTP: signatures with a wrong time are refused.",
  '请用 NTP 校准本机时钟：时间不对的签名会被拒绝。',
] as const;

/** The remedy of the service, which repeats polls by itself, is none of the doctor's. */
function failedCall(error: unknown): Check {
  const check = failed('gateway', error);
  const isSilent = error instanceof HesabuError && error.code === 'HESABU_GATEWAY_FAILED';
  return isSilent && error.detail.remedy === undefined ? { ...check, ...ASK_AGAIN } : check;
}

const ASK_AGAIN = {
  remedy:
    "Run doctor again. If the call fails each time, check the account's base_url, this machine's network, and the " +
    "provider's status page.",
  chinese: { remedy: '请再运行一次 doctor。若每次都失败，请检查账户的 base_url、本机网络和服务商的状态页。' },
};

/** What one harmless call shows; null if the gateway has none. */
async function look(gateway: Gateway): Promise<readonly [string, string] | null> {
  if (gateway.check !== undefined) {
    const seen = await gateway.check();
    return [seen, seen];
  }
  if (gateway.operators === undefined) return null;
  const { length } = await gateway.operators(COUNTRY);
  return [`${length} operators for ${COUNTRY}`, `${COUNTRY} 有 ${length} 个运营商`];
}

/** A GET has no effect on the target; any answer shows that the target can be reached. */
export async function checkTargets(config: Config): Promise<Check[]> {
  return withClient(config, (client) =>
    Promise.all(
      config.notify.map(async ({ url }): Promise<Check> => {
        try {
          const { status } = await client.call({ account: '', method: 'GET', url, headers: {}, names: [] });
          const { host } = URL.parse(url)!;
          return well('notify', `${host} answers (${status})`, `${host} 有应答 (${status})`);
        } catch (error) {
          return { ...failed('notify', error), ...CHECK_ADDRESS };
        }
      }),
    ),
  );
}

/** Reads the description of the issuer of sign-ins; nothing is signed in. */
export async function checkIssuer(config: Config): Promise<Check[]> {
  // A secret that is missing is told of by itself.
  const settings = issuerSettings(config, () => '');
  if (settings === null) return [];
  const { issuer, redirectUri } = settings;
  const client = issuerClient(config);
  try {
    await new Issuer({
      client,
      clock: SYSTEM_CLOCK,
      settings: () => ({ ...settings, clientSecret: () => null }),
    }).check();
    return [
      well('issuer', `${issuer} answers; it must know ${redirectUri}`, `${issuer} 有应答；须在其中登记 ${redirectUri}`),
    ];
  } catch (error) {
    return [{ ...failed('issuer', error), ...CHECK_ISSUER }];
  } finally {
    await client.close();
  }
}

const CHECK_ISSUER = {
  remedy: "Compare oidc.issuer with the issuer's own name, and check this machine's network and outgoing.allow.",
  chinese: { remedy: '请核对 oidc.issuer 与登录方自身的名称，并检查本机网络和 outgoing.allow。' },
};

const CHECK_ADDRESS = {
  remedy: 'Check the address, and whether a server answers there.',
  chinese: { remedy: '请检查地址，以及该地址的服务器是否应答。' },
};

/** By account: how far its clock is ahead of this machine's, in milliseconds. */
type Dates = ReadonlyMap<string, number>;

async function withClient<Result>(
  { outgoing }: Config,
  work: (client: OutgoingClient, dates: Dates) => Promise<Result>,
): Promise<Result> {
  const dates = new Map<string, number>();
  const add = async ({ account, at, elapsed_ms, response }: Exchange) => {
    const theirs = Date.parse(response?.headers.date ?? '');
    if (!Number.isNaN(theirs)) dates.set(account, theirs - (at + elapsed_ms));
  };
  const { allow, timeout: timeoutMillis } = outgoing;
  const client = new OutgoingClient({ clock: SYSTEM_CLOCK, exchanges: { add }, allow, timeoutMillis });
  try {
    return await work(client, dates);
  } finally {
    await client.close();
  }
}

function hasSecrets(account: AccountConfig): boolean {
  return secretsOf({ accounts: [account], notify: [] }).every(isThere);
}

function isThere(place: SecretPlace): boolean {
  try {
    return readSecret(place) !== '';
  } catch {
    return false;
  }
}
