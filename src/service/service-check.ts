// Checks of a service before it starts or while it runs: its configuration, its secrets, its address and certificates;
// outside-check.ts asks those whom it calls. Nothing is changed.

import { X509Certificate } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { Agent, request } from 'undici';
import { checkSpace, examine, failed } from '../app/doctor.ts';
import { examineArchive } from '../app/doctor-archive.ts';
import { type Check, type CheckName, ill, well } from '../app/doctor-check.ts';
import { KeyStore } from '../http/access/key-store.ts';
import { databasePath } from '../log/data-directory.ts';
import { certificateHosts, readCertificate } from '../outbound/client/certificates.ts';
import { parseSigningSecrets } from '../outbound/outbox/target.ts';
import type { SecretPlace } from '../producers/account-settings.ts';
import { SYSTEM_CLOCK } from '../runtime/clock.ts';
import { shellWord } from '../runtime/shell-word.ts';
import type { Config } from './config/config.ts';
import { readConfig, readRules, readSecret, secretsOf } from './config/config-file.ts';
import { checkListen } from './config/listen-rule.ts';
import { checkWebhookSecrets } from './config/webhook-secrets.ts';
import { readTls } from './http-server.ts';
import { checkGateways, checkIssuer, checkTargets } from './outside-check.ts';

const DAY_MILLIS = 86_400_000;
const ALIVE_MILLIS_MAX = 2_000;

/** Never throws because of a finding. Ends within the configured time-out for calls. */
export async function examineService(path: string): Promise<Check[]> {
  let config: Config;
  try {
    config = readConfig(path);
  } catch (error) {
    return [...examine(undefined, 0), failed('config', error)];
  }
  const { accounts, notify } = config;
  const [named, told] = [accounts.length, notify.length];
  const found = `${path}; accounts: ${named}, targets of notifications: ${told}`;
  const [port, isAlive] = await checkPort(config.listen);
  const outside = await Promise.all([
    ...[checkGateways(config), checkCertificates(config)],
    ...[checkTargets(config), checkIssuer(config)],
  ]);
  return [
    ...checkData(config.data, isAlive),
    ...(await examineArchive(config.data, SYSTEM_CLOCK.now())),
    well('config', found, `${path}；账户：${named}，通知目标：${told}`),
    ...checkSecrets(config),
    guarded('rules file', () => {
      const rules = readRules(config);
      return rules === undefined
        ? ['none: the last rules in force apply, or the defaults', '无：沿用上次生效的规则，否则用默认规则']
        : [`${config.rules}, ${rules.zone}`];
    }),
    guarded('listen', () => {
      checkListen(config.listen, new KeyStore(config.data).live(SYSTEM_CLOCK.now()).length);
      const { host, tls } = config.listen;
      return tls === undefined ? [`${host}, without TLS`, `${host}，无 TLS`] : [`${host}, with TLS`, `${host}，有 TLS`];
    }),
    ...checkOwnCertificate(config.listen),
    port,
    ...outside.flat(),
  ];
}

/** The service creates the directory itself; a directory that a running service has open needs no check. */
function checkData(data: string, isAlive: boolean): Check[] {
  if (existsSync(databasePath(data))) {
    return examine(data, SYSTEM_CLOCK.now()).map((check) =>
      isAlive && check.name === 'lock' ? well('lock', 'the running service holds it', '正在运行的服务持有') : check,
    );
  }
  let there = data;
  while (!existsSync(there)) there = dirname(there);
  const none = well('directory', `${data}: no ledger yet; the service creates it`, `${data}：还没有账本，服务会创建`);
  return [...examine(undefined, 0), none, checkSpace(there)];
}

