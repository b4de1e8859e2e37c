// Checks of a service before it starts or while it runs: its configuration, its secrets, its address, and whether the
// hosts that it calls can be reached. Each host is asked once, within a time limit; nothing is changed.

import { X509Certificate } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { Agent, request } from 'undici';
import { checkSpace, examine, failed } from '../app/doctor.ts';
import type { Check, CheckName } from '../app/doctor-check.ts';
import type { Exchange } from '../archive/exchanges/exchange.ts';
import { HesabuError } from '../domain/errors.ts';
import { sourceName } from '../domain/fact.ts';
import { KeyStore } from '../http/access/key-store.ts';
import { databasePath } from '../log/data-directory.ts';
import { certificateHosts, readCertificate } from '../outbound/client/certificates.ts';
import { OutgoingClient } from '../outbound/client/client.ts';
import { parseSigningSecrets } from '../outbound/outbox/target.ts';
import type { SecretPlace } from '../producers/account-settings.ts';
import { type Gateway, hasCall } from '../producers/gateway.ts';
import { PROVIDERS } from '../providers/registry.ts';
import { SYSTEM_CLOCK } from '../runtime/clock.ts';
import { NO_METER } from '../runtime/meter.ts';
import { shellWord } from '../runtime/shell-word.ts';
import type { AccountConfig, Config } from './config/config.ts';
import { readConfig, readRules, readSecret, secretsOf } from './config/config-file.ts';
import { checkListen } from './config/listen-rule.ts';
import { Accounts, type LiveAccount } from './gateways.ts';
import { readTls } from './http-server.ts';
import { checkWebhooks } from './webhook-check.ts';

const DAY_MILLIS = 86_400_000;
/** A gateway's Date header has whole seconds, and its answer took time to arrive. */
const SKEW_MILLIS_MAX = 30_000;
const ALIVE_MILLIS_MAX = 2_000;
/** Any country is suitable: the check is only whether the gateway accepts the key. */
const COUNTRY = 'KE';

