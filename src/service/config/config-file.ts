// Reads hesabu.yaml and the secrets that it names. The service does not start if any part of it is wrong.

import { dirname, resolve } from 'node:path';
import { HesabuError } from '../../domain/errors.ts';
import { schemaFault } from '../../domain/schema-fault.ts';
import type { KafkaSettings } from '../../kafka/client/settings.ts';
import { parseRules, type Rules } from '../../matching/rules.ts';
import { parseSigningSecrets } from '../../outbound/outbox/target.ts';
import { mapSecrets, type SecretPlace, secretPlaces } from '../../producers/account-settings.ts';
import { PROVIDERS, type Providers } from '../../providers/registry.ts';
import { knownSecrets } from '../../runtime/known-secrets.ts';
import { readTextFile } from '../../runtime/regular-file.ts';
import { readYaml } from '../../runtime/yaml.ts';
import { type Config, configSchema, type WrittenConfig } from './config.ts';
import { checkOidc } from './issuer-rule.ts';
import { checkWebhookSecrets } from './webhook-secrets.ts';

export interface LoadedConfig {
  /** Paths in it are absolute: they are relative to the file. */
  readonly config: Config;
  /** Undefined if the configuration names no rules: the rules that were in force last stay in force. */
  readonly rules: Rules | undefined;
  /** Defined if the ledger is on Kafka. */
  readonly cluster: KafkaSettings | undefined;
  /** The providers that accounts may name. */
  readonly providers: Providers;
  /** The current value of a secret. Throws HESABU_SECRET_MISSING. A caller keeps the value no longer than needed. */
  readonly secret: (place: SecretPlace) => string;
}

/** Throws HESABU_FILE_MISSING, HESABU_CONFIG_INVALID, HESABU_RULES_INVALID or HESABU_SECRET_MISSING. */
export function loadConfig(path: string, providers: Providers = PROVIDERS): LoadedConfig {
  const config = readConfig(path, providers);
  // Checked at once: a missing or invalid secret must not show only when a customer pays.
  for (const place of secretsOf(config)) readSecret(place);
  checkWebhookSecrets(path, config, readSecret);
  for (const [at, { secret }] of config.notify.entries()) {
    parseSigningSecrets(readSecret(secret), `${path}: notify.${at}.secret`);
  }
  const cluster = config.kafka === undefined ? undefined : kafkaSettingsIn(config.kafka);
  return { config, rules: readRules(config), cluster, providers, secret: readSecret };
}

/**
 * The result has absolute paths. Throws HESABU_FILE_MISSING, HESABU_CONFIG_INVALID, and HESABU_SECRET_MISSING if a URL
 * is a secret that does not exist.
 */
export function readConfig(path: string, providers: Providers = PROVIDERS): Config {
  const config = inFolder(path, parseConfig(path, providers));
  checkAccounts(path, config);
  checkTargets(path, config);
  checkChannels(path, config);
  checkOidc(path, config);
  return config;
}

function parseConfig(path: string, providers: Providers): WrittenConfig {
  const written = readYaml(readTextFile(path), path, 'HESABU_CONFIG_INVALID') ?? {};
  const result = configSchema(providers).safeParse(written);
  if (result.success) return result.data;
  // What was found is not repeated: it may be a secret that somebody wrote here.
  const { field, expected } = schemaFault(result.error.issues[0]!, written);
  throw new HesabuError('HESABU_CONFIG_INVALID', {
    where: `${path}: ${field === '' ? 'the top level' : field}`,
    expected,
  });
}

/** Makes the configuration's paths absolute. */
function inFolder(path: string, config: WrittenConfig): Config {
  const folder = dirname(resolve(path));
  const at = (file: string) => resolve(folder, file);
  const place = (secret: SecretPlace) => ('file' in secret ? { file: at(secret.file) } : secret);
  const { tls } = config.listen;
  return {
    ...config,
    data: at(config.data),
    ...(config.rules === undefined ? {} : { rules: at(config.rules) }),
    listen: { ...config.listen, ...(tls === undefined ? {} : { tls: { cert: at(tls.cert), key: at(tls.key) } }) },
    accounts: config.accounts.map((account) => mapSecrets(account, place)),
    ...(config.kafka === undefined ? {} : { kafka: kafkaInFolder(config.kafka, at, place) }),
    channels: config.channels.map((channel) => mapSecrets(channel, place)),
    ...(config.mail === undefined ? {} : { mail: mapSecrets(config.mail, place) }),
    ...(config.oidc === undefined ? {} : { oidc: mapSecrets(config.oidc, place) }),
    notify: config.notify.map((target, index) => ({
      ...target,
      url: typeof target.url === 'string' ? target.url : readUrl(place(target.url), `${path}: notify.${index}.url`),
      secret: place(target.secret),
    })),
  };
}

/** Reads a URL that is a secret: an error does not quote it. */
function readUrl(place: SecretPlace, where: string): string {
  const text = readSecret(place);
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text;
  throw new HesabuError('HESABU_CONFIG_INVALID', { where, expected: 'an http or https URL', found: 'something else' });
}

