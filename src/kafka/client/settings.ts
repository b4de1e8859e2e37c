// How to reach a Kafka cluster and its schema registry: from the command line and the environment, never printed.

import { type LogEntry, logLevel, type SASLOptions } from 'kafkajs';
import { HesabuError } from '../../domain/errors.ts';
import { knownSecrets } from '../../runtime/known-secrets.ts';
import { readTextFile } from '../../runtime/regular-file.ts';
import { installPatches } from './patches.ts';
import { WatchedKafka } from './watched-kafka.ts';

export interface KafkaSettings {
  /** `host:port` each. */
  readonly brokers: readonly string[];
  /** The registry's address, with the Confluent API. */
  readonly registry: string;
  /** Before every topic, group and transactional id, so that several ledgers can share a cluster; '' for none. */
  readonly prefix: string;
  readonly tls: { readonly ca?: string } | null;
  readonly sasl: SASLOptions | null;
}

export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
const DEFAULT_REGISTRY = 'http://127.0.0.1:8081';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `brokers` is the value of `--kafka`, separated by commas; the rest is HESABU_KAFKA_PREFIX, HESABU_KAFKA_TLS (`true`
 * or the path of a CA), HESABU_KAFKA_SASL, HESABU_KAFKA_USERNAME, HESABU_KAFKA_PASSWORD (or _PASSWORD_FILE), and
 * HESABU_REGISTRY_URL. Throws HESABU_KAFKA_SETTINGS.
 */
export function kafkaSettings(brokers: string, env: Environment = process.env): KafkaSettings {
  const prefix = env.HESABU_KAFKA_PREFIX ?? '';
  const registry = env.HESABU_REGISTRY_URL ?? DEFAULT_REGISTRY;
  if (!/^[a-zA-Z0-9._-]*$/.test(prefix)) throw invalid('HESABU_KAFKA_PREFIX', 'letters, digits, dots and dashes');
  if (!URL.canParse(registry)) throw invalid('HESABU_REGISTRY_URL', 'an address such as http://registry:8081');
  return { brokers: brokersIn(brokers), registry, prefix, tls: tlsOf(env), sasl: saslOf(env) };
}

/** The brokers of `--kafka`. Throws HESABU_KAFKA_SETTINGS, without any part that may be a password. */
export function brokersIn(text: string): string[] {
  const [, afterUser] = /^.*@(.*)$/s.exec(text) ?? [];
  if (afterUser !== undefined) {
    const expected = 'HOST:PORT alone; who logs in is told by HESABU_KAFKA_USERNAME and _PASSWORD';
    throw new HesabuError('HESABU_KAFKA_SETTINGS', { where: '--kafka', expected, found: `...@${afterUser}` });
  }
  const addresses = text.split(',').map((address) => address.trim());
  for (const address of addresses) {
    if (!/^[^\s:/]+:\d{1,5}$/.test(address) && !/^\[[\da-f:]+\]:\d{1,5}$/i.test(address)) {
      throw new HesabuError('HESABU_KAFKA_SETTINGS', { where: '--kafka', expected: 'HOST:PORT', found: address });
    }
  }
  return addresses;
}

function tlsOf(env: Environment): KafkaSettings['tls'] {
  const tls = env.HESABU_KAFKA_TLS ?? '';
  if (tls === '' || tls === 'false') return null;
  return tls === 'true' ? {} : { ca: textOf('HESABU_KAFKA_TLS', tls) };
}

function saslOf(env: Environment): SASLOptions | null {
  const mechanism = env.HESABU_KAFKA_SASL ?? '';
  const username = env.HESABU_KAFKA_USERNAME ?? '';
  if (mechanism === '') return null;
  const known = SASL_MECHANISMS.find((name) => name === mechanism);
  if (known === undefined) throw invalid('HESABU_KAFKA_SASL', SASL_MECHANISMS.join(', '));
  const file = env.HESABU_KAFKA_PASSWORD_FILE;
  const password =
    file === undefined ? env.HESABU_KAFKA_PASSWORD : textOf('HESABU_KAFKA_PASSWORD_FILE', file).trimEnd();
  if (username === '') throw invalid('HESABU_KAFKA_USERNAME', 'a name, since HESABU_KAFKA_SASL is set');
  if (password === undefined || password === '')
    throw invalid('HESABU_KAFKA_PASSWORD', 'a password, or _PASSWORD_FILE');
  knownSecrets.add(password);
  return { mechanism: known, username, password } as SASLOptions;
}

function textOf(where: string, path: string): string {
  try {
    return readTextFile(path);
  } catch {
    throw invalid(where, 'a file that can be read');
  }
}

function invalid(where: string, expected: string): HesabuError {
  return new HesabuError('HESABU_KAFKA_SETTINGS', { where: `the environment variable ${where}`, expected });
}

/** Client messages worth logging: `warn` for problems that the client retries by itself. */
export type OnClientLog = (level: 'debug' | 'warn', text: string) => void;

/**
 * Short first waits: right after a commit the coordinator answers CONCURRENT_TRANSACTIONS until its markers are
 * written, which takes some milliseconds; kafkajs would wait 300.
 */
const RETRY = { initialRetryTime: 5, maxRetryTime: 1_000, retries: 12, factor: 0.2, multiplier: 1.8 };

/** Throws HESABU_KAFKA_CLIENT. */
export function makeKafka(settings: KafkaSettings, onLog: OnClientLog = () => {}): WatchedKafka {
  const { brokers, tls, sasl, prefix } = settings;
  installPatches();
  const config = {
    clientId: 'hesabu',
    brokers: [...brokers],
    ...(tls === null ? {} : { ssl: tls.ca === undefined ? true : { ca: [tls.ca] } }),
    ...(sasl === null ? {} : { sasl }),
    retry: RETRY,
    connectionTimeout: 5_000,
    requestTimeout: 10_000,
    logLevel: logLevel.INFO,
    // kafkajs logs each of its retries as an error, with whole requests: the message is enough.
    logCreator:
      () =>
      ({ level, log, namespace }: LogEntry) => {
        onLog(level <= logLevel.WARN ? 'warn' : 'debug', `${namespace}: ${log.message} ${log.error ?? ''}`.trim());
      },
  };
  return new WatchedKafka(config, `${prefix}rules.v1`);
}