/** Never throws because of a finding. Ends within the configured time-out for calls. */
export async function examineService(path: string): Promise<Check[]> {
  let config: Config;
  try {
    config = readConfig(path);
  } catch (error) {
    return [...examine(undefined, 0), failed('config', error)];
  }
  const { accounts, notify } = config;
  const found = `${path}; accounts: ${accounts.length}, targets of notifications: ${notify.length}`;
  const [port, isAlive] = await checkPort(config.listen);
  const outside = await Promise.all([checkGateways(config), checkCertificates(config), checkTargets(config)]);
  return [
    ...checkData(config.data, isAlive),
    { name: 'config', found, remedy: null },
    ...checkSecrets(config),
    guarded('rules file', () => {
      const rules = readRules(config);
      return rules === undefined
        ? 'none: the last rules in force apply, or the defaults'
        : `${config.rules}, ${rules.zone}`;
    }),
    guarded('listen', () => {
      checkListen(config.listen, new KeyStore(config.data).live(SYSTEM_CLOCK.now()).length);
      return `${config.listen.host}, ${config.listen.tls === undefined ? 'without TLS' : 'with TLS'}`;
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
      isAlive && check.name === 'lock' ? { name: 'lock', found: 'the running service holds it', remedy: null } : check,
    );
  }
  let there = data;
  while (!existsSync(there)) there = dirname(there);
  const found = `${data}: no ledger yet; the service creates it`;
  return [...examine(undefined, 0), { name: 'directory', found, remedy: null }, checkSpace(there)];
}

function checkSecrets(config: Config): Check[] {
  const signing = new Set(config.notify.map(({ secret }) => nameOf(secret)));
  const places = [...new Map(secretsOf(config).map((place) => [nameOf(place), place])).values()];
  const checks = places.flatMap((place): Check[] => {
    const check = guarded('secrets', () => {
      const text = readSecret(place);
      if (signing.has(nameOf(place))) parseSigningSecrets(text, nameOf(place));
      return '';
    });
    if (check.remedy !== null) return [check];
    // A reader of a secret can sign as the gateway, or pay as the shop.
    const mode = 'file' in place ? statSync(place.file).mode & 0o777 : 0o600;
    if ((mode & 0o077) === 0) return [];
    return [
      {
        name: 'secrets',
        found: `others may read ${nameOf(place)}`,
        remedy: `Run: chmod go= ${shellWord(nameOf(place))}`,
      },
    ];
  });
  return checks.length > 0 ? checks : [{ name: 'secrets', found: `${places.length}, all readable`, remedy: null }];
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
  if (fault === null) return [{ name: 'port', found: `${at} is free`, remedy: null }, false];
  const isAlive = fault === 'EADDRINUSE' && (await answersAlive(`${tls === undefined ? 'http' : 'https'}://${at}`));
  if (isAlive) return [{ name: 'port', found: `${at}: the service listens there already`, remedy: null }, true];
  return [
    { name: 'port', found: `${at}: ${fault}`, remedy: 'Stop the process that listens there, or set listen.port.' },
    false,
  ];
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

async function checkCertificates({ accounts, notify, public_url: own, outgoing }: Config): Promise<Check[]> {
  const urls = [
    ...accounts.flatMap(({ base_url }) => base_url ?? []),
    ...notify.map(({ url }) => url),
    ...(own ? [own] : []),
  ];
  const reading = { now: SYSTEM_CLOCK.now(), allow: outgoing.allow, timeoutMillis: outgoing.timeout };
  const views = await Promise.all(certificateHosts(urls).map((host) => readCertificate(host, reading)));
  return views.map(({ host, daysLeft, fault }) => daysCheck(host, daysLeft, fault));
}

const DAYS_MIN = 30;

function daysCheck(host: string, daysLeft: number | null, fault: string | null): Check {
  const found = [host, daysLeft === null ? [] : `${daysLeft} days left`, fault ?? []].flat().join(', ');
  const isWell = fault === null && daysLeft !== null && daysLeft >= DAYS_MIN;
  const remedy =
    daysLeft === null ? 'Check the name, and whether it can be reached.' : 'Renew it, or ask its owner to.';
  return { name: 'certificate', found, remedy: isWell ? null : remedy };
}

/** Asks each account once, which checks name, address, certificate, key and clock at once. */
async function checkGateways(config: Config): Promise<Check[]> {
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
  let seen: string | null;
  try {
    seen = await look(gateway);
  } catch (error) {
    return failedCall(error);
  }
  if (seen === null) {
    return { name: 'gateway', found: `${name}: has no harmless call, so it was not called`, remedy: null };
  }
  const skew = dates.get(name) ?? 0;
  const found = `${name} answers, with ${seen}`;
  if (isFast || Math.abs(skew) <= SKEW_MILLIS_MAX) return { name: 'gateway', found, remedy: null };
  const seconds = Math.round(Math.abs(skew) / 1000);
  const remedy = "Set the machine's clock by NTP: signatures with a wrong time are refused.";
  return { name: 'gateway', found: `${found}; its clock is ${seconds} s ${skew > 0 ? 'ahead' : 'behind'}`, remedy };
}

/** The remedy of the service, which repeats polls by itself, is none of the doctor's. */
function failedCall(error: unknown): Check {
  const check = failed('gateway', error);
  const isSilent = error instanceof HesabuError && error.code === 'HESABU_GATEWAY_FAILED';
  return isSilent && error.detail.remedy === undefined ? { ...check, remedy: ASK_AGAIN } : check;
}

const ASK_AGAIN =
  "Run doctor again. If the call fails each time, check the account's base_url, this machine's network, and the " +
  "provider's status page.";

/** What one harmless call shows; null if the gateway has none. */
async function look(gateway: Gateway): Promise<string | null> {
  if (gateway.check !== undefined) return gateway.check();
  if (gateway.operators === undefined) return null;
  return `${(await gateway.operators(COUNTRY)).length} operators for ${COUNTRY}`;
}

/** A GET has no effect on the target; any answer shows that the target can be reached. */
async function checkTargets(config: Config): Promise<Check[]> {
  return withClient(config, (client) =>
    Promise.all(
      config.notify.map(async ({ url }): Promise<Check> => {
        try {
          const { status } = await client.call({ account: '', method: 'GET', url, headers: {}, names: [] });
          return { name: 'notify', found: `${URL.parse(url)!.host} answers (${status})`, remedy: null };
        } catch (error) {
          return { ...failed('notify', error), remedy: 'Check the address, and whether a server answers there.' };
        }
      }),
    ),
  );
}

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

function guarded(name: CheckName, look: () => string): Check {
  try {
    return { name, found: look(), remedy: null };
  } catch (error) {
    return failed(name, error);
  }
}