type KafkaConfig = NonNullable<Config['kafka']>;

function kafkaInFolder(
  kafka: KafkaConfig,
  at: (path: string) => string,
  place: (secret: SecretPlace) => SecretPlace,
): KafkaConfig {
  const { tls, sasl } = kafka;
  return {
    ...kafka,
    ...(typeof tls === 'boolean' ? {} : { tls: { ca: at(tls.ca) } }),
    ...(sasl === undefined ? {} : { sasl: { ...sasl, password: place(sasl.password) } }),
  };
}

/** How to reach the cluster of the configuration. Throws HESABU_FILE_MISSING and HESABU_SECRET_MISSING. */
function kafkaSettingsIn(kafka: KafkaConfig): KafkaSettings {
  const { brokers, registry, prefix, tls, sasl } = kafka;
  return {
    ...{ brokers, registry, prefix },
    tls: tls === false ? null : tls === true ? {} : { ca: readTextFile(tls.ca) },
    sasl: sasl === undefined ? null : ({ ...sasl, password: readSecret(sasl.password) } as KafkaSettings['sasl']),
  };
}

/** An account's name occurs once, and a merchant's payments go to one account of a provider. */
function checkAccounts(path: string, { accounts }: Config): void {
  const names = new Set<string>();
  const owners = new Map<string, string>();
  accounts.forEach(({ provider, account, merchants }, at) => {
    const name = `${provider}/${account}`;
    if (names.has(name)) throw duplicate(`${path}: accounts.${at}.account`, `another name than ${account}`);
    names.add(name);
    for (const merchant of merchants) {
      const owner = owners.get(`${provider}/${merchant}`);
      if (owner !== undefined) {
        const whose = merchant === '*' ? 'all other merchants' : merchant;
        throw duplicate(`${path}: accounts.${at}.merchants`, `only one account for ${whose}, which ${owner} has`);
      }
      owners.set(`${provider}/${merchant}`, account);
    }
  });
}

/** A target is identified by its URL: with the same URL one target would get the other's signatures. */
function checkTargets(path: string, { notify }: Config): void {
  const known = new Map<string, number>();
  notify.forEach(({ url }, at) => {
    const { href } = new URL(url);
    const first = known.get(href);
    if (first !== undefined) throw duplicate(`${path}: notify.${at}.url`, `another URL than that of notify.${first}`);
    known.set(href, at);
  });
}

/** A channel's notices wait under its name, and mail needs a server. */
function checkChannels(path: string, { channels, mail }: Config): void {
  const names = new Set<string>();
  channels.forEach(({ name, kind }, at) => {
    if (names.has(name)) throw duplicate(`${path}: channels.${at}.name`, `another name than ${name}`);
    names.add(name);
    if (kind === 'mail' && mail === undefined)
      throw duplicate(`${path}: mail`, `a mail server for the channel ${name}`);
  });
}

function duplicate(where: string, expected: string): HesabuError {
  return new HesabuError('HESABU_CONFIG_INVALID', { where, expected });
}

/** Every place of a secret in the configuration. */
export function secretsOf({
  accounts,
  notify,
  kafka,
  channels = [],
  mail,
  oidc,
}: Pick<Config, 'accounts' | 'notify' | 'kafka'> &
  Partial<Pick<Config, 'channels' | 'mail' | 'oidc'>>): readonly SecretPlace[] {
  return [
    ...(kafka?.sasl === undefined ? [] : [kafka.sasl.password]),
    ...accounts.flatMap(secretPlaces),
    ...notify.map(({ secret }) => secret),
    ...channels.flatMap((channel) => secretPlaces(channel)),
    ...(mail === undefined ? [] : secretPlaces(mail)),
    ...(oidc === undefined ? [] : secretPlaces(oidc)),
  ];
}

/** What is read is hidden from then on wherever a text quotes it. Throws HESABU_SECRET_MISSING. */
export function readSecret(place: SecretPlace): string {
  const value = secretAt(place);
  knownSecrets.add(value);
  return value;
}

function secretAt(place: SecretPlace): string {
  if ('env' in place) {
    const value = process.env[place.env];
    if (value !== undefined && value !== '') return value;
    throw new HesabuError('HESABU_SECRET_MISSING', { where: `the environment variable ${place.env}` });
  }
  let text = '';
  try {
    // Editors end a file with a line break that does not belong to the secret.
    text = readTextFile(place.file).replace(/\r?\n$/, '');
  } catch {
    // The error is thrown below: the system's own message may quote more than the path.
  }
  if (text !== '') return text;
  throw new HesabuError('HESABU_SECRET_MISSING', { where: place.file });
}

/** Undefined if the configuration names no rules. Throws HESABU_FILE_MISSING and HESABU_RULES_INVALID. */
export function readRules({ rules }: Pick<Config, 'rules'>): Rules | undefined {
  return rules === undefined
    ? undefined
    : parseRules(readYaml(readTextFile(rules), rules, 'HESABU_RULES_INVALID'), rules);
}
