// hesabu.yaml: all settings of the live service. hesabu.example.yaml explains every key. Secrets are only named here;
// their values are in the environment or in a file.

import { z } from 'zod';
import { REASON_CODES } from '../../domain/reasons.ts';
import { SASL_MECHANISMS } from '../../kafka/client/settings.ts';
import { currency, days, readDays } from '../../matching/rule-forms.ts';
import { duration, merchants, ratio, secret, url } from '../../producers/account-settings.ts';
import { accountSchema, type Providers } from '../../providers/registry.ts';
import { channelForm, mailForm } from './channel-forms.ts';
import { oidcForm } from './oidc-form.ts';

const port = z.int().min(0).max(65_535);

const listen = z.strictObject({
  host: z.string().default('127.0.0.1'),
  port: port.default(8070),
  tls: z.strictObject({ cert: z.string(), key: z.string() }).optional(),
  /** A proxy in front terminates TLS, and only the proxy can reach the service. */
  behind_proxy: z.boolean().default(false),
});

const target = z.strictObject({
  /** A URL that grants access to anybody who knows it is a secret itself. */
  url: z.union([url, secret]),
  /** `whsec_...`, as Standard Webhooks writes it. */
  secret,
  /** Types of messages, `order.expired` or `alert.*`; all if absent. */
  types: z.array(z.string()).min(1).default(['*']),
  merchants,
});

const alerts = z.strictObject({
  /** A rate raises an alert when it is this many times its own baseline of the recent past. */
  above_past: z.number().min(1).default(3),
  /** By currency: the value of open breaks below which no alert is raised. */
  value_least: z
    .record(
      z.string().regex(/^[A-Z]{3}$/),
      z.string().regex(/^\d{1,15}(\.\d{1,4})?$/, "expected an amount such as '5000'"),
    )
    .default({}),
  callback_silence: duration.prefault('PT1H'),
  certificate_days: z.tuple([z.int(), z.int()]).default([30, 7]),
  disk_free: ratio.default(0.1),
  rate_headroom: ratio.default(0.1),
  forged_per_hour: z.int().min(1).default(5),
  poll_failures: ratio.default(0.5),
});

/** Who works which cases: the first row that fits; what one leaves out fits every case. */
const routingRow = z.strictObject({
  merchant: z.string().min(1).optional(),
  provider: z.string().min(1).optional(),
  reason: z.enum(REASON_CODES).optional(),
  currency: currency.optional(),
  value_from: z
    .string()
    .regex(/^\d{1,15}(\.\d{1,4})?$/, "expected an amount such as '5000'")
    .optional(),
  /** A person's or a team's id. */
  owner: z.string().min(1).max(100),
  /** A person's or a team's id: who is told of one that is overdue, once. */
  escalate_to: z.string().min(1).max(100).optional(),
  /** Business days after the day on which it was opened. */
  due: days.transform(readDays).optional(),
});

/** Others say the time in whole seconds, and their answers take some. */
const jump = duration.refine((millis) => millis >= 10_000, 'expected PT10S or more');

const isIdleTime = (millis: number) => millis >= 60_000 && millis <= 12 * 3_600_000;

const requestRate = (perSecond: number, burst: number) =>
  z
    .strictObject({
      per_second: z.number().positive().default(perSecond),
      burst: z.int().min(1).default(burst),
    })
    .prefault({});

const kafka = z.strictObject({
  brokers: z.array(z.string().regex(/^[^\s,]+:\d{1,5}$/, 'expected HOST:PORT')).min(1),
  registry: url,
  prefix: z
    .string()
    .regex(/^[a-zA-Z0-9._-]*$/, 'expected letters, digits, dots and dashes')
    .default(''),
  tls: z.union([z.boolean(), z.strictObject({ ca: z.string().min(1) })]).default(false),
  sasl: z
    .strictObject({ mechanism: z.enum(SASL_MECHANISMS), username: z.string().min(1), password: secret })
    .optional(),
});

/** The schema of hesabu.yaml with the accounts of these providers. */
export const configSchema = (providers: Providers) =>
  z.strictObject({
    data: z.string().min(1),
    rules: z.string().min(1).optional(),
    listen: listen.prefault({}),
    /** If set, the ledger is on Kafka: workers keep it up to date, and `data` has a copy of it. */
    kafka: kafka.optional(),
    public_url: url.optional(),
    accounts: z.array(accountSchema(providers)).default([]),
    notify: z.array(target).default([]),
    /** Chats and addresses in which people are told what they must know. */
    channels: z.array(channelForm).max(100).default([]),
    /** By which people get notices of their own. */
    mail: mailForm.optional(),
    outgoing: z
      .strictObject({
        /** `host:port` of addresses that may be called although they are loopback, private or link-local. */
        allow: z.array(z.string()).default([]),
        timeout: duration.prefault('PT10S'),
      })
      .prefault({}),
    archive: z
      .strictObject({ days: z.int().min(180, 'expected at least 180 days').max(36_500).default(180) })
      .prefault({}),
    limits: z
      .strictObject({
        /** The number of webhooks that may wait for the disk at once; above it the answer is 429. */
        webhooks_waiting: z.int().min(1).default(2_000),
        /** The number of connections at once; fewer where the process may open fewer files. */
        connections: z.int().min(1).default(10_000),
        /** The part of them that one address may have; it is not used behind a proxy, which has them all. */
        connections_per_address: z.int().min(1).default(500),
        /** Requests of one API key. */
        key: requestRate(200, 1_000),
        /** Authentic webhooks of one account. */
        account: requestRate(3_000, 30_000),
        /** Requests of one address that prove nothing: without a valid key or signature, and for health. */
        address: requestRate(50, 500),
        /** The number of payments of one order that may be in progress at once, each asked for with `again`. */
        prompts: z.int().min(1).max(100).default(3),
        /** The number of streams of changes that one person or API key may have at once. */
        streams: z.int().min(1).max(1_000).default(8),
        /** The longest time until the ledger reads a new fact. */
        reconcile_every: duration.prefault('PT0.05S'),
        /** A jump of the machine's clock above it is not followed until it is confirmed. */
        clock_jump: jump.prefault('PT1M'),
      })
      .prefault({}),
    sessions: z
      .strictObject({
        /** After so long without a request a person must sign in again. */
        idle: duration.refine(isIdleTime, 'expected PT1M to PT12H').prefault('PT30M'),
      })
      .prefault({}),
    /** An outside issuer at which people sign in. */
    oidc: oidcForm.optional(),
    alerts: alerts.prefault({}),
    desk: z.strictObject({ routing: z.array(routingRow).max(1_000).default([]) }).prefault({}),
    log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
    /** For trials against the sandbox: a clock that was right at `from` and has run fast since. */
    clock: z.strictObject({ from: z.iso.datetime({ offset: true }), speed: z.number().min(1).max(100_000) }).optional(),
  });

/** The configuration as written in the file. */
export type WrittenConfig = z.output<ReturnType<typeof configSchema>>;
type WrittenTarget = WrittenConfig['notify'][number];
/** The configuration in effect: a URL that is a secret has been read. */
export interface Config extends Omit<WrittenConfig, 'notify'> {
  readonly notify: readonly (Omit<WrittenTarget, 'url'> & { readonly url: string })[];
}
export type AccountConfig = Config['accounts'][number];