function checkSecrets(config: Config): Check[] {
  const signing = new Set(config.notify.map(({ secret }) => nameOf(secret)));
  const places = [...new Map(secretsOf(config).map((place) => [nameOf(place), place])).values()];
  const checks = places.flatMap((place): Check[] => {
    const check = guarded('secrets', () => {
      const text = readSecret(place);
      if (signing.has(nameOf(place))) parseSigningSecrets(text, nameOf(place));
      return [''];
    });
    if (check.remedy !== null) return [check];
    // A reader of a secret can sign as the gateway, or pay as the shop.
    const mode = 'file' in place ? statSync(place.file).mode & 0o777 : 0o600;
    if ((mode & 0o077) === 0) return [];
    const [name, command] = [nameOf(place), `chmod go= ${shellWord(nameOf(place))}`];
    const found = [`others may read ${name}`, `其他用户可读取 ${name}`] as const;
    return [ill('secrets', found, [`Run: ${command}`, `请运行：${command}`])];
  });
  const rule = guarded('secrets', () => {
    checkWebhookSecrets('the configuration', config, readSecret);
    return [''];
  });
  // A secret that cannot be read was told above.
  if (checks.length === 0 && rule.remedy !== null) checks.push(rule);
  const { length } = places;
  return checks.length > 0 ? checks : [well('secrets', `${length}, all readable`, `${length} 个，均可读取`)];
}

function nameOf(place: SecretPlace): string {
  return 'file' in place ? place.file : place.env;
}

/** Whether the address is free, and whether the service listens there already. */
async function checkPort({ host, port, tls }: Config['listen']): Promise<[Check, boolean]> {
  const at = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const fault = await new Promise<string | null>((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port }, () => server.close(() => resolve(null)));
  });
  if (fault === null) return [well('port', `${at} is free`, `${at} 空闲`), false];
  const isAlive = fault === 'EADDRINUSE' && (await answersAlive(`${tls === undefined ? 'http' : 'https'}://${at}`));
  if (isAlive) return [well('port', `${at}: the service listens there already`, `${at}：服务已在监听`), true];
  const remedy = 'Stop the process that listens there, or set listen.port.';
  const found = `${at}: ${fault}`;
  return [ill('port', [found, found], [remedy, '请停止占用该端口的进程，或设置 listen.port。']), false];
}

async function answersAlive(url: string): Promise<boolean> {
  const agent = new Agent({ connect: { rejectUnauthorized: false } });
  try {
    const signal = AbortSignal.timeout(ALIVE_MILLIS_MAX);
    const { statusCode, body } = await request(`${url}/healthz`, { dispatcher: agent, signal });
    return statusCode === 200 && (await body.text()) === '{"status":"alive"}';
  } catch {
    return false;
  } finally {
    await agent.destroy();
  }
}

function checkOwnCertificate({ tls }: Config['listen']): Check[] {
  if (tls === undefined) return [];
  try {
    const { validToDate } = new X509Certificate(readTls(tls).cert);
    return [daysCheck(tls.cert, Math.floor((validToDate.getTime() - SYSTEM_CLOCK.now()) / DAY_MILLIS), null)];
  } catch (error) {
    return [failed('certificate', error)];
  }
}

async function checkCertificates({ accounts, notify, oidc, public_url: own, outgoing }: Config): Promise<Check[]> {
  const urls = [
    ...accounts.flatMap(({ base_url }) => base_url ?? []),
    ...notify.map(({ url }) => url),
    ...(oidc === undefined ? [] : [oidc.issuer]),
    ...(own ? [own] : []),
  ];
  const reading = { now: SYSTEM_CLOCK.now(), allow: outgoing.allow, timeoutMillis: outgoing.timeout };
  const views = await Promise.all(certificateHosts(urls).map((host) => readCertificate(host, reading)));
  return views.map(({ host, daysLeft, fault }) => daysCheck(host, daysLeft, fault));
}

const DAYS_MIN = 30;

function daysCheck(host: string, daysLeft: number | null, fault: string | null): Check {
  const why = fault === null ? '' : `, ${fault}`;
  const found =
    daysLeft === null
      ? ([`${host}${why}`, `${host}${why}`] as const)
      : ([`${host}, ${daysLeft} days left${why}`, `${host}，还有 ${daysLeft} 天${why}`] as const);
  if (fault === null && daysLeft !== null && daysLeft >= DAYS_MIN) return well('certificate', ...found);
  return ill('certificate', found, daysLeft === null ? CHECK_NAME : RENEW);
}

const CHECK_NAME = ['Check the name, and whether it can be reached.', '请检查名称，以及能否连接。'] as const;
const RENEW = ['Renew it, or ask its owner to.', '请续期，或请其所有者续期。'] as const;

/** `look` gives what it found, and the same in Chinese where that differs. */
function guarded(name: CheckName, look: () => readonly [string, string?]): Check {
  try {
    const [found, chinese = found] = look();
    return well(name, found, chinese);
  } catch (error) {
    return failed(name, error);
  }
}
